// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Synchronization

/// What a person sees: the one place where anything is written for her. Colour and moving bars only
/// on a terminal, and no control characters but those made here.
enum Terminal {
    private struct State {
        /// Where the story goes.
        var out = STDOUT_FILENO
        /// Why standard output could not be written, as the system's number.
        var lost: Int32?
    }
    private static let state = Mutex(State())

    static var isTerminal: Bool { isatty(state.withLock(\.out)) == 1 && Environment.wantsColour }

    static func line(_ text: String = "") { write(shown(text) + "\n") }

    static func note(_ text: String) { write(shown(text) + "\n", to: STDERR_FILENO) }

    /// A value for programs, on standard output.
    static func json(_ value: JSON) throws {
        write(try escaped(value) + "\n", to: STDOUT_FILENO)
    }

    /// A value for programs, on standard error.
    static func note(json value: JSON) {
        write(((try? escaped(value)) ?? "{}") + "\n", to: STDERR_FILENO)
    }

    /// Tells the story on standard error from now on, so that standard output is for programs.
    static func moveAside() { state.withLock { $0.out = STDERR_FILENO } }

    /// Says what could not be written.
    ///
    /// - Returns: the exit code, which is no longer 0 then. A reader that had enough is no failure.
    static func finish(_ status: Int32) -> Int32 {
        guard let lost = state.withLock(\.lost), lost != EPIPE else { return status }
        note("Error: standard output: \(String(cString: strerror(lost))); run it again elsewhere")
        return status == 0 ? 1 : status
    }

    private static func write(_ text: String, to file: Int32? = nil) {
        let file = file ?? state.withLock(\.out)
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if count >= 0 {
                bytes = bytes.dropFirst(count)
            } else if errno != EINTR {
                let number = errno
                if file != STDERR_FILENO { state.withLock { $0.lost = number } }
                return
            }
        }
    }

    /// Asks a question that yes or no answers; no where nobody can answer.
    static func confirm(_ question: String) -> Bool {
        guard canAsk else { return false }
        write(shown("\(question) [y/N] "), to: STDERR_FILENO)
        return readLine().map { ["y", "yes"].contains($0.lowercased()) } ?? false
    }

    /// Whether somebody can be asked.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 }

    /// Asks for a line; nil at the end of the input.
    static func ask(_ question: String) -> String? {
        write(shown(question), to: STDERR_FILENO)
        return readLine()
    }

    /// A bar over what stood in its line.
    fileprivate static func bar(_ text: String) { write("\r" + text) }
}

/// Styles and control characters.
extension Terminal {
    // Marks that no text has a use for; they become escapes only in the very last step.
    private static let marks: [Unicode.Scalar: String] = [
        "\u{10FFF0}": "0", "\u{10FFF1}": "1", "\u{10FFF2}": "2", "\u{10FFF3}": "32",
        "\u{10FFF4}": "33", "\u{10FFF5}": "31",
    ]

    static func bold(_ text: String) -> String { styled("\u{10FFF1}", text) }
    static func dim(_ text: String) -> String { styled("\u{10FFF2}", text) }
    static func green(_ text: String) -> String { styled("\u{10FFF3}", text) }
    static func yellow(_ text: String) -> String { styled("\u{10FFF4}", text) }
    static func red(_ text: String) -> String { styled("\u{10FFF5}", text) }

    private static func styled(_ mark: Unicode.Scalar, _ text: String) -> String {
        isTerminal ? "\(mark)\(text)\u{10FFF0}" : text
    }

    /// Whether a character would do something to a terminal: C0 but for newline and tab, DEL, C1,
    /// and what turns the direction of writing.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// The text with marks made into escapes and control characters into question marks.
    private static func shown(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { !isControl($0) && marks[$0] == nil }
        guard !isPlain else { return text }
        let isStyled = isTerminal
        var result = ""
        for scalar in text.unicodeScalars {
            if let code = marks[scalar] {
                result += isStyled ? "\u{1B}[\(code)m" : "\u{FFFD}"
            } else {
                result.unicodeScalars.append(isControl(scalar) ? "\u{FFFD}" : scalar)
            }
        }
        return result
    }

    /// The text of a value. Control characters stand only inside strings, where they are escaped.
    private static func escaped(_ value: JSON) throws -> String {
        let text = String(decoding: try value.canonical(), as: UTF8.self)
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isControl(scalar) {
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Rows in columns, numbers to the right.
    static func table(_ header: [String], _ rows: [[String]], indent: String = "  ") {
        let rows = rows.map { row in
            row.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }
        }
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
}

/// A bar for a long step; on a terminal only.
struct ProgressBar: Sendable {
    let title: String

    func show(_ done: Int, of total: Int) {
        guard Terminal.isTerminal, total > 0 else { return }
        let width = 30
        let full = min(width, done * width / total)
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
        Terminal.bar("  \(title) \(bar) \(done)/\(total)\(done >= total ? "\r\u{1B}[K" : "")")
    }
}

/// What the environment says.
enum Environment {
    static var home: String? {
        ProcessInfo.processInfo.environment["DIVIDEND_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    }
    static var passphrase: String? { ProcessInfo.processInfo.environment["DIVIDEND_PASSPHRASE"] }
    static var wantsColour: Bool { ProcessInfo.processInfo.environment["NO_COLOR"] == nil }
}
