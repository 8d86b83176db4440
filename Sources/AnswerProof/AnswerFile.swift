// SPDX-License-Identifier: Apache-2.0
public import Stark

/// A proven answer as one file, which says by itself what it is checked with.
///
///     offset  size  what; numbers are little-endian
///          0     8  "dvanswer"
///          8     1  version of the statement: 2
///          9     1  parameters: 1 ``Parameters/binding``
///         10     1  logarithm of the rows of the columns' table
///         11     1  how many columns are committed to
///         12     2  how many numbers there are
///         14     2  0
///         16    32  root of the columns
///         48    32  root of the noise
///         80    32  what the proof belongs to
///        112    20  each number: kind u8 (1 rows, 2 present, 3 missing, 4 sum, 5 centred, 6 group,
///                   7 part), column u8, low u16 (of a group its code), high u16, 0 u16, units for one u32, result i64
///          -     -  the proof
public struct AnswerFile: Hashable, Sendable {
    /// What was answered.
    public let statement: AnswerStatement
    /// The proof.
    public let proof: [UInt8]

    private static let magic = Array("dvanswer".utf8)
    private static let head = 112
    private static let numberBytes = 20

    /// Puts statement and proof together.
    public init(_ statement: AnswerStatement, proof: [UInt8]) {
        (self.statement, self.proof) = (statement, proof)
    }

    /// Whether some bytes begin as such a file does.
    public static func begins(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }

    /// The bytes.
    public var bytes: [UInt8] {
        func little<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
            withUnsafeBytes(of: value.littleEndian) { Array($0) }
        }
        var bytes = AnswerFile.magic
        bytes += [
            UInt8(AnswerCircuit.version), 1, UInt8(statement.rowBits),
            UInt8(statement.columns),
        ]
        bytes += little(UInt16(statement.numbers.count)) + [0, 0]
        bytes += statement.columnsRoot + statement.noiseRoot + statement.context
        for (number, result) in zip(statement.numbers, statement.results) {
            let (kind, low, high) = number.kind.written
            bytes += [kind, UInt8(number.column)] + little(UInt16(low)) + little(UInt16(high))
            bytes += [0, 0] + little(UInt32(number.units)) + little(result)
        }
        return bytes + proof
    }

    /// Reads a file; whether its proof holds, ``verify()`` says.
    ///
    /// - Throws: ``ProofError`` when it is no such file, or of a form that is not offered.
    public init(_ bytes: [UInt8]) throws(ProofError) {
        guard AnswerFile.begins(bytes), bytes.count >= AnswerFile.head else {
            throw .statement("it is no file of an answer")
        }
        func number(_ start: Int, _ count: Int) -> UInt64 {
            bytes[start..<start + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        let count = Int(number(12, 2))
        guard bytes[8] == AnswerCircuit.version, bytes[9] == 1,
            CodedTable.sizes.contains(Int(bytes[10])), CodedTable.widths.contains(Int(bytes[11])),
            (1...AnswerNumber.most).contains(count), number(14, 2) == 0
        else { throw .statement("it is of a form that this version does not know") }
        let end = AnswerFile.head + AnswerFile.numberBytes * count
        guard bytes.count >= end else { throw .short }
        var numbers: [AnswerNumber] = []
        var results: [Int64] = []
        for start in stride(from: AnswerFile.head, to: end, by: AnswerFile.numberBytes) {
            let kind = AnswerNumber.Kind(
                written: bytes[start], column: Int(bytes[start + 1]),
                low: Int(number(start + 2, 2)), high: Int(number(start + 4, 2)))
            guard let kind, number(start + 6, 2) == 0 else {
                throw .statement("a number of it is of no kind")
            }
            numbers.append(AnswerNumber(kind, units: Int64(number(start + 8, 4))))
            results.append(Int64(bitPattern: number(start + 12, 8)))
        }
        self.init(
            AnswerStatement(
                numbers: numbers, results: results, columns: Int(bytes[11]),
                rowBits: Int(bytes[10]), columnsRoot: Array(bytes[16..<48]),
                noiseRoot: Array(bytes[48..<80]), context: Array(bytes[80..<112])),
            proof: Array(bytes[end...]))
    }

    /// The tape of the circuit that the proof is checked with.
    ///
    /// - Throws: ``ProofError`` when there is none of its form.
    public var circuit: [UInt8] { get throws(ProofError) { try form.circuit.bytes } }

    private var form: AnswerCircuit {
        get throws(ProofError) {
            do throws(AnswerProofError) {
                return try AnswerCircuit(
                    statement.numbers, columns: statement.columns, rowBits: statement.rowBits)
            } catch { throw .statement("\(error)") }
        }
    }

    /// Takes the proof, or says why not.
    ///
    /// - Throws: ``ProofError``.
    public func verify() throws(ProofError) {
        try AnswerVerifier(try form)
            .verify(proof, of: statement)
    }
}

extension AnswerNumber.Kind {
    fileprivate var written: (kind: UInt8, low: Int, high: Int) {
        switch self {
        case .rows: (1, 0, 0)
        case .present: (2, 0, 0)
        case .missing: (3, 0, 0)
        case .sum(_, let low, let high): (4, low, high)
        case .centred(_, let low, let high): (5, low, high)
        case .group(_, let code): (6, code, 0)
        case .part(_, let low, let high): (7, low, high)
        }
    }

    /// There is one spelling for each: what a kind does not need is 0.
    fileprivate init?(written kind: UInt8, column: Int, low: Int, high: Int) {
        switch (kind, low, high) {
        case (1, 0, 0) where column == 0: self = .rows
        case (2, 0, 0): self = .present(column: column)
        case (3, 0, 0): self = .missing(column: column)
        case (4, _, _): self = .sum(column: column, low: low, high: high)
        case (5, _, _): self = .centred(column: column, low: low, high: high)
        case (6, _, 0): self = .group(column: column, code: low)
        case (7, _, _): self = .part(column: column, low: low, high: high)
        default: return nil
        }
    }
}
