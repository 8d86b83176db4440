// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// The columns that add up a table's messages: one for each two of them, over the extension, and the running
/// sum of all rows before.
struct SumColumns {
    let table: Circuit.Table
    let shape: Shape.Table
    let messages: Messages
    let inputs: [KoalaBear]

    /// Fills the sums of the active rows, and gives what they come to.
    ///
    /// - Parameters:
    ///   - sums: what is filled.
    ///   - trace: the cells, with the masks.
    func fill(
        _ sums: ColumnTiles, from trace: ColumnTiles, threads: Int
    ) throws(TilesError) -> KoalaBear5 {
        let chunks = shape.rows / TapeRun.rows
        let workers = min(threads, chunks)
        try Parallel.each(workers, threads: threads) { (thread: Int) throws(TilesError) -> Void in
            let run = try TapeRun(
                table.tape, columns: trace.columns, sumColumns: 0, inputs: inputs,
                rows: TapeRun.rows, extra: 5 * (table.tape.interactions.count + 1))
            for chunk in stride(from: thread, to: chunks, by: workers) {
                let start = chunk * TapeRun.rows
                let next = (start..<start + run.rows).map { UInt32(min($0 + 1, shape.rows - 1)) }
                run.load(trace, from: start, after: next[...])
                run.run()
                fill(sums, from: start, run)
            }
        }
        return add(sums)
    }

    /// Fills the helpers of some rows, and in the place of the running sum what they and the masks add to it.
    private func fill(_ sums: ColumnTiles, from start: Int, _ run: TapeRun) {
        let registers = run.registers
        let interactions = table.tape.interactions
        let powers = messages.powers(interactions.map(\.fields.count).max() ?? 0)
        let helpers = table.sums - 1
        let growth = run.free + 5 * interactions.count
        for (place, interaction) in interactions.enumerated() {
            let target = run.free + 5 * place
            messages.fingerprint(of: interaction, into: target, run, powers)
            registers.invertExtension(target)
            let count = run.places[interaction.multiplicity]
            for part in 0..<5 {
                registers.multiply(target + part, count, into: target + part)
            }
        }
        for part in 0..<5 { registers.fill(growth + part, with: .zero) }
        for helper in 0..<helpers {
            let target = run.free + 10 * helper
            for part in 0..<5 {
                if 2 * helper + 1 < interactions.count {
                    registers.add(target + part, target + 5 + part, into: target + part)
                }
                registers.add(growth + part, target + part, into: growth + part)
            }
        }
        let first = shape.mainColumns - Parameters.maskColumns
        for (offset, mask) in messages.masks.enumerated() {
            registers.addProduct(first + offset, by: mask, to: growth)
        }
        for helper in 0..<helpers {
            registers.copy(run.free + 10 * helper, to: 5 * helper, of: sums, from: start)
        }
        registers.copy(growth, to: 5 * helpers, of: sums, from: start)
    }

    /// Turns what each row adds into what the rows before it come to.
    private func add(_ sums: ColumnTiles) -> KoalaBear5 {
        let column = 5 * (table.sums - 1)
        var total = KoalaBear5.zero
        for row in 0..<shape.activeRows {
            let growth = KoalaBear5(
                sums[row, column], sums[row, column + 1], sums[row, column + 2],
                sums[row, column + 3], sums[row, column + 4])
            for part in 0..<5 { sums[row, column + part] = total[part] }
            total += growth
        }
        return total
    }
}

extension Registers {
    /// Writes an element of the extension into five columns of rows of a matrix.
    fileprivate func copy(_ source: Int, to column: Int, of matrix: ColumnTiles, from row: Int) {
        for place in 0..<rows {
            for part in 0..<5 { matrix[row + place, column + part] = self[source + part, place] }
        }
    }
}
