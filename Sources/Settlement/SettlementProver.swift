// SPDX-License-Identifier: Apache-2.0
internal import Fields
public import Stark
internal import Synchronization

/// Settles batches and proves it.
public struct SettlementProver: Sendable {
    let form: SettlementCircuit
    private let prover: Prover
    private let threads: Int

    /// Prepares for batches of a class.
    public init(
        _ form: SettlementCircuit, parameters: Parameters = .standard, threads: Int = 2
    ) throws(ProofError) {
        self.init(
            form,
            try Prover(
                form.circuit, rowBits: form.rowBits, parameters: parameters, threads: threads),
            threads: threads)
    }

    init(_ form: SettlementCircuit, _ prover: Prover, threads: Int = 2) {
        (self.form, self.prover, self.threads) = (form, prover, max(1, threads))
    }

    /// Settles a batch in a tree, and proves that it was done rightly.
    ///
    /// - Parameters:
    ///   - tree: the state; changed only when nothing is wrong with the batch.
    ///   - generator: makes what hides the witness; it has to be secret and unpredictable.
    /// - Throws: ``SettlementError`` for a batch that cannot be settled, and what `progress` throws.
    public func settle(
        _ batch: SettlementBatch, in tree: inout BalanceTree,
        using generator: inout some RandomNumberGenerator,
        progress: (Prover.Step) throws -> Void = { _ in }
    ) throws -> (statement: SettlementStatement, proof: [UInt8]) {
        let (witness, replaced) = try witness(of: batch, changing: &tree)
        do {
            return (
                witness.statement, try prove(witness, using: &generator, progress: progress)
            )
        } catch {
            tree.restore(replaced)
            throw error
        }
    }

    /// What a proof is made from.
    struct Witness {
        let statement: SettlementStatement
        /// The tables' cells.
        let traces: [ColumnTiles]
    }

    /// An account's change.
    struct AccountChange {
        let index: Int
        let amount: UInt64
        let before: BalanceLeaf
        let after: BalanceLeaf
    }

    /// The cells of all tables for a batch in a tree that stays as it is.
    func witness(of batch: SettlementBatch, in tree: BalanceTree) throws -> Witness {
        var tree = tree
        return try witness(of: batch, changing: &tree).witness
    }

    /// The cells of all tables for a batch, and what stood in the tree, which is changed only when nothing is thrown.
    private func witness(
        of batch: SettlementBatch, changing tree: inout BalanceTree
    ) throws -> (witness: Witness, replaced: BalanceTree.Replaced) {
        let changes = try changes(of: batch, tree)
        // Room is asked for before the tree changes: there may be none.
        let traces = try prover.tables()
        let oldRoot = tree.root
        // The record is a chain, one hash after the other: one thread follows it, while another changes the tree,
        // which is handed over so that it is changed where it is, and fills what does not need the record.
        let trails = Mutex<Result<Record.Trail, SettlementError>?>(nil)
        struct BesideRecord: Sendable {
            var tree: BalanceTree
            var replaced = BalanceTree.Replaced()
            var filling: WitnessFilling?
        }
        let before = changes.map { tree.digest(height: 0, $0.index) }
        let beside = Mutex(BesideRecord(tree: tree))
        tree = BalanceTree(depth: tree.depth, hash: tree.hash)
        _ = Parallel.map(2, threads: threads) { part in
            guard part == 0 else {
                return beside.withLock {
                    $0.replaced = $0.tree.replace(changes.map { ($0.index, $0.after) })
                    var filling = WitnessFilling(form, activeRows: activeRows)
                    filling.fillNodes(
                        traces[SettlementCircuit.Place.nodes], $0.replaced, $0.tree)
                    filling.askLeaves(of: changes)
                    $0.filling = filling
                }
            }
            let trail = Result<Record.Trail, SettlementError> { () throws(SettlementError) in
                try Record.trail(of: batch.holders, hash: form.hash)
            }
            trails.withLock { $0 = trail }
        }
        let replaced = beside.withLock(\.replaced)
        tree = beside.withLock(\.tree)
        let trail: Record.Trail
        do {
            guard let found = try trails.withLock(\.self)?.get() else {
                preconditionFailure("both parts were done")
            }
            trail = found
        } catch {
            tree.restore(replaced)
            throw error
        }
        let statement = SettlementStatement(
            oldRoot: oldRoot, newRoot: tree.root, revenue: batch.revenue.amount,
            fee: batch.fee.amount, revenueIndex: batch.revenue.index, feeIndex: batch.fee.index,
            depth: form.depth, record: trail.record.root, weights: trail.record.total,
            batch: batch.id)
        // Taken out, so that it is not there twice.
        guard var filling = beside.withLock({ $0.filling.take() }) else {
            preconditionFailure("both parts were done")
        }
        filling.threads = threads
        filling.fillPayouts(
            traces[SettlementCircuit.Place.payouts],
            PayoutFilling(
                changes, batch, statement, trail, before: before,
                after: changes.map { tree.digest(height: 0, $0.index) }))
        filling.fillRange(traces)
        filling.fillHashes(Array(traces[form.hashes...]))
        return (Witness(statement: statement, traces: traces), replaced)
    }

    /// Proves what a witness claims; of a wrong one the proof is not taken.
    func prove(
        _ witness: Witness, using generator: inout some RandomNumberGenerator,
        progress: (Prover.Step) throws -> Void = { _ in }
    ) throws -> [UInt8] {
        try prover.prove(
            inputs: witness.statement.inputs, traces: witness.traces, using: &generator,
            progress: progress)
    }

    /// How many rows of each table count.
    var activeRows: [Int] { form.rowBits.indices.map { prover.activeRows(of: $0) } }

    /// Every change, that of the revenue account first, the fees' second.
    private func changes(
        of batch: SettlementBatch, _ tree: BalanceTree
    ) throws -> [AccountChange] {
        guard batch.holders.count + 2 <= form.most else {
            throw SettlementError.tooMany(most: form.most - 2)
        }
        let edges = [batch.revenue, batch.fee].map { ($0.index, $0.amount, $0.salt) }
        let all = edges + zip(batch.holders, batch.shares).map { ($0.index, $1, $0.salt) }
        precondition(tree.depth == form.depth, "a class is for trees of one depth")
        return try all.enumerated().map { place, change in
            let (index, amount, salt) = change
            guard (0..<1 << tree.depth).contains(index) else {
                throw SettlementError.account(index)
            }
            let before = tree[index]
            let (balance, overflow) =
                place == 0
                ? before.balance.subtractingReportingOverflow(amount)
                : before.balance.addingReportingOverflow(amount)
            guard !overflow else {
                throw place == 0 ? SettlementError.funds : .balance(index)
            }
            return AccountChange(
                index: index, amount: amount, before: before,
                after: BalanceLeaf(balance: balance, salt: salt))
        }
    }
}
