// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// What a column of an unknown table probably holds.
struct ColumnGuess {
    private let values: DraftSample.Values
    private let words: [String]
    /// The values that stand for something.
    private let texts: [String]
    /// Texts among the values that stand for nothing, such as NA.
    let nulls: Set<String>
    private var kind = Schema.Kind.text
    private var categories: [String] = []
    private var format = Mapping.Source.DateFormat.auto
    private var isAmbiguous = false
    private var style = NumberStyle.plain

    static let nullWords: Set<String> = [
        "NA", "N/A", "n/a", "#N/A", "null", "NULL", "NaN", "nan", "?", "\\N",
    ]

    init(_ values: DraftSample.Values) {
        self.values = values
        words = SchemaNames.words(values.name)
        let nulls = Set(values.texts).intersection(ColumnGuess.nullWords)
        self.nulls = nulls
        texts = nulls.isEmpty ? values.texts : values.texts.filter { !nulls.contains($0) }
        guard !texts.isEmpty else { return }
        if takeBoolean() || takeNumericDate() || takeNumber() || takeDate() { return }
        takeCategory()
    }

    /// The column as proposed, under that name.
    func column(named name: String) -> MappingDraft.Column {
        let secret = SecretGuess.secret(words: words, texts: texts, isText: kind == .text)
        let isNumber = kind == .integer || kind.scale > 0
        var decision = MappingDraft.Decision.take
        if let secret { decision = .mask(secret) } else if kind == .text { decision = .leave }
        let plausible = isNumber && secret == nil ? PublicBounds(words, texts, style, kind) : nil
        return MappingDraft.Column(
            source: values.name, examples: examples, secret: secret, isAmbiguous: isAmbiguous,
            decision: decision, name: name, kind: kind,
            categories: secret == nil ? categories : [], unit: plausible?.unit,
            bounds: plausible?.bounds, format: format, point: style.point,
            strip: isNumber ? style.strip : "")
    }

    private var examples: [String] {
        var out: [String] = []
        for text in values.texts.prefix(1_000) where out.count < 3 {
            let short = text.count > 24 ? text.prefix(23) + "…" : text[...]
            if !out.contains(String(short)) { out.append(String(short)) }
        }
        return out
    }

    /// Whether nearly all values pass; in a few values, all.
    private func nearlyAll(_ passes: (String) -> Bool) -> Bool {
        let failures = texts.count { !passes($0) }
        return failures * 100 <= texts.count
    }

    private mutating func takeBoolean() -> Bool {
        let distinct = Set(texts.map { $0.lowercased() })
        let pairs: [Set<String>] = [["true", "false"], ["yes", "no"], ["t", "f"], ["y", "n"]]
        let isSwitch = ["is", "has", "flag", "ist", "hat"].contains { words.contains($0) }
        guard
            pairs.contains(where: { distinct.isSubset(of: $0) })
                || isSwitch && distinct.isSubset(of: ["0", "1"])
        else { return false }
        kind = .boolean
        return true
    }

    /// YYYYMMDD, and seconds or parts of them since 1970.
    private mutating func takeNumericDate() -> Bool {
        let isDated = words.contains { ColumnGuess.timeWords.contains($0) }
        let formats: [Mapping.Source.DateFormat] =
            isDated
            ? [.compact, .unixSeconds, .unixMilliseconds, .unixMicroseconds]
            : texts.count >= 10 ? [.compact] : []
        for candidate in formats {
            guard nearlyAll({ ColumnGuess.isRecent($0, candidate) }) else { continue }
            format = candidate
            kind = candidate == .compact ? .date : .timestamp
            return true
        }
        return false
    }

    private static let timeWords: Set<String> = [
        "at", "created", "date", "datum", "day", "epoch", "tag", "time", "timestamp", "ts",
        "updated", "zeit", "zeitpunkt", "zeitstempel",
    ]

    /// Whether the text writes a moment of 1990 to 2100 in that way.
    private static func isRecent(_ text: String, _ format: Mapping.Source.DateFormat) -> Bool {
        var copy = text
        guard text.utf8.count >= 8, let first = text.utf8.first, (0x31...0x39).contains(first)
        else { return false }
        let day = copy.withUTF8 { MappedValue.moment($0, format, .monthFirst)?.day }
        return day.map { (7_305..<47_482).contains($0) } ?? false
    }

    private mutating func takeNumber() -> Bool {
        guard let found = NumberStyle.all.first(where: { style in nearlyAll(style.reads) }) else {
            return false
        }
        style = found.with(texts)
        let scale = min(texts.map(found.decimals).max() ?? 0, 9)
        kind = scale == 0 ? .integer : .decimal(scale: scale)
        return true
    }

    private mutating func takeDate() -> Bool {
        var evidence = OrderEvidence()
        var hasTime = false
        var hasPoint = false
        let isDate = nearlyAll { text in
            var copy = text
            return copy.withUTF8 { bytes in
                evidence.observe(bytes, line: 1)
                hasPoint =
                    hasPoint
                    || MomentText.leading(bytes) != nil
                        && bytes.prefix(3).contains(UInt8(ascii: "."))
                let moment =
                    MomentText.parse(bytes, order: .monthFirst)
                    ?? MomentText.parse(bytes, order: .dayFirst)
                hasTime = hasTime || moment?.microseconds != nil
                return moment != nil
            }
        }
        guard isDate, !evidence.isContradictory else { return false }
        kind = hasTime ? .timestamp : .date
        isAmbiguous = (try? evidence.decide(nil, column: "")) == nil
        // 31.12.2026: with points between them the day stands first.
        if isAmbiguous, hasPoint {
            format = .dayFirst
            isAmbiguous = false
        }
        return true
    }

    private mutating func takeCategory() {
        var counts: [String: Int] = [:]
        for text in texts {
            counts[text, default: 0] += 1
            guard counts.count <= 64, text.utf8.count <= 40 else { return }
        }
        let usual = counts.filter { $0.value > 1 }
        guard !usual.isEmpty, counts.count <= 32, texts.count >= counts.count * 2 else { return }
        kind = .category
        categories = usual.keys.sorted()
    }
}
