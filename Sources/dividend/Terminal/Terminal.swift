// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation

/// What a person sees. Colour and moving bars only on a terminal.
enum Terminal {
    static let isTerminal = isatty(STDOUT_FILENO) == 1 && Environment.wantsColour

    static func line(_ text: String = "") {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    static func json(_ value: JSON) throws {
        line(String(decoding: try value.canonical(), as: UTF8.self))
    }

    static func bold(_ text: String) -> String { styled("1", text) }
    static func dim(_ text: String) -> String { styled("2", text) }
    static func green(_ text: String) -> String { styled("32", text) }
    static func yellow(_ text: String) -> String { styled("33", text) }
    static func red(_ text: String) -> String { styled("31", text) }

    private static func styled(_ code: String, _ text: String) -> String {
        isTerminal ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    /// Rows in columns, numbers to the right.
    static func table(_ header: [String], _ rows: [[String]], indent: String = "  ") {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        func padded(_ row: [String]) -> String {
            zip(row, widths).enumerated().map { place, cell in
                let gap = String(repeating: " ", count: cell.1 - cell.0.count)
                let isNumber = rows.allSatisfy { $0[place].first?.isNumber ?? true }
                return isNumber ? gap + cell.0 : cell.0 + gap
            }.joined(separator: "  ")
        }
        line(indent + bold(padded(header)))
        for row in rows { line(indent + padded(row)) }
    }

    /// Asks a question that yes or no answers; no where nobody can answer.
    static func confirm(_ question: String) -> Bool {
        guard isatty(STDIN_FILENO) == 1 else { return false }
        FileHandle.standardOutput.write(Data("\(question) [y/N] ".utf8))
        return readLine().map { ["y", "yes"].contains($0.lowercased()) } ?? false
    }
}

/// A bar for a long step; on a terminal only.
struct ProgressBar: Sendable {
    let title: String

    func show(_ done: Int, of total: Int) {
        guard Terminal.isTerminal, total > 0 else { return }
        let width = 30
        let full = min(width, done * width / total)
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
        FileHandle.standardOutput.write(
            Data("\r  \(title) \(bar) \(done)/\(total)\(done >= total ? "\r\u{1B}[K" : "")".utf8))
    }
}

/// What the environment says.
enum Environment {
    static var home: String? { ProcessInfo.processInfo.environment["DIVIDEND_HOME"] }
    static var passphrase: String? { ProcessInfo.processInfo.environment["DIVIDEND_PASSPHRASE"] }
    static var wantsColour: Bool { ProcessInfo.processInfo.environment["NO_COLOR"] == nil }
}
