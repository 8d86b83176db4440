// SPDX-License-Identifier: Apache-2.0
public import Fields
public import Stark
internal import Synchronization

/// What a proof of a settlement shows, as tables and messages.
///
/// **Public**: the roots of the state before and after, the revenue, the fee, the accounts of revenue and fees,
/// the depth of the tree, the batch's id, and the record: who holds what share, as a digest, and all shares
/// together. **Shown**: accounts are changed in the tree that lead from the one root to the other and no
/// others; the first, the revenue account, goes down by exactly the revenue; the second, the fees' account, goes
/// up by the fee; every holder of the record, and nobody else, gets her share of what is left, to the last
/// micro-unit by the largest remainder, in the account that she is linked to. **Hidden**: everything else.
///
/// Tables, joined by three buses:
///
/// - *nodes*, a row for each inner node above a changed account: its children before and after. It receives
///   the children that are touched, demands that the others stay, and sends itself to its parent. The root is
///   received from outside, once; so, from the root down, each node's row is there exactly once.
/// - *payouts*, a row for each changed account: what it holds before and after, the amount and the running
///   total, the share it follows from, and the record so far. It sends the leaf.
/// - *range*, the numbers of 16 bits, to which all limbs are sent: a table of its own in small classes, else columns
///   behind those of the payouts.
/// - *hashes*, one call of the state hash in each row, in one table or two: what others claim to be a hash is
///   received here.
///
/// In the largest classes a row of the nodes holds three nodes and a row of the hashes three calls: shorter tables with
/// less beside what they are for, at the price of more cells to show.
///
/// A row of the nodes at the depth of leaves, or below, could stand in for a leaf. It would be the hash of two
/// digests that do not change, or that a row below it sends, and so on: what has no payout at its end changes
/// nothing.
public struct SettlementCircuit: Sendable {
    /// The hash of the state.
    public let hash: StateHash
    /// The levels of the tree below its root.
    public let depth: Int
    /// The most accounts that change, those of revenue and fees among them.
    public let most: Int
    /// The circuit.
    public let circuit: Circuit
    /// The logarithm of the rows of each table: they follow from the class alone, so they tell nothing of who
    /// is paid.
    public let rowBits: [Int]

    /// The version of the statement.
    public static let version = 4
    /// What ``most`` may be.
    public static let sizes = 2...1 << 17

    /// Whether proofs of this class are made and taken: with the parameters that there are, every one has at least 100
    /// bits. That is any of at most 2¹⁶ accounts, and more where no table has more than 2¹⁹ rows.
    public var isOffered: Bool { SettlementCircuit.isOffered(most, rowBits) }

    /// The buses.
    enum Bus {
        static let nodes = 1
        static let range = 2
        static let hashes = 3
    }

    /// Where the tables stand.
    enum Place {
        static let nodes = 0
        static let payouts = 1
        /// Where the range is a table of its own.
        static let range = 2
    }

    /// Where the public inputs stand.
    enum Input {
        static let oldRoot = 0
        static let newRoot = 8
        static let revenue = 16
        static let fee = 20
        static let revenueIndex = 24
        static let feeIndex = 25
        static let depth = 26
        static let record = 27
        /// What is shared, revenue less fee, in bytes.
        static let shared = 35
        /// All weights together, in bytes.
        static let weights = 43
        static let batch = 51
        static let count = 67
    }

    /// How many tables of hashes there are, and what a row of them holds.
    public enum Hashes: Int, CaseIterable, Sendable {
        /// One table, one call in a row.
        case single = 1
        /// Two tables of different length, one call in a row.
        case split = 2
        /// One table, three calls in a row; and three nodes in a row of theirs.
        case wide = 3

        /// How many tables.
        var tables: Int { self == .split ? 2 : 1 }
        /// How many calls stand in a row, and how many nodes.
        var width: Int { self == .wide ? 3 : 1 }
    }

    /// Which of the tapes it is: how the rows of its tables are laid out.
    struct Layout: Hashable {
        let hash: StateHash
        /// The logarithm of how many numbers a row of the range holds.
        let share: Int
        /// Whether the range stands in the rows of the payouts.
        let isJoined: Bool
        /// How hashes stand.
        let hashes: Hashes

