// SPDX-License-Identifier: Apache-2.0
public import Fields
public import Stark
internal import Synchronization

/// What a proof of a settlement shows, as tables and messages.
///
/// **Public**: the roots of the state before and after, the revenue, the fee, the accounts of revenue and fees,
/// the depth of the tree, and the batch's id. **Shown**: accounts are changed in the tree that lead from the one
/// root to the other and no others; the first, the revenue account, goes down by exactly the revenue; the
/// second, the fees' account, goes up by the fee; every other goes up by an amount of 64 bits; fee and amounts
/// together are the revenue; owners stay who they are. **Hidden**: everything else.
///
/// Three tables, joined by two buses:
///
/// - *nodes*, a row for each inner node above a changed account: its hash before and after. It receives the
///   children that are touched, demands that the others stay, and sends itself to its parent. The root is
///   received from outside, once; so, from the root down, each node's row is there exactly once.
/// - *payouts*, a row for each changed account: its leaf before and after, the amount, the running total. It
///   sends the leaf.
/// - *range*, the numbers of 16 bits, to which all limbs are sent.
///
/// A row of the nodes at the depth of leaves, or below, could stand in for a leaf. It would be the hash of two
/// digests that do not change, or that a row below it sends, and so on: what has no payout at its end changes
/// nothing.
public struct SettlementCircuit: Sendable {
    /// The hash of the state.
    public let hash: StateHash
    /// The levels of the tree below its root.
    public let depth: Int
    /// The logarithm of the rows of the payouts.
    public let payoutBits: Int
    /// The circuit.
    public let circuit: Circuit

    /// The version of the statement.
    public static let version = 1

    /// The buses.
    enum Bus {
        static let nodes = 1
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
        static let batch = 27
        static let count = 43
    }

    /// The columns of a row of the nodes.
    enum Node {
        static let old = 0
        static let new = StateHash.traceColumns
        static let level = 2 * StateHash.traceColumns
        static let index = level + 1
        static let touched = level + 2
        static let active = level + 4
        static let columns = level + 5
    }

    /// The columns of a row of the payouts.
    enum Payout {
        static let old = 0
        static let new = StateHash.traceColumns
        static let index = 2 * StateHash.traceColumns
        static let amount = index + 1
        static let carries = amount + Limbs.count
        static let total = carries + Limbs.count - 1
        static let totalCarries = total + Limbs.count
        static let debit = totalCarries + Limbs.count - 1
        static let active = debit + 1
        static let columns = active + 1
    }

    /// The logarithm of how many numbers a row of the range holds.
    let rangeShare: Int

    /// Writes the circuit down.
    ///
    /// - Parameters:
    ///   - depth: 1 to 24 levels.
    ///   - payoutBits: the logarithm of the rows of the payouts, 10 or more.
    /// - Throws: ``CircuitError``, which would be a mistake in this file.
    public init(
        hash: StateHash = .poseidon1, depth: Int, payoutBits: Int
    ) throws(CircuitError) {
        (self.hash, self.depth, self.payoutBits) = (hash, depth, payoutBits)
        // Small classes have a short range table, whose rows hold more numbers each.
        rangeShare = payoutBits <= 12 ? 3 : 1
        circuit = try SettlementCircuit.circuit(hash, share: rangeShare)
    }

    /// The tape of the circuit with a hash, for classes whose rows of the range hold 2 to the share numbers;
    /// nil for a share that no class has.
    public static func bytes(hash: StateHash, share: Int) throws(CircuitError) -> [UInt8]? {
        share == 1 || share == 3 ? try circuit(hash, share: share).bytes : nil
    }

    /// Circuits that were written down: the same serves all depths and many classes.
    private static let known = Mutex<[[Int]: Circuit]>([:])

    private static func circuit(
        _ hash: StateHash, share: Int
    ) throws(CircuitError) -> Circuit {
        let key = [Int(hash.rawValue), share]
        if let circuit = known.withLock({ $0[key] }) { return circuit }
        let circuit = try Circuit(
            "dividend/settlement/v\(version)", inputs: Input.count,
            tables: [nodes(hash), payouts(hash), range(share: share)],
            // The root, before and after, is the node of level and index zero.
            messages: [
                Circuit.Message(
                    (Input.oldRoot..<Input.oldRoot + 16).map { .input($0) }
                        + [.constant(.zero), .constant(.zero)], on: Bus.nodes, times: -1)
            ])
        known.withLock { $0[key] = circuit }
        return circuit
    }

    /// The logarithm of the rows of each table: they follow from the class alone, so they tell nothing of who
    /// is paid.
    public var rowBits: [Int] {
        let most = 1 << payoutBits
        let nodes = (0..<depth).reduce(0) { $0 + min(1 << $1, most) }
        var nodeBits = Parameters.leastRowBits
        while (1 << nodeBits) - Parameters.hiddenRows < nodes { nodeBits += 1 }
        return [nodeBits, payoutBits, 17 - rangeShare]
    }

    /// How many rows of a table there are.
    public func rows(of table: Int) -> Int { 1 << rowBits[table] }

    /// How many cells all tables have: what the work of a proof goes by.
    public var cells: Int {
        zip(circuit.tables, rowBits).reduce(0) { $0 + $1.0.columns << $1.1 }
    }

    // MARK: Tables

