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

    /// What is known of the quotient, as coefficients: see ``QuotientChunks``.
    struct Residues {
        /// Of each of the first two blocks the polynomial that has the quotient's values there. Coefficient i comes
        /// times n sⁱ, for n rows and the block's first point s.
        let blocks: [ColumnTiles]
        /// The same of the first rows of the third, as many as ``restBits`` says.
        let rest: ColumnTiles
    }

    /// The logarithm of how many values of the third block are worked out. A constraint of degree three, times
    /// x − last and over what vanishes in all rows but the hidden, is less than 2 n + 255 coefficients: what is
    /// above two blocks of n has fewer than so many.
    static let restBits = 9

    /// Works out the quotient where its degree leaves it open.
    ///
    /// - Parameter room: where the blocks are looked at.
    func residues(
        _ main: Extension, _ committed: Extension?, _ sums: Extension, in room: Workroom,
        threads: Int
    ) throws(TilesError) -> Residues {
        var extensions: [Extension] = [main, sums]
        if let committed { extensions.append(committed) }
        var blocks: [ColumnTiles] = []
        var taken = 0
        for some in extensions {
            blocks.append(try some.block(in: room, from: taken))
            taken += some.roomRows
        }
        let rules = QuotientRules(
            self,
            TapePlan(
                table, sumColumns: sums.coefficients.columns, inputs: inputs,
                hasConstraints: true))
        let divisors = try Divisors(shape, main)
        let jobs = extensions.indices.flatMap { place in
            (0..<blocks[place].tiles).map { (place, $0) }
        }
        var residues: [ColumnTiles] = []
        for block in 0..<2 {
            try Parallel.each(jobs.count, threads: threads) {
                [blocks, extensions] (job: Int) throws(TilesError) -> Void in
                let (place, tile) = jobs[job]
                try extensions[place].writeColumns(tile: tile, of: block, into: blocks[place])
            }
            let values = try ColumnTiles(rowBits: shape.rowBits, columns: 5)
            // The next row is within the block.
            try fill(values, block, blocks, divisors, rules, threads: threads) {
                shape.trace.row(after: $0)
            }
            residues.append(values)
        }
        // Of the third block some rows, and behind them those that are next.
        blocks = try Parallel.results(extensions.count, threads: 1) {
            [extensions] (place: Int) throws(TilesError) -> ColumnTiles in
            try ColumnTiles(
                rowBits: Quotient.restBits + 1, columns: extensions[place].coefficients.columns)
        }
        try Parallel.each(2 * jobs.count, threads: threads) {
            [blocks, extensions] (job: Int) throws(TilesError) -> Void in
            let (place, tile) = jobs[job / 2]
            let (some, start) = (extensions[place], main.start(of: 2))
            try some.transform.evaluatePart(
                tile: tile, of: some.coefficients, start: job % 2 == 0 ? start : start * shape.root,
                bits: Quotient.restBits, into: blocks[place],
                from: (job % 2) << Quotient.restBits)
        }
        let rest = try ColumnTiles(rowBits: Quotient.restBits, columns: 5)
        try fill(rest, 2, blocks, divisors, rules, threads: threads) {
            $0 + 1 << Quotient.restBits
        }
        let all = residues + [rest]
        try Parallel.each(all.count, threads: threads) { (place: Int) throws(TilesError) -> Void in
            try main.transform.interpolateExtension(tile: 0, of: all[place])
        }
        return Residues(blocks: residues, rest: rest)
    }

    /// Fills the values of the quotient at the first points of a block.
    ///
    /// - Parameter next: which row of the cells is the one after a row.
    private func fill(
        _ values: ColumnTiles, _ block: Int, _ cells: [ColumnTiles], _ divisors: Divisors,
        _ rules: QuotientRules, threads: Int, next: @Sendable (Int) -> Int
    ) throws(TilesError) {
        let chunks = values.rows / TapeRun.rows
        let workers = min(threads, chunks)
        let (main, sums) = (cells[0], cells[1])
        let own = TapeRun.Cells(main: main, committed: cells.count > 2 ? cells[2] : nil)
        try Parallel.each(workers, threads: threads) {
            (thread: Int) throws(TilesError) -> Void in
            let run = try TapeRun(rules.plan, extra: rules.registers)
            for chunk in stride(from: thread, to: chunks, by: workers) {
                let start = chunk * TapeRun.rows
                let after = (start..<start + TapeRun.rows).map { UInt32(next($0)) }
                run.run(own, from: start, after: after[...])
                run.loadSums(sums, columns: shape.sumColumns, from: start, after: after[...])
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