        /// What tells the ranges apart: 3 is a table of its own, and 4 more than the share stands with the payouts.
        var range: Int { isJoined ? 4 + share : share }

        /// - Parameter joins: the least logarithm of the payouts' rows for which the range stands with them.
        init(hash: StateHash, payoutBits: Int, hashes: Hashes, joins: Int) {
            // Half of the payouts' rows, or all numbers, one in a row.
            isJoined = payoutBits >= joins
            share = isJoined ? max(0, 17 - payoutBits) : 3
            (self.hash, self.hashes) = (hash, hashes)
        }

        init?(hash: StateHash, range: Int, hashes: Hashes) {
            // Where hashes are that many, so are payouts.
            guard (3...7).contains(range), range > 3 || hashes != .wide else { return nil }
            isJoined = range > 3
            share = isJoined ? range - 4 : range
            (self.hash, self.hashes) = (hash, hashes)
        }
    }

    let layout: Layout

    /// Writes the circuit down.
    ///
    /// - Parameters:
    ///   - depth: 1 to 24 levels.
    ///   - most: the most accounts that change, as ``sizes`` has it.
    /// - Throws: ``CircuitError``, which would be a mistake in this file.
    public init(
        hash: StateHash = .poseidon1, depth: Int, most: Int
    ) throws(CircuitError) {
        try self.init(hash: hash, depth: depth, most: most, joins: 14, widens: 19)
    }

    /// - Parameters: as ``Form`` has them.
    init(
        hash: StateHash, depth: Int, most: Int, joins: Int, widens: Int
    ) throws(CircuitError) {
        precondition(
            (1...BalanceTree.mostDepth).contains(depth) && SettlementCircuit.sizes.contains(most),
            "there is no such class of batches")
        (self.hash, self.depth, self.most) = (hash, depth, most)
        let form = Form(hash: hash, depth: depth, most: most, joins: joins, widens: widens)
        (layout, rowBits) = (form.layout, form.rowBits)
        circuit = try SettlementCircuit.circuit(layout)
    }

    /// The tape of the circuit with a hash, for classes with such a range, 3 to 7, and whose hashes stand so; nil where
    /// no class is so.
    public static func bytes(
        hash: StateHash, range: Int, hashes: Hashes
    ) throws(CircuitError) -> [UInt8]? {
        guard let layout = Layout(hash: hash, range: range, hashes: hashes) else { return nil }
        return try circuit(layout).bytes
    }

    /// Circuits that were written down: the same serves all depths and many classes.
    private static let known = Mutex<[Layout: Circuit]>([:])

    private static func circuit(_ layout: Layout) throws(CircuitError) -> Circuit {
        if let circuit = known.withLock({ $0[layout] }) { return circuit }
        let circuit = try Circuit(
            "dividend/settlement/v\(version)", inputs: Input.count,
            tables: [nodes(width: layout.hashes.width), payouts(layout)]
                + (layout.isJoined ? [] : [range(share: layout.share)])
                + (0..<layout.hashes.tables).map {
                    hashes(layout.hash, part: $0, width: layout.hashes.width)
                },
            // The root, before and after, is the node of level and index zero.
            messages: [
                Circuit.Message(
                    (Input.oldRoot..<Input.oldRoot + 16).map { .input($0) }
                        + [.constant(.zero), .constant(.zero)], on: Bus.nodes, times: -1)
            ])
        known.withLock { $0[layout] = circuit }
        return circuit
    }

    /// How many rows of a table there are.
    public func rows(of table: Int) -> Int { 1 << rowBits[table] }

    /// Where the first table of hashes stands.
    var hashes: Int { rowBits.count - layout.hashes.tables }

    /// How many permutations a proof of this class has room for.
    public var permutations: Int {
        (hashes..<rowBits.count).reduce(0) { $0 + layout.hashes.width * rows(of: $1) }
    }

    /// How many cells all tables have: what the work of a proof goes by.
    public var cells: Int {
        zip(circuit.tables, rowBits).reduce(0) { $0 + $1.0.columns << $1.1 }
    }
}
