// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// A table's quotient: all its constraints, each over what vanishes where it holds, summed with the powers of
/// a challenge. It is a polynomial when the constraints hold, and only then but for a small chance.
struct Quotient {
    let table: Circuit.Table
    let shape: Shape.Table
    let messages: Messages
    let inputs: [KoalaBear]
    /// What the table's messages come to.
    let terminal: KoalaBear5
    let lambda: KoalaBear5

    /// The coefficients of the quotient over the points of so many blocks as it has chunks: all that its
    /// degree leaves open. See ``QuotientChunks``.
    func residues(
        _ main: Extension, _ committed: Extension?, _ sums: Extension, threads: Int
    ) throws(TilesError) -> [ColumnTiles] {
        let mainRoom = try main.room()
        let committedRoom = try committed?.room()
        let sumsRoom = try sums.room()
        var jobs: [(extension: Extension, tile: Int, room: ColumnTiles)] = []
        for (some, room) in [(main, mainRoom), (committed, committedRoom), (sums, sumsRoom)] {
            guard let some, let room else { continue }
            jobs += (0..<room.tiles).map { (some, $0, room) }
        }
        let rules = QuotientRules(
            self,
            TapePlan(
                table, sumColumns: sumsRoom.columns, inputs: inputs, hasConstraints: true))
        let cells = TapeRun.Cells(main: mainRoom, committed: committedRoom)
        let divisors = try Divisors(shape, main)
        var residues: [ColumnTiles] = []
        for block in 0..<Parameters.chunks {
            try Parallel.each(jobs.count, threads: threads) {
                [jobs] (job: Int) throws(TilesError) -> Void in
                let (some, tile, room) = jobs[job]
                try some.write(tile: tile, of: block, into: room)
            }
            let values = try ColumnTiles(rowBits: shape.rowBits, columns: 5)
            try fill(values, block, cells, sumsRoom, divisors, rules, threads: threads)
            residues.append(values)
        }
        try Parallel.each(residues.count, threads: threads) {
            [residues] (block: Int) throws(TilesError) -> Void in
            try main.transform.interpolateExtension(tile: 0, of: residues[block])
        }
        return residues
    }

    /// Fills the values of the quotient at the points of a block.
    private func fill(
        _ values: ColumnTiles, _ block: Int, _ cells: TapeRun.Cells, _ sums: ColumnTiles,
        _ divisors: Divisors, _ rules: QuotientRules, threads: Int
    ) throws(TilesError) {
        let chunks = shape.rows / TapeRun.rows
        let workers = min(threads, chunks)
        try Parallel.each(workers, threads: threads) {
            (thread: Int) throws(TilesError) -> Void in
            let run = try TapeRun(rules.plan, extra: rules.registers)
            for chunk in stride(from: thread, to: chunks, by: workers) {
                let start = chunk * TapeRun.rows
                // The next row within a block.
                let next = (start..<start + TapeRun.rows).map {
                    UInt32(shape.trace.row(after: $0))
                }
                run.run(cells, from: start, after: next[...])
                run.loadSums(sums, columns: shape.sumColumns, from: start, after: next[...])
                let some = divisors.rows(start..<start + TapeRun.rows, of: block)
                for (place, divisor) in some.enumerated() {
                    run.registers.load(divisor, from: 0, into: rules.divisors + place)
                }
                rules.work(run.registers)
                run.registers.store(rules.result, tile: 0, of: values, from: start)
            }
        }
    }
}
