// SPDX-License-Identifier: Apache-2.0

/// Text that is equal by its UTF-8 bytes.
///
/// String's own equality follows Unicode's canonical equivalence: it would join texts that are
/// stored as different bytes, and it is slower.
struct ExactText: Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: ExactText, right: ExactText) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

/// Gives each distinct text one place, by first appearance.
struct TextPlaces {
    private(set) var texts: [String] = []
    private var places: [ExactText: Int64] = [:]

    mutating func place(of text: String) -> Int64 {
        let key = ExactText(text)
        if let place = places[key] { return place }
        let place = Int64(texts.count)
        texts.append(text)
        places[key] = place
        return place
    }
}

extension Rows.Column {
    /// The same texts, each once, in the order of their first appearance, and none that no row has.
    ///
    /// Texts of rows that were dropped must not be stored, and equal rows must be equal bytes.
    ///
    /// - Requires: every value is NULL or the place of a text.
    func compacted() -> Rows.Column {
        var places = TextPlaces()
        // From a place in the former dictionary to the new one; -1: not met yet.
        var moved = [Int64](repeating: -1, count: dictionary.count)
        let renamed = values.map { value -> Int64 in
            guard value != Schema.null else { return value }
            let old = Int(value)
            if moved[old] < 0 { moved[old] = places.place(of: dictionary[old]) }
            return moved[old]
        }
        return Rows.Column(values: renamed, dictionary: places.texts)
    }
}
