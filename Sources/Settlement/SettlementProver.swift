// SPDX-License-Identifier: Apache-2.0
internal import Fields
public import Stark

/// Settles batches and proves it.
public struct SettlementProver: Sendable {
    private let form: SettlementCircuit
    private let prover: Prover

    /// Prepares for batches of a class.
    public init(
        _ form: SettlementCircuit, parameters: Parameters = .standard, threads: Int = 2
    ) throws(ProofError) {
        self.init(
            form,
            try Prover(
                form.circuit, rowBits: form.rowBits, parameters: parameters, threads: threads))
    }

    init(_ form: SettlementCircuit, _ prover: Prover) { (self.form, self.prover) = (form, prover) }

    /// The most payouts of a batch, the fee not counted.
    public var mostPayouts: Int { prover.activeRows(of: 1) - 2 }

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
        let witness = try witness(of: batch, in: tree)
        let proof = try prove(witness, using: &generator, progress: progress)
        tree = witness.after
        return (witness.statement, proof)
    }

    /// What a proof is made from.
    struct Witness {
        let statement: SettlementStatement
        /// The tables' cells.
        let traces: [ColumnTiles]
        /// The state after the batch.
        let after: BalanceTree
    }

    /// An account's change.
    struct Change {
        let index: Int
        let amount: UInt64
        let before: BalanceLeaf
        let after: BalanceLeaf
    }

    /// The cells of all tables for a batch.
    func witness(of batch: SettlementBatch, in tree: BalanceTree) throws -> Witness {
        var after = tree
        let changes = try check(batch, tree)
        after.update(changes.map { ($0.index, $0.after) })
        let statement = SettlementStatement(
            oldRoot: tree.root, newRoot: after.root, revenue: batch.revenue.amount,
            fee: batch.fee.amount, revenueIndex: batch.revenue.index, feeIndex: batch.fee.index,
            depth: form.depth, batch: batch.id)
        let traces = try prover.tables()
        var asked = [UInt32](repeating: 0, count: 1 << 16)
        fill(traces[1], changes, &asked)
        fillNodes(traces[0], changes.map(\.index), tree, after)
        fillRange(traces[2], asked)
        return Witness(statement: statement, traces: traces, after: after)
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
    var activeRows: [Int] { (0..<3).map { prover.activeRows(of: $0) } }

    private func check(_ batch: SettlementBatch, _ tree: BalanceTree) throws -> [Change] {
        guard batch.payouts.count <= mostPayouts else {
            throw SettlementError.tooMany(most: mostPayouts)
        }
        return try batch.changes.enumerated().map { place, payout in
            guard tree.leaves.indices.contains(payout.index) else {
                throw SettlementError.account(payout.index)
            }
            let before = tree.leaves[payout.index]
            let (balance, overflow) =
                place == 0
                ? before.balance.subtractingReportingOverflow(payout.amount)
                : before.balance.addingReportingOverflow(payout.amount)
            guard !overflow else {
                throw place == 0 ? SettlementError.funds : .balance(payout.index)
            }
            let after = BalanceLeaf(balance: balance, owner: before.owner, salt: payout.salt)
            return Change(index: payout.index, amount: payout.amount, before: before, after: after)
        }
    }

    // MARK: The witness

    func fill(_ trace: ColumnTiles, _ changes: [Change], _ asked: inout [UInt32]) {
        typealias Column = SettlementCircuit.Payout
        let rows = prover.activeRows(of: 1)
        // Rows that do not count are leaves of nobody with nothing.
        let nobody = BalanceLeaf(
            balance: 0, owner: [KoalaBear](repeating: .zero, count: BalanceLeaf.ownerWidth),
            salt: [KoalaBear](repeating: .zero, count: BalanceLeaf.saltWidth))
        let rest = Array(repeating: nobody.elements, count: rows - changes.count).flatMap(\.self)
        form.hash.fillTrace(
            of: changes.flatMap(\.before.elements) + rest, into: trace, row: 0,
            column: Column.old)
        form.hash.fillTrace(
            of: changes.flatMap(\.after.elements) + rest, into: trace, row: 0,
            column: Column.new)
        var total: UInt64 = 0
        func write(_ values: [KoalaBear], _ row: Int, _ column: Int) {
            for (place, value) in values.enumerated() { trace[row, column + place] = value }
        }
        func ask(_ values: [KoalaBear]) { for value in values { asked[Int(value.value)] += 1 } }
        for row in 0..<rows {
            let change = row < changes.count ? changes[row] : nil
            if let change {
                trace[row, Column.index] = KoalaBear(reducing: UInt64(change.index))
                write(Limbs.of(change.amount), row, Column.amount)
                let lower = row == 0 ? change.after.balance : change.before.balance
                write(Limbs.carries(lower, change.amount), row, Column.carries)
                trace[row, Column.active] = .one
                if row == 0 {
                    trace[row, Column.debit] = .one
                } else {
                    write(Limbs.carries(total, change.amount), row, Column.totalCarries)
                    total += change.amount
                }
            }
            write(Limbs.of(total), row, Column.total)
            ask(Limbs.of(change?.amount ?? 0))
            ask(Limbs.of(change?.after.balance ?? 0))
            ask(Limbs.of(total))
        }
    }

    func fillNodes(
        _ trace: ColumnTiles, _ indices: [Int], _ before: BalanceTree, _ after: BalanceTree
    ) {
        typealias Column = SettlementCircuit.Node
        var touched = Set(indices)
        var (old, new): ([KoalaBear], [KoalaBear]) = ([], [])
        var row = 0
        for height in 1...form.depth {
            let parents = Set(touched.map { $0 >> 1 }).sorted()
            for parent in parents {
                for child in 0..<2 {
                    let index = 2 * parent + child
                    old += before.digest(height: height - 1, index).elements
                    new += after.digest(height: height - 1, index).elements
                    if touched.contains(index) { trace[row, Column.touched + child] = .one }
                }
                trace[row, Column.level] = KoalaBear(reducing: UInt64(form.depth - height))
                trace[row, Column.index] = KoalaBear(reducing: UInt64(parent))
                trace[row, Column.active] = .one
                row += 1
            }
            touched = Set(parents)
        }
        let rest = [KoalaBear](
            repeating: .zero, count: 16 * (prover.activeRows(of: 0) - row))
        form.hash.fillTrace(of: old + rest, into: trace, row: 0, column: Column.old)
        form.hash.fillTrace(of: new + rest, into: trace, row: 0, column: Column.new)
    }

    func fillRange(_ trace: ColumnTiles, _ asked: [UInt32]) {
        let width = 1 << form.rangeShare
        let last = 1 << (16 - form.rangeShare) - 1
        for row in 0..<prover.activeRows(of: 2) {
            trace[row, 0] = KoalaBear(reducing: UInt64(min(row, last)))
            guard row <= last else { continue }
            for place in 0..<width {
                trace[row, 1 + place] = KoalaBear(reducing: UInt64(asked[width * row + place]))
            }
        }
    }
}

/// Checks settlements.
public struct SettlementVerifier: Sendable {
    private let verifier: Verifier
    private let depth: Int

    /// Prepares for batches of a class.
    public init(
        _ form: SettlementCircuit, parameters: Parameters = .standard
    ) throws(ProofError) {
        self.init(
            form, try Verifier(form.circuit, rowBits: form.rowBits, parameters: parameters))
    }

    init(_ form: SettlementCircuit, _ verifier: Verifier) {
        (self.verifier, depth) = (verifier, form.depth)
    }

    /// Takes a proof of a settlement, or says why not.
    public func verify(
        _ proof: [UInt8], of statement: SettlementStatement
    ) throws(ProofError) {
        guard statement.depth == depth, statement.batch.count == 32,
            statement.fee <= statement.revenue,
            [statement.revenueIndex, statement.feeIndex].allSatisfy((0..<1 << depth).contains)
        else { throw .statement("the statement is not of this class") }
        try verifier.verify(proof, inputs: statement.inputs)
    }
}
