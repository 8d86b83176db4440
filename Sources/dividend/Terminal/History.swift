// SPDX-License-Identifier: Apache-2.0
import CEdit
import Foundation

/// What is typed into the shell, statement by statement, kept in a file for the next time.
///
/// On a terminal a line can be edited, and the arrow keys bring back earlier statements (libedit).
/// Else lines are read as they come.
struct History {
    private let path: String
    private(set) var lines: [String]
    private let isTerminal = isatty(STDIN_FILENO) == 1
    private var statements = Statements()
    private var waiting: [Statements.Statement] = []
    /// What was typed behind a statement without an end.
    private var command: String?
    private var hasEnded = false

    /// What was typed.
    enum Input {
        /// A line that begins with a backslash.
        case command(String)
        /// A statement, without its semicolon.
        case statement(String)
        /// A statement that did not come to its end, in one line.
        case unended(String)
    }

    init(path: String) {
        self.path = path
        let text = FileManager.default.contents(atPath: path) ?? Data()
        lines = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
        if isTerminal {
            using_history()
            for line in lines { add_history(line + ";") }
        }
    }

    /// The next statement or backslash command; nil at the end of the input.
    mutating func next() -> Input? {
        if let command {
            self.command = nil
            return .command(command)
        }
        while waiting.isEmpty {
            if hasEnded { return nil }
            guard let line = line(statements.isOpen ? "      ... " : "dividend> ") else {
                hasEnded = true
                if isTerminal { Terminal.line() }
                return statements.abandon().map(Input.unended)
            }
            // SQL has no backslash but in quotes.
            if !statements.isQuoted, line.hasPrefix("\\") {
                let words = String(line.reversed().drop(while: \.isWhitespace).reversed())
                guard let open = statements.abandon() else { return .command(words) }
                command = words
                return .unended(open)
            }
            waiting = statements.take(line)
        }
        let statement = waiting.removeFirst()
        keep(statement.oneLine)
        return .statement(statement.text)
    }

    private func line(_ prompt: String) -> String? {
        guard isTerminal else { return readLine() }
        guard let typed = readline(prompt) else { return nil }
        defer { free(typed) }
        return String(cString: typed)
    }

    private mutating func keep(_ text: String) {
        lines.append(text)
        if isTerminal { add_history(text + ";") }
        let kept = lines.suffix(1000).joined(separator: "\n") + "\n"
        _ = FileManager.default.createFile(
            atPath: path, contents: Data(kept.utf8), attributes: [.posixPermissions: 0o600])
    }
}
