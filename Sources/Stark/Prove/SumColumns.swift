// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// The columns that add up a table's messages: one for each two of them, over the extension, and the running
/// sum of all rows before.
struct SumColumns {
    let table: Circuit.Table
    let shape: Shape.Table
    let messages: Messages
    let inputs: [KoalaBear]

    /// Fills the sums of the active rows, in bit-reversed order as a block is, and gives what they come to.
    ///
    /// - Parameters:
    ///   - sums: what is filled.
    ///   - main: the cells, with the masks.
    ///   - committed: the cells that were committed to beforehand.
    ///   - room: where both are looked at.
    func fill(
        _ sums: ColumnTiles, from main: Extension, _ committed: Extension?, in room: Workroom,
        threads: Int
    ) throws(TilesError) -> KoalaBear5 {
        let chunks = shape.rows / TapeRun.rows
        let workers = min(threads, chunks)
        let plan = TapePlan(
            table, sumColumns: 0, inputs: inputs, hasConstraints: false)
        let prints = table.tape.interactions.map { messages.fingerprint(of: $0, plan) }
        let growth = growth(plan)
        let trace = TapeRun.Cells(
            main: try main.trace(plan.tiles, in: room, threads: threads),
            committed: try committed?.trace(
                plan.committedTiles, in: room, from: main.roomRows, threads: threads))
        try Parallel.each(workers, threads: threads) { (thread: Int) throws(TilesError) -> Void in
            let run = try TapeRun(plan, extra: 5 * (table.tape.interactions.count + 2))
            for chunk in stride(from: thread, to: chunks, by: workers) {
                let start = chunk * TapeRun.rows
                run.run(trace, from: start, after: [])
                fill(sums, from: start, run.registers, plan, prints, growth)
            }
        }
        // Each row adds something: the running sum is what the rows before it come to.
        return sums.addUp(rows: shape.activeRows, column: 5 * (table.sums - 1))
    }

    /// What helpers and masks add to the running sum.
    private func growth(_ plan: TapePlan) -> ExtensionSum {
        var growth = TapePlan.Combination()
        for helper in 0..<table.sums - 1 { growth.addExtension(plan.free + 10 * helper, .one) }
        let first = plan.place(of: table.columns)
        for (offset, mask) in messages.masks.enumerated() { growth.add(first + offset, mask) }
        return growth.sum
    }

    /// Fills the helpers of some rows, and in the place of the running sum what they and the masks add to it.
    private func fill(
        _ sums: ColumnTiles, from start: Int, _ registers: Registers, _ plan: TapePlan,
        _ prints: [ExtensionSum], _ growth: ExtensionSum
    ) {
        let interactions = table.tape.interactions
        let helpers = table.sums - 1
        for (place, interaction) in interactions.enumerated() {
            let target = plan.free + 5 * place
            registers.fillExtension(target, with: prints[place])
            registers.invertExtension(target)
            let count = plan.places[interaction.multiplicity]
            for part in 0..<5 {
                registers.multiply(target + part, count, into: target + part)
            }
        }
        for helper in 0..<helpers {
            let target = plan.free + 10 * helper
            if 2 * helper + 1 < interactions.count {
                for part in 0..<5 {
                    registers.add(target + part, target + 5 + part, into: target + part)
                }
            }
            registers.store(target, width: 5, column: 5 * helper, of: sums, from: start)
        }
        let target = plan.free + 5 * interactions.count
        registers.fillExtension(target, with: growth)
        registers.store(target, width: 5, column: 5 * helpers, of: sums, from: start)
    }
}
