// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// What the first line of a table is: names of columns, values of somebody's row, or neither.
enum HeaderLine {
    /// What the columns of a file without a header are called, from 1.
    static func names(_ count: Int) -> [String] { (0..<count).map { "column \($0 + 1)" } }

    /// Whether these are hardly names: a number, a date, an address of mail or a page among them.
    static func looksLikeValues(_ names: [String]) -> Bool { names.contains(where: isValue) }

    private static func isValue(_ text: String) -> Bool {
        guard !text.isEmpty else { return false }
        if NumberStyle.all.contains(where: { $0.reads(text) }) { return true }
        if text.contains("@") && text.contains(".") || text.contains("://") { return true }
        var copy = text
        return copy.withUTF8 { bytes in
            (MomentText.parse(bytes, order: .monthFirst)
                ?? MomentText.parse(bytes, order: .dayFirst))
                != nil
        }
    }

    /// Refuses a first line that cannot name the columns of a table, and says why.
    ///
    /// - Parameters:
    ///   - names: the fields of the first line. They may be somebody's, and are not repeated.
    ///   - reader: stands on that line; is read on, to see whether a table begins further down.
    /// - Throws: ``IntakeError/Code/unknownFormat``.
    static func check(_ names: [String], _ reader: CSVReader) throws(IntakeError) {
        let line = reader.line
        if let place = names.firstIndex(where: { $0.utf8.contains { $0 < 0x20 || $0 == 0x7f } }) {
            let isBreak = names[place].utf8.contains { $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
            throw IntakeError(
                .unknownFormat,
                "the name of column \(place + 1) has a \(isBreak ? "line break or tab" : "control character")"
                    + " in it, or this is no text table",
                mend: "Name the columns in plain words in the first line", line: line)
        }
        guard names.count < 2 else { return }
        var looked = 0
        while looked < 100, (try? reader.next()) == true {
            looked += 1
            guard reader.count > 1, !reader.isBroken else { continue }
            throw IntakeError(
                .unknownFormat,
                "it has one field, line \(reader.line) has \(reader.count): a table "
                    + "begins with the line that names its columns",
                mend: "Take out the lines above that line", line: line)
        }
    }
}
