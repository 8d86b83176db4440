// SPDX-License-Identifier: Apache-2.0

/// Splits typed lines into statements at semicolons, but not inside quotes or comments.
struct Statements {
    /// A statement without its semicolon.
    struct Statement {
        /// As typed.
        var text = ""
        /// In one line, without comments: for the history.
        var oneLine = ""

        var isBlank: Bool { oneLine.allSatisfy(\.isWhitespace) }
    }

    private var current = Statement()
    private var quote: Character?

    /// Whether a statement has begun that does not end yet.
    var isOpen: Bool { quote != nil || !current.isBlank }

    /// Whether a quote has begun that does not end yet.
    var isQuoted: Bool { quote != nil }

    /// Gives up the statement that has begun: it in one line, cut where it is long; nil for none.
    mutating func abandon() -> String? {
        guard isOpen else { return nil }
        let line = Statements.trimmed(current).oneLine
        (current, quote) = (Statement(), nil)
        return line.count > 60 ? line.prefix(59) + "…" : line
    }

    /// Takes a line.
    ///
    /// - Returns: the statements that end in it.
    mutating func take(_ line: String) -> [Statement] {
        var ended: [Statement] = []
        var rest = Substring(line)
        while let character = rest.popFirst() {
            if let open = quote {
                if character == open { quote = nil }
                add(character)
            } else if character == "-", rest.first == "-" {
                current.text += "-" + rest
                break
            } else if character == ";" {
                ended.append(current)
                current = Statement()
            } else {
                if character == "'" || character == "\"" { quote = character }
                add(character)
            }
        }
        current.text += "\n"
        current.oneLine += " "
        return ended.filter { !$0.isBlank }.map(Statements.trimmed)
    }

    private mutating func add(_ character: Character) {
        current.text.append(character)
        current.oneLine.append(character)
    }

    private static func trimmed(_ statement: Statement) -> Statement {
        Statement(
            text: String(statement.text.drop(while: \.isNewline)),
            oneLine: statement.oneLine.split(whereSeparator: \.isWhitespace)
                .joined(separator: " "))
    }
}
