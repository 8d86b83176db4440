// SPDX-License-Identifier: Apache-2.0
public import Fields
public import Stark

/// A settlement's statement and proof as one file, which says by itself what it is checked with.
///
///     offset  size  what; numbers are little-endian
///          0     8  "dvsettle"
///          8     1  version of the statement: 1
///          9     1  hash of the state: 1 Poseidon, 2 Poseidon2
///         10     1  levels of the state's tree
///         11     1  logarithm of the rows of the payouts
///         12     1  parameters: 1 ``Parameters/standard``, 2 ``Parameters/small``
///         13     3  zeros
///         16    32  root before
///         48    32  root after
///         80     8  revenue
///         88     8  fee
///         96     4  index of the revenue account
///        100     4  index of the fees' account
///        104    32  the batch's id
///        136     -  the proof
public struct SettlementFile: Hashable, Sendable {
    /// What was settled.
    public let statement: SettlementStatement
    /// The hash of the state.
    public let hash: StateHash
    /// The logarithm of the rows of the payouts.
    public let payoutBits: Int
    /// Whether the proof is made with ``Parameters/small``.
    public let isSmall: Bool
    /// The proof.
    public let proof: [UInt8]

    private static let magic = Array("dvsettle".utf8)
    private static let head = 136

    /// Puts statement and proof together.
    public init(
        _ statement: SettlementStatement, hash: StateHash, payoutBits: Int, isSmall: Bool,
        proof: [UInt8]
    ) {
        (self.statement, self.hash, self.payoutBits) = (statement, hash, payoutBits)
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
            UInt8(payoutBits), isSmall ? 2 : 1, 0, 0, 0,
        ]
        let amounts = number(statement.revenue) + number(statement.fee)
        let places =
            number(UInt32(statement.revenueIndex)) + number(UInt32(statement.feeIndex))
        return SettlementFile.magic + kind + statement.oldRoot.bytes + statement.newRoot.bytes
            + amounts + places + statement.batch + proof
    }

    /// Reads a file; whether its proof holds, ``verify()`` says.
    ///
    /// - Throws: ``ProofError`` when it is no such file, or of a form that is not offered.
    public init(_ bytes: [UInt8]) throws(ProofError) {
        guard SettlementFile.begins(bytes), bytes.count >= SettlementFile.head else {
            throw .statement("it is no file of a settlement")
        }
        guard bytes[8] == SettlementCircuit.version, let hash = StateHash(rawValue: bytes[9]),
            (1...24).contains(bytes[10]), (10...20).contains(bytes[11]),
            (1...2).contains(bytes[12]), bytes[13...15].allSatisfy({ $0 == 0 })
        else { throw .statement("it is of a form that this version does not know") }
        guard let old = StateDigest(bytes: bytes[16..<48]),
            let new = StateDigest(bytes: bytes[48..<80])
        else { throw .statement("a root is none: its numbers are not below the prime") }
        func number(_ start: Int, _ count: Int) -> UInt64 {
            bytes[start..<start + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        self.init(
            SettlementStatement(
                oldRoot: old, newRoot: new, revenue: number(80, 8), fee: number(88, 8),
                revenueIndex: Int(number(96, 4)), feeIndex: Int(number(100, 4)),
                depth: Int(bytes[10]), batch: Array(bytes[104..<136])),
            hash: hash, payoutBits: Int(bytes[11]), isSmall: bytes[12] == 2,
            proof: Array(bytes[SettlementFile.head...]))
    }

    /// Takes the proof, or says why not.
    ///
    /// - Throws: ``ProofError``.
    public func verify() throws(ProofError) {
        let form: SettlementCircuit
        do throws(CircuitError) {
            form = try SettlementCircuit(
                hash: hash, depth: statement.depth, payoutBits: payoutBits)
        } catch { throw .statement("\(error)") }
        try SettlementVerifier(form, parameters: isSmall ? .small : .standard)
            .verify(proof, of: statement)
    }
}
