// SPDX-License-Identifier: Apache-2.0
public import Fields
public import Stark

/// A settlement's statement and proof as one file, which says by itself what it is checked with.
///
///     offset  size  what; numbers are little-endian
///          0     8  "dvsettle"
///          8     1  version of the statement: 4
///          9     1  hash of the state: 1 Poseidon, 2 Poseidon2
///         10     1  levels of the state's tree
///         11     1  parameters: 1 ``Parameters/standard``, 2 ``Parameters/small``
///         12     4  the most accounts of its class
///         16    32  root before
///         48    32  root after
///         80     8  revenue
///         88     8  fee
///         96     8  all weights together
///        104     4  index of the revenue account
///        108     4  index of the fees' account
///        112    32  digest of the record
///        144    32  the batch's id
///        176     -  the proof
public struct SettlementFile: Hashable, Sendable {
    /// What was settled.
    public let statement: SettlementStatement
    /// The hash of the state.
    public let hash: StateHash
    /// The most accounts of the proof's class.
    public let most: Int
    /// Whether the proof is made with ``Parameters/small``.
    public let isSmall: Bool
    /// The proof.
    public let proof: [UInt8]

    private static let magic = Array("dvsettle".utf8)
    private static let head = 176

    /// Puts statement and proof together.
    ///
    /// - Parameter most: the most accounts of a batch of the class; the class's own number is written.
    public init(
        _ statement: SettlementStatement, hash: StateHash, most: Int, isSmall: Bool,
        proof: [UInt8]
    ) {
        let capacity = SettlementCircuit.capacity(depth: statement.depth, most: most)
        self.init(statement, hash, capacity, isSmall, proof)
    }

    private init(
        _ statement: SettlementStatement, _ hash: StateHash, _ most: Int, _ isSmall: Bool,
        _ proof: [UInt8]
    ) {
        (self.statement, self.hash, self.most) = (statement, hash, most)
        (self.isSmall, self.proof) = (isSmall, proof)
    }

    /// Whether some bytes begin as such a file does.
    public static func begins(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }

    /// The bytes.
    public var bytes: [UInt8] {
        func number<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
            withUnsafeBytes(of: value.littleEndian) { Array($0) }
        }
        let kind = [
            UInt8(SettlementCircuit.version), hash.rawValue, UInt8(statement.depth),
            isSmall ? 2 : 1,
        ]
        let amounts =
            number(statement.revenue) + number(statement.fee) + number(statement.weights)
        let places =
            number(UInt32(statement.revenueIndex)) + number(UInt32(statement.feeIndex))
        return SettlementFile.magic + kind + number(UInt32(most)) + statement.oldRoot.bytes
            + statement.newRoot.bytes + amounts + places + statement.record.bytes
            + statement.batch + proof
    }

    /// Reads a file; whether its proof holds, ``verify()`` says.
    ///
    /// - Throws: ``ProofError`` when it is no such file, or of a form that is not offered.
    public init(_ bytes: [UInt8]) throws(ProofError) {
        guard SettlementFile.begins(bytes), bytes.count >= SettlementFile.head else {
            throw .statement("it is no file of a settlement")
        }
        func number(_ start: Int, _ count: Int) -> UInt64 {
            bytes[start..<start + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        guard bytes[8] == SettlementCircuit.version, let hash = StateHash(rawValue: bytes[9]),
            (1...BalanceTree.mostDepth).contains(Int(bytes[10])), (1...2).contains(bytes[11]),
            SettlementCircuit.sizes.contains(Int(number(12, 4)))
        else { throw .statement("it is of a form that this version does not know") }
        guard let old = StateDigest(bytes: bytes[16..<48]),
            let new = StateDigest(bytes: bytes[48..<80]),
            let record = StateDigest(bytes: bytes[112..<144])
        else { throw .statement("a digest is none: its numbers are not below the prime") }
        self.init(
            SettlementStatement(
                oldRoot: old, newRoot: new, revenue: number(80, 8), fee: number(88, 8),
                revenueIndex: Int(number(104, 4)), feeIndex: Int(number(108, 4)),
                depth: Int(bytes[10]), record: record, weights: number(96, 8),
                batch: Array(bytes[144..<176])),
            hash, Int(number(12, 4)), bytes[11] == 2, Array(bytes[SettlementFile.head...]))
    }

    /// The circuit that the proof is checked with, and what tells it from those of other classes: hash, range,
    /// and how hashes stand.
    ///
    /// - Throws: ``ProofError``.
    public var circuit: (name: String, bytes: [UInt8]) {
        get throws(ProofError) {
            let form = try form
            let layout = form.layout
            return (
                "\(layout.hash.rawValue)-\(layout.range)-\(layout.hashes.rawValue)",
                form.circuit.bytes
            )
        }
    }

    private var form: SettlementCircuit {
        get throws(ProofError) {
            guard most == SettlementCircuit.capacity(depth: statement.depth, most: most) else {
                throw .statement("the most accounts of its class are written otherwise")
            }
            let form: SettlementCircuit
            do throws(CircuitError) {
                form = try SettlementCircuit(hash: hash, depth: statement.depth, most: most)
            } catch { throw .statement("\(error)") }
            guard form.isOffered else {
                throw .statement(
                    "so many accounts in so deep a tree are more than one batch is made for")
            }
            return form
        }
    }

    /// Takes the proof, or says why not.
    ///
    /// - Throws: ``ProofError``.
    public func verify() throws(ProofError) {
        guard statement.isPossible else {
            throw .statement("its fee, or one of its accounts, is out of bounds")
        }
        try SettlementVerifier(try form, parameters: isSmall ? .small : .standard)
            .verify(proof, of: statement)
    }
}
