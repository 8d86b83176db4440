// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Erasure
internal import Fields
internal import Ledger
package import Market
internal import Settlement
internal import Stark
internal import Storage

/// Proving batches, one after the other, beside everything else.
extension Exchange {
    /// Proves the first batch that is pending, and records it as settled.
    ///
    /// What is done until the entry is written leaves no trace: after a crash the batch is pending as before,
    /// and proving it again gives the same accounts.
    ///
    /// - Parameter progress: is told how far it is.
    /// - Returns: the batch; nil when none is pending, or one is being proven now.
    /// - Cost: some seconds of all processors, and the memory that ``provingCost`` says.
    package func provePending(
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) async throws -> BatchState? {
        guard !isProving, let batch = state.pendingBatch else { return nil }
        isProving = true
        defer { isProving = false }
        let book = try hiddenBook()
        let work = try proving(batch, book)
        let done = try await Exchange.prove(work, progress: progress)
        let file = SettlementFile(
            done.statement, hash: HiddenAccounts.hash, most: batch.most, isSmall: false,
            proof: done.proof)
        let bytes = file.bytes
        // The root that the journal gives, not the one that was started from here.
        var hidden = state.hidden
        hidden.grow(to: batch.depth)
        guard batch.statement(from: hidden.root, to: done.statement.newRoot) == done.statement
        else {
            throw ExchangeError.refused("batch \(batch.number) is not what its journal entry says")
        }
        // A fault in the machine is found here, not by an auditor.
        try file.verify()
        var settled = try hiddenBook()
        settled.settle(done.changes, batch: batch.number, tree: done.tree)
        let sealed = try seal(batch, done.changes, settled)
        let coded = try Exchange.coded(sealed)
        try record(
            [
                .settled(
                    batch: batch.id, root: done.statement.newRoot, proof: Digest(of: bytes),
                    data: Digest(of: coded.commitment.bytes))
            ],
            notes: [
                .mark(Exchange.proofMark(batch.number), bytes),
                .mark(Exchange.dataMark(batch.number), sealed),
                .mark(Exchange.holdingsMark, settled.kept),
            ])
        self.book = settled
        return state.batches[batch.id]
    }

    /// How many cells the pending batches' proofs have, which is what their time goes by, and the most
    /// memory that one needs, in bytes: from measurements, 16 bytes a cell.
    package var provingCost: (batches: Int, cells: Int, bytes: Int) {
        let cells = state.pendingBatches.compactMap {
            try? SettlementCircuit(
                hash: HiddenAccounts.hash, depth: $0.depth, most: $0.most
            ).cells
        }
        return (cells.count, cells.reduce(0, +), 16 * (cells.max() ?? 0))
    }

    /// The proof of a settled batch, as a file that `dividend verify` checks; nil where there is none.
    package func settlementFile(of batch: Int) throws -> [UInt8]? {
        try store.mark(Exchange.proofMark(batch))
    }

    /// What is proven.
    private struct Proving: Sendable {
        let batch: SettlementBatch
        let form: SettlementCircuit
        let tree: BalanceTree
        let generator: RandomBits
    }

    /// What came of it.
    private struct Proven: Sendable {
        let statement: SettlementStatement
        let proof: [UInt8]
        let changes: [(index: Int, balance: UInt64)]
        let tree: BalanceTree
    }

    private func proving(_ batch: BatchState, _ book: HiddenBook) throws -> Proving {
        var tree = book.tree
        tree.grow(to: batch.depth)
        func change(_ index: Int, _ amount: UInt64) -> SettlementBatch.Change {
            .init(index: index, amount: amount, salt: book.salt(of: index, batch: batch.number))
        }
        let moved = UInt64(batch.amount.microunits)
        let settlement: SettlementBatch
        switch batch.kind {
        case .payout:
            settlement = try SettlementBatch(
                id: batch.id.bytes, revenue: change(HiddenAccounts.source, moved),
                fee: change(HiddenAccounts.fees, 0),
                holders: try lines(of: batch.number).map { line in
                    .init(
                        index: line.index, linkSalt: book.linkSalt(of: line.index, to: line.party),
                        weight: line.amount, salt: book.salt(of: line.index, batch: batch.number))
                })
        case .draw(let account, _):
            settlement = try SettlementBatch(
                id: batch.id.bytes, revenue: change(account, moved),
                fee: change(HiddenAccounts.source, moved), holders: [])
        }
        return Proving(
            batch: settlement,
            form: try SettlementCircuit(
                hash: HiddenAccounts.hash, depth: batch.depth, most: batch.most),
            tree: tree, generator: surroundings.generator)
    }

    @concurrent private nonisolated static func prove(
        _ work: Proving, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
    ) async throws -> Proven {
        var (tree, generator) = (work.tree, work.generator)
        let prover = try SettlementProver(work.form)
        let total = Prover.Step.allCases.count
        let (statement, proof) = try prover.settle(
            work.batch, in: &tree, using: &generator
        ) { step in
            try Task.checkCancellation()
            progress?(step.rawValue, total)
        }
        let batch = work.batch
        let touched = [batch.revenue.index, batch.fee.index] + batch.holders.map(\.index)
        return Proven(
            statement: statement, proof: proof,
            changes: touched.map { ($0, tree[$0].balance) }, tree: tree)
    }
}
