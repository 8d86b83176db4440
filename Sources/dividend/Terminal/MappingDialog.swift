// SPDX-License-Identifier: Apache-2.0
import Intake
import Vault

/// Asks how an unknown table is to be read, column by column.
struct MappingDialog {
    private(set) var draft: MappingDraft
    private let questions: Questions

    /// Drafts a mapping; asks whether there is a header where the first line looks like values.
    init(of head: [UInt8], table: String, _ questions: Questions) throws {
        self.questions = questions
        draft = try Mapping.draft(of: head, table: table)
        guard draft.isHeaderDoubtful else { return }
        var hasHeader = true
        questions.say("The first line looks like values, not like names of columns.")
        try questions.answer("Does it name the columns, yes or no", "no") { text in
            hasHeader = ["y", "yes"].contains(text)
            return hasHeader || ["n", "no"].contains(text) ? nil : "say yes or no"
        }
        if !hasHeader { draft = try Mapping.draft(of: head, table: table, hasHeader: false) }
    }

    /// Goes through all questions.
    mutating func run() throws {
        var draft = draft
        questions.say("This table is not known here. An empty line takes what is in brackets.")
        try questions.answer("Name of the table", draft.table) { text in
            draft.table = text
            return MappingDialog.problem(name: text)
        }
        let names = draft.columns.map(\.source)
        try questions.answer("Column that tells people apart, - for none", draft.person ?? "-") {
            guard $0 == "-" || names.contains($0) else { return "there is no such column" }
            draft.person = $0 == "-" ? nil : $0
            return nil
        }
        // What she is called tells her rows from others' and is no data: its texts would be public.
        for place in draft.columns.indices where draft.columns[place].source == draft.person {
            draft.columns[place].decision = .leave
        }
        for place in draft.columns.indices where draft.columns[place].source != draft.person {
            questions.say("")
            questions.say("Column \(place + 1) of \(names.count)")
            let before = draft.columns[..<place].filter { $0.decision == .take }.map(\.name)
            try ask(about: &draft.columns[place], besides: before)
        }
        let taken = draft.columns.filter { $0.decision == .take && $0.source != draft.person }
            .map(\.name)
        guard !taken.isEmpty else {
            throw Failure(
                "mapping",
                "no column is taken, so there is nothing to store; give at least one a kind")
        }
        questions.say("")
        questions.say("Of rows that agree in the key, such as a day, only the first is kept.")
        let key = draft.key.isEmpty ? "-" : draft.key.joined(separator: ",")
        try questions.answer("Columns of the key, - for none", key) { text in
            let key = text == "-" ? [] : text.split(separator: ",").map { trimmed(String($0)) }
            guard key.allSatisfy(taken.contains) else {
                return "choose among \(taken.joined(separator: ", "))"
            }
            draft.key = key
            return nil
        }
        self.draft = draft
    }

    private func ask(
        about column: inout MappingDraft.Column, besides others: [String]
    ) throws {
        var answer = column
        let say = questions.say
        let examples = answer.examples.isEmpty ? "empty" : answer.examples.joined(separator: " · ")
        say("\(answer.source): \(examples)")
        if let secret = answer.secret { say("  looks like \(secret.rawValue); better left out") }
        let proposed =
            switch answer.decision {
            case .take: answer.kind.word
            case .mask: "mask"
            case .leave: "leave"
            }
        try questions.answer("  \(MappingDialog.words.joined(separator: ", "))", proposed) {
            MappingDialog.decide($0, &answer)
        }
        if answer.decision == .take { try details(of: &answer, besides: others) }
        column = answer
    }

    private func details(
        of column: inout MappingDraft.Column, besides others: [String]
    ) throws {
        var answer = column
        try questions.answer("  name in the table", answer.name) { text in
            guard !others.contains(text) else { return "another column is called so" }
            answer.name = text
            return MappingDialog.problem(name: text)
        }
        switch answer.kind {
        case .integer, .decimal: try numbers(of: &answer)
        case .category:
            try questions.answer("  categories, public", answer.categories.joined(separator: ",")) {
                answer.categories = $0.split(separator: ",").map { trimmed(String($0)) }
                return answer.categories.isEmpty ? "name them, with commas between" : nil
            }
        case .date, .timestamp:
            guard answer.isAmbiguous else { break }
            try questions.answer("  does the day or the month come first", "?") { text in
                switch text {
                case "day": answer.format = .dayFirst
                case "month": answer.format = .monthFirst
                default: return "the file does not tell: say day or month"
                }
                return nil
            }
        case .text, .boolean: break
        }
        column = answer
    }

    private func numbers(of column: inout MappingDraft.Column) throws {
        var answer = column
        let scale = answer.kind.scale
        let bounds = answer.bounds.map { bounds in
            [bounds.lowerBound, bounds.upperBound].map(answer.kind.writtenShort)
                .joined(separator: " ")
        }
        questions.say("  Bounds are public: what anybody may have, not what is in this file.")
        try questions.answer("  lowest and highest, - for none", bounds ?? "-") {
            MappingDialog.bound($0, scale, &answer)
        }
        try questions.answer("  unit, - for none", answer.unit ?? "-") { text in
            answer.unit = text == "-" ? nil : text
            return nil
        }
        column = answer
    }

    /// What is wrong with a name of a table or column.
    private static func problem(name: String) -> String? {
        let isName = name.utf8.allSatisfy {
            (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f
        }
        return isName && (1...64).contains(name.utf8.count)
            ? nil : "1 to 64 of a-z, 0-9 and _ wanted"
    }

    private static let words = [
        "integer", "decimal", "date", "timestamp", "boolean", "category", "text", "mask", "leave",
    ]

    private static func decide(_ text: String, _ column: inout MappingDraft.Column) -> String? {
        guard words.contains(text) else { return "say one of \(words.joined(separator: ", "))" }
        switch text {
        case "mask": column.decision = .mask(column.secret ?? .text)
        case "leave": column.decision = .leave
        default:
            column.decision = .take
            if text != column.kind.word {
                column.bounds = nil
                column.categories = []
            }
            switch text {
            case "integer": column.kind = .integer
            case "decimal": column.kind = .decimal(scale: max(column.kind.scale, 2))
            case "date": column.kind = .date
            case "timestamp": column.kind = .timestamp
            case "boolean": column.kind = .boolean
            case "category": column.kind = .category
            default: column.kind = .text
            }
        }
        return nil
    }

    private static func bound(
        _ text: String, _ scale: Int, _ column: inout MappingDraft.Column
    ) -> String? {
        guard text != "-" else {
            column.bounds = nil
            return nil
        }
        let parts = text.split(whereSeparator: { $0 == " " || $0 == "," })
        let numbers = parts.compactMap { number(String($0), scale) }
        guard parts.count == 2, numbers.count == 2, numbers[0] < numbers[1] else {
            return "two numbers, the lower one first, such as 0 100"
        }
        column.bounds = numbers[0]...numbers[1]
        return nil
    }

    /// A decimal number in units of 10^-scale, exactly.
    static func number(_ text: String, _ scale: Int) -> Int64? {
        let isNegative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = parts.first, !whole.isEmpty else {
            return nil
        }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard fraction.count <= scale,
            (whole + fraction).allSatisfy({ $0.isASCII && $0.isNumber })
        else { return nil }
        let digits =
            whole + fraction + String(repeating: "0", count: scale - fraction.count)
        return Int64((isNegative ? "-" : "") + digits)
    }
}
