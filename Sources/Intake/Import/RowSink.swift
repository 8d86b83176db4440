// SPDX-License-Identifier: Apache-2.0
public import Vault

/// Takes the rows that an import makes.
public protocol RowSink {
    /// Takes at most 4,096 rows of one table of one person; ``Intake/read(_:options:into:)`` says in
    /// which order.
    ///
    /// - Parameters:
    ///   - rows: never empty, columns of equal length.
    ///   - person: what the file calls its person (an id, a profile name); nil where the file is
    ///     one person's. It is never part of the rows.
    mutating func take(_ rows: Rows, of person: String?) throws
}

/// Throws rows away: what remains is the report, which is the preview of an import.
public struct PreviewSink: RowSink {
    /// Takes nothing.
    public init() {}
    /// Throws the rows away.
    public mutating func take(_ rows: Rows, of person: String?) {}
}
