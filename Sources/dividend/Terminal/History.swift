// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Statements as they are typed, kept in a file for the next time.
struct History {
    private let path: String
    private(set) var lines: [String]

    init(path: String) {
        self.path = path
        let text = FileManager.default.contents(atPath: path) ?? Data()
        lines = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The next statement or backslash command; nil at the end of the input.
    mutating func next() -> String? {
        var statement = ""
        while true {
            if isatty(STDIN_FILENO) == 1 {
                FileHandle.standardOutput.write(
                    Data((statement.isEmpty ? "dividend> " : "      ... ").utf8))
            }
            guard let line = readLine() else { return nil }
            if statement.isEmpty, line.hasPrefix("\\") { return line }
            if statement.isEmpty, line.allSatisfy(\.isWhitespace) { continue }
            statement += (statement.isEmpty ? "" : " ") + line
            guard statement.contains(";") else { continue }
            let text = String(statement.prefix { $0 != ";" })
            keep(text)
            return text
        }
    }

    private mutating func keep(_ text: String) {
        lines.append(text)
        let kept = lines.suffix(1000).joined(separator: "\n") + "\n"
        _ = FileManager.default.createFile(
            atPath: path, contents: Data(kept.utf8), attributes: [.posixPermissions: 0o600])
    }
}
