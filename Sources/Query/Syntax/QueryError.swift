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

    init(_ problem: String, at position: Position, remedy: String) {
        self.position = position
        self.problem = problem
        self.remedy = remedy
    }

    /// What to do where rows hold something that a model which was brought does not take.
    static let otherModel = "take a model that was made of rows like these"

    /// Whether that is the reason. No stored property: an error is handed up through every level of a deep expression.
    package var isMisfit: Bool { remedy == QueryError.otherModel }

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
