// SPDX-License-Identifier: Apache-2.0

/// A place in the text of a query.
public struct Position: Hashable, Sendable, CustomStringConvertible {
    /// The line, from 1.
    public let line: Int
    /// The character in the line, from 1.
    public let column: Int

    /// "line 2, column 7".
    public var description: String { "line \(line), column \(column)" }
}

/// A query that cannot be asked: what is wrong, where, and what to write instead.
///
/// Decided from the text and the published schema alone, before anything is read.
public struct QueryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where in the text.
    public let position: Position
    /// What is wrong.
    public let problem: String
    /// What to write instead.
    public let remedy: String
    /// Whether the reason is what rows hold, which a model that was brought does not take.
    package let isMisfit: Bool

    init(_ problem: String, at position: Position, remedy: String, isMisfit: Bool = false) {
        self.position = position
        self.problem = problem
        self.remedy = remedy
        self.isMisfit = isMisfit
    }

    /// The place, the problem and the remedy.
    public var description: String { "\(position): \(problem); \(remedy)" }

    /// The query with a mark under the place, for a terminal.
    public func marked(in text: String) -> String {
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        guard position.line <= lines.count else { return description }
        let line = lines[position.line - 1]
        // Tabs stay tabs, so that the mark stands under its place however wide they are shown.
        let space = line.prefix(position.column - 1).map { $0 == "\t" ? "\t" : " " }.joined()
        return "\(line)\n\(space)^\n\(description)"
    }
}
