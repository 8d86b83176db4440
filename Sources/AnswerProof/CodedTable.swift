// SPDX-License-Identifier: Apache-2.0
public import Fields
public import Stark

/// Rows of some columns as they are committed to: each value coded as a small whole number.
///
/// Code 0 stands for NULL, and code v + 1 for the value v, from 0 on. What is above ``mostValue`` is coded as that:
/// whoever clips at or below it gets the same.
public struct CodedTable: Sendable {
    /// The codes, column by column.
    public let columns: [[UInt16]]
    /// How many rows there are.
    public let rows: Int
    /// The logarithm of the rows of the table that is committed to.
    public let rowBits: Int

    /// How many codes there are: the rows that count of a table of 2¹⁵.
    public static let codes = (1 << codeBits) - Parameters.hiddenRows
    static let codeBits = 15
    /// The largest value that is told from others.
    public static let mostValue = Int64(codes - 2)
    /// How many rows of data stand side by side in one of the table that is committed to: it is so much shorter, and
    /// with it what does not depend on what is asked.
    public static let share = 4
    /// What the logarithm of the rows of the table that is committed to may be.
    public static let sizes = 13...18
    /// How many columns there may be.
    public static let widths = 1...60

    /// How many rows of the table that is committed to can hold data; the others are random, and their number bounds
    /// how many proofs can be made about it.
    public static func area(rowBits: Int) -> Int { 25 << (rowBits - 5) }

    /// How many rows of data there is room for: of 102,400 there are 57 proofs.
    public static func room(rowBits: Int) -> Int { share * area(rowBits: rowBits) }

    /// The logarithm of the longest table in every circuit that such columns are in.
    static func longest(rowBits: Int) -> Int { max(rowBits, codeBits) }

    /// How many proofs there may be about the columns of one commitment.
    public static func proofs(rowBits: Int) -> Int {
        ((1 << rowBits) - area(rowBits: rowBits)) / CommittedColumns.shown(by: .binding)
    }

    /// The logarithm of the rows of a table that has room for so many; nil where there is none.
    public static func rowBits(for rows: Int) -> Int? {
        sizes.first { room(rowBits: $0) >= rows }
    }

    /// Takes codes.
    ///
    /// - Parameter most: how many rows there may be, where how many there are is nobody's business.
    /// - Throws: ``AnswerProofError/columns(_:)``, ``AnswerProofError/rows(_:)`` when there are too many, or
    ///   ``AnswerProofError/code`` when columns are not all as long or a code is none.
    public init(_ columns: [[UInt16]], most: Int? = nil) throws(AnswerProofError) {
        guard CodedTable.widths.contains(columns.count) else { throw .columns(columns.count) }
        let rows = columns[0].count
        let most = most ?? rows
        guard rows <= most, let rowBits = CodedTable.rowBits(for: most) else {
            throw .rows(max(rows, most))
        }
        guard columns.allSatisfy({ $0.count == rows && $0.allSatisfy { $0 < CodedTable.codes } })
        else { throw .code }
        (self.columns, self.rows, self.rowBits) = (columns, rows, rowBits)
    }

    /// The code of a value; NULL is nil. Values below 0 have none and are coded as 0 is.
    public static func code(_ value: Int64?) -> UInt16 {
        guard let value else { return 0 }
        return UInt16(min(max(value, 0), mostValue)) + 1
    }

    /// Commits to it, with a first column that is 1 in every row there is. The first rows stand below each other, as
    /// many as the area has, the next ones beside them.
    ///
    /// - Parameter seed: 32 secret bytes.
    public func commit(seed: [UInt8], threads: Int = 2) throws(TilesError) -> CommittedColumns {
        let (area, width) = (CodedTable.area(rowBits: rowBits), columns.count + 1)
        let table = try CommittedColumns.table(
            rowBits: rowBits, columns: CodedTable.share * width)
        for row in 0..<rows { table[row % area, row / area * width] = .one }
        for (place, column) in columns.enumerated() {
            for (row, code) in column.enumerated() {
                table[row % area, row / area * width + place + 1] = KoalaBear(
                    reducing: UInt64(code))
            }
        }
        return try CommittedColumns(
            table, rows: area,
            longest: CodedTable.longest(rowBits: rowBits), parameters: .binding, seed: seed,
            threads: threads)
    }

    /// How often each code stands in a column; of the column 0, which is 1 everywhere, all rows.
    func counts(of column: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: CodedTable.codes)
        guard column > 0 else {
            counts[1] = rows
            return counts
        }
        for code in columns[column - 1] { counts[Int(code)] += 1 }
        return counts
    }
}

/// Why an answer cannot be proved.
public enum AnswerProofError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No columns, or too many.
    case columns(Int)
    /// Too many rows.
    case rows(Int)
    /// Columns of several lengths, or a code that is none.
    case code
    /// No numbers, too many, or some that do not go together.
    case numbers(String)
    /// A number with its noise leaves 64 bits.
    case overflow

    /// What is wrong.
    public var description: String {
        switch self {
        case .columns(let count):
            "\(count) columns: \(CodedTable.widths.lowerBound) to \(CodedTable.widths.upperBound) wanted"
        case .rows(let count):
            "\(count) rows: answers are proven of \(CodedTable.room(rowBits: CodedTable.sizes.upperBound)) "
                + "rows at most"
        case .code: "the columns are not all as long, or hold what is no code"
        case .numbers(let words): words
        case .overflow: "a number with its noise is beyond 64 bits"
        }
    }
}
