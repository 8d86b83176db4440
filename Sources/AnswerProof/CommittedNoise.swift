// SPDX-License-Identifier: Apache-2.0
internal import Fields
internal import Stark

/// The noise of an answer's numbers, committed to before the answer is worked out. It is for one answer: two with
/// the same would tell by how much the exact numbers differ.
///
/// Of each number the noise stands in one row: the units that are less than one, and the ones as digits. Other rows are
/// random.
public struct CommittedNoise: ~Copyable, Sendable {
    /// The noise of each number, in its units.
    let values: [Int64]
    /// Of each number its units for one.
    let units: [Int64]
    /// What commits to it.
    let columns: CommittedColumns

    static let rowBits = Parameters.leastRowBits
    /// The rest, and the digits.
    static let width = 1 + Digits.count

    /// What stands for it in a statement.
    public var root: [UInt8] { columns.root }

    /// Commits to noise.
    ///
    /// - Parameters:
    ///   - values: of each number, in its units.
    ///   - rowBits: those of the ``CodedTable`` that the answer is worked out of.
    ///   - seed: 32 secret bytes, of which nothing else is made.
    /// - Throws: ``AnswerProofError/numbers(_:)``, or ``AnswerProofError/overflow`` when noise is beyond what has three
    ///   digits.
    public init(
        _ values: [Int64], of numbers: [AnswerNumber], rowBits: Int, seed: [UInt8]
    ) throws {
        guard values.count == numbers.count, (1...AnswerNumber.most).contains(values.count),
            numbers.allSatisfy({ (1...AnswerNumber.mostUnits).contains($0.units) })
        else {
            throw AnswerProofError.numbers("\(values.count) noises for \(numbers.count) numbers")
        }
        let table = try CommittedColumns.table(
            rowBits: CommittedNoise.rowBits, columns: CommittedNoise.width)
        for (row, (value, number)) in zip(values, numbers).enumerated() {
            let (ones, rest) = Digits.whole(value, units: number.units)
            guard let digits = Digits.of(ones) else { throw AnswerProofError.overflow }
            for (column, cell) in ([KoalaBear(reducing: UInt64(rest))] + digits).enumerated() {
                table[row, column] = cell
            }
        }
        let columns = try CommittedColumns(
            table, rows: values.count, longest: CodedTable.longest(rowBits: rowBits),
            parameters: .binding, seed: seed, threads: 1)
        self.values = values
        units = numbers.map(\.units)
        self.columns = columns
    }
}
