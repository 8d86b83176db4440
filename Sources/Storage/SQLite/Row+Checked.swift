// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import GRDB

/// Reading a row of a file that may be damaged: what is not there is an error.
///
/// GRDB's subscripts trap instead, and the declared types do not help: in a file with changed or lost
/// bytes SQLite gives NULL for a column that was declared never to be.
extension Row {
    /// The bytes in a column.
    func bytes(_ column: String) throws(StorageError) -> [UInt8] {
        Array(try checked(column) as Data)
    }

    /// The text in a column.
    func text(_ column: String) throws(StorageError) -> String { try checked(column) }

    /// The whole number in a column.
    func whole(_ column: String) throws(StorageError) -> Int64 { try checked(column) }

    /// The size, place or count in a column: never below zero.
    func natural(_ column: String) throws(StorageError) -> Int {
        guard let value = Int(exactly: try whole(column)), value >= 0 else {
            throw .unreadable(column: column)
        }
        return value
    }

    private func checked<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        _ column: String
    ) throws(StorageError) -> Value {
        do { return try decode(Value.self, forColumn: column) } catch {
            throw .unreadable(column: column)
        }
    }
}