    private static func nodes(_ hash: StateHash) -> TableBuilder {
        var table = TableBuilder("nodes", columns: Node.columns)
        let old = table.permutation(hash, at: Node.old)
        let new = table.permutation(hash, at: Node.new)
        let (level, index) = (table.cell(Node.level), table.cell(Node.index))
        let active = table.cell(Node.active)
        table.requireBit(active)
        for child in 0..<2 {
            let touched = table.cell(Node.touched + child)
            table.requireBit(touched)
            // Nothing is received by a row that does not count.
            table.require(table.product(touched, Linear(1) - active))
            let before = Array(old.input[8 * child..<8 * child + 8])
            let after = Array(new.input[8 * child..<8 * child + 8])
            for (a, b) in zip(before, after) {
                table.require(table.product(Linear(1) - touched, a - b))
            }
            table.receive(
                before + after + [level + Linear(1), index * 2 + Linear(child)], on: Bus.nodes,
                times: touched)
        }
        table.send(
            digest(old) + digest(new) + [level, index], on: Bus.nodes, times: active)
        return table
    }

    private static func payouts(_ hash: StateHash) -> TableBuilder {
        var table = TableBuilder("payouts", columns: Payout.columns)
        let old = table.permutation(hash, at: Payout.old)
        let new = table.permutation(hash, at: Payout.new)
        let (active, debit) = (table.cell(Payout.active), table.cell(Payout.debit))
        table.requireBit(active)
        // The first row takes the revenue, no other takes anything.
        table.require(debit - Linear(1), .first)
        table.require(table.next(Payout.debit), .transition)
        // Leaves are leaves, of the same owner.
        for leaf in [old, new] { table.require(leaf.input[0] - Linear(BalanceLeaf.tag)) }
        for place in 5..<5 + BalanceLeaf.ownerWidth {
            table.require(old.input[place] - new.input[place])
        }
        amounts(&table, old.input, new.input, debit: debit, active: active)
        totals(&table)
        let index = table.cell(Payout.index)
        table.require(index - table.input(Input.revenueIndex), .first)
        table.require(table.next(Payout.index) - table.input(Input.feeIndex), .first)
        for limb in 0..<Limbs.count {
            table.require(
                table.cell(Payout.amount + limb) - table.input(Input.revenue + limb), .first)
            table.require(
                table.next(Payout.amount + limb) - table.input(Input.fee + limb), .first)
        }
        table.require(active - Linear(1), .first)
        table.require(table.next(Payout.active) - Linear(1), .first)
        table.send(
            digest(old) + digest(new) + [table.input(Input.depth), index], on: Bus.nodes,
            times: active)
        return table
    }

    /// What an account had and what is added make what it has then; for the first row the other way round.
    ///
    /// All limbs are numbers of 16 bits, and the carries 0 or 1: no sum comes near the prime, so it holds as
    /// it does for whole numbers. What an account had is in range because it was when it was written.
    private static func amounts(
        _ table: inout TableBuilder, _ old: [Linear], _ new: [Linear], debit: Linear,
        active: Linear
    ) {
        let carries = (0..<Limbs.count - 1).map { table.cell(Payout.carries + $0) }
        for carry in carries { table.requireBit(carry) }
        for limb in 0..<Limbs.count {
            let (before, after) = (old[1 + limb], new[1 + limb])
            let amount = table.cell(Payout.amount + limb)
            // after − before, turned round where the row takes.
            let rise = after - before
            let change = rise - table.product(debit, rise) * 2
            let carried = limb > 0 ? carries[limb - 1] : Linear(0)
            let carry = limb < Limbs.count - 1 ? carries[limb] : Linear(0)
            table.require(change - amount - carried + carry * 65_536)
            // Rows that do not count pay nothing.
            table.require(table.product(Linear(1) - active, amount))
            table.send([amount], on: Bus.range, times: Linear(1))
            table.send([after], on: Bus.range, times: Linear(1))
        }
    }

    /// The running total begins at zero in the row that takes, grows by every amount, and ends at the revenue.
    private static func totals(_ table: inout TableBuilder) {
        for carry in 0..<Limbs.count - 1 {
            table.requireBit(table.cell(Payout.totalCarries + carry))
        }
        for limb in 0..<Limbs.count {
            let total = table.cell(Payout.total + limb)
            table.require(total, .first)
            table.require(total - table.input(Input.revenue + limb), .last)
            let carried = limb > 0 ? table.next(Payout.totalCarries + limb - 1) : Linear(0)
            let carry =
                limb < Limbs.count - 1 ? table.next(Payout.totalCarries + limb) : Linear(0)
            let sum = total + table.next(Payout.amount + limb) + carried
            table.require(table.next(Payout.total + limb) - sum + carry * 65_536, .transition)
            table.send([total], on: Bus.range, times: Linear(1))
        }
    }

    /// The numbers below 2¹⁶, so many in each row, in steps of none or one: no more and no fewer.
    private static func range(share: Int) -> TableBuilder {
        let width = 1 << share
        var table = TableBuilder("range", columns: 1 + width)
        let value = table.cell(0)
        let rise = table.next(0) - value
        table.require(value, .first)
        table.require(table.product(rise, rise - Linear(1)), .transition)
        table.require(value - Linear(1 << (16 - share) - 1), .last)
        for place in 0..<width {
            table.receive(
                [value * width + Linear(place)], on: Bus.range, times: table.cell(1 + place))
        }
        return table
    }

    /// The first eight of π(x) + x.
    private static func digest(_ hash: (input: [Linear], output: [Linear])) -> [Linear] {
        zip(hash.input, hash.output).prefix(8).map { $0 + $1 }
    }
}
