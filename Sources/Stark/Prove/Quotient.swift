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
        _ main: Extension, _ sums: Extension, threads: Int
    ) throws(TilesError) -> [ColumnTiles] {
        let mainRoom = try main.room()
        let sumsRoom = try sums.room()
        var residues: [ColumnTiles] = []
        for block in 0..<Parameters.chunks {
            try Parallel.each(mainRoom.tiles + sumsRoom.tiles, threads: threads) {
                (tile: Int) throws(TilesError) -> Void in
                if tile < mainRoom.tiles {
                    try main.write(tile: tile, of: block, into: mainRoom)
                } else {
                    try sums.write(tile: tile - mainRoom.tiles, of: block, into: sumsRoom)
                }
            }
            let values = try ColumnTiles(rowBits: shape.rowBits, columns: 5)
            let divisors = try Divisors(shape, start: main.start(of: block), main.transform)
            try fill(values, mainRoom, sumsRoom, divisors, threads: threads)
            try main.transform.interpolateExtension(tile: 0, of: values)
            residues.append(values)
        }
        return residues
    }

    /// Fills the values of the quotient at the points of a block.
    private func fill(
        _ values: ColumnTiles, _ main: ColumnTiles, _ sums: ColumnTiles, _ divisors: Divisors,
        threads: Int
    ) throws(TilesError) {
        let powers = weights
        let helperPowers = messages.powers(
            table.tape.interactions.map(\.fields.count).max() ?? 0)
        let masks = messages.masks
        let chunks = shape.rows / TapeRun.rows
        let workers = min(threads, chunks)
        try Parallel.each(workers, threads: threads) {
            (thread: Int) throws(TilesError) -> Void in
            let run = try TapeRun(
                table.tape, columns: main.columns, sumColumns: sums.columns, inputs: inputs,
                rows: TapeRun.rows, extra: Work.registers)
            let work = Work(run)
            let constraints = constraintSums(run, powers)
            for chunk in stride(from: thread, to: chunks, by: workers) {
                let start = chunk * TapeRun.rows
                // The next row within a block.
                let next = (start..<start + run.rows).map { UInt32(shape.trace.row(after: $0)) }
                run.load(main, from: start, after: next[...])
                run.loadSums(sums, columns: shape.sumColumns, from: start, after: next[...])
                run.run()
                for (place, sum) in constraints.enumerated() {
                    run.registers.fill(work.sum(of: .every) + place, with: sum)
                }
                addMessages(
                    run, work, Array(powers.dropFirst(table.tape.constraints.count)),
                    helperPowers, masks)
                for (place, divisor) in divisors.rows(start..<start + run.rows).enumerated() {
                    run.registers.load(divisor, from: 0, into: work.divisors + place)
                }
                work.divide()
                run.registers.store(work.result, tile: 0, of: values, from: start)
            }
        }
    }

    /// The tape's constraints with their weights: for each domain five sums, one for each coefficient.
    private func constraintSums(_ run: TapeRun, _ weights: [KoalaBear5]) -> [RegisterSum] {
        Tape.Domain.allCases.flatMap { domain in
            let some = zip(table.tape.constraints, weights).filter { $0.0.domain == domain }
            return (0..<5).map { part in
                RegisterSum(some.map { (run.places[$0.0.register], $0.1[part]) })
            }
        }
    }

    /// The weight of each constraint: those of the tape, then those of the sums.
    private var weights: [KoalaBear5] {
        var weights: [KoalaBear5] = []
        var weight = KoalaBear5.one
        for _ in 0..<table.tape.constraints.count + table.sums + 2 {
            weights.append(weight)
            weight *= lambda
        }
        return weights
    }

    /// Adds the constraints of the sums: each helper is the sum of its two fractions; the running sum
    /// begins at zero, grows by all helpers and masks, and ends at the terminal.
    private func addMessages(
        _ run: TapeRun, _ work: Work, _ weights: [KoalaBear5], _ powers: [KoalaBear5],
        _ masks: [KoalaBear5]
    ) {
        let registers = run.registers
        let interactions = table.tape.interactions
        let helpers = table.sums - 1
        // Σ helpers + Σ masks
        work.clear(work.growth)
        for helper in 0..<helpers {
            let one = interactions[2 * helper]
            let other = 2 * helper + 1 < interactions.count ? interactions[2 * helper + 1] : nil
            let value = run.sums + 5 * helper
            for part in 0..<5 {
                registers.add(work.growth + part, value + part, into: work.growth + part)
            }
            messages.fingerprint(of: one, into: work.first, run, powers)
            registers.multiplyExtension(value, work.first, into: work.product)
            let count = run.places[one.multiplicity]
            if let other {
                messages.fingerprint(of: other, into: work.second, run, powers)
                registers.multiplyExtension(work.product, work.second, into: work.third)
                let otherCount = run.places[other.multiplicity]
                for part in 0..<5 {
                    registers.multiply(count, work.second + part, into: work.product)
                    registers.subtract(
                        work.third + part, work.product, into: work.third + part)
                    registers.multiply(otherCount, work.first + part, into: work.product)
                    registers.subtract(
                        work.third + part, work.product, into: work.third + part)
                }
                work.add(work.third, by: weights[helper], to: .every)
            } else {
                registers.subtract(work.product, count, into: work.product)
                work.add(work.product, by: weights[helper], to: .every)
            }
        }
        let first = shape.mainColumns - Parameters.maskColumns
        for (offset, mask) in masks.enumerated() {
            registers.addProduct(first + offset, by: mask, to: work.growth)
        }
        let sum = run.sums + 5 * helpers
        work.add(sum, by: weights[helpers], to: .first)
        for part in 0..<5 {
            registers.add(sum + part, work.growth + part, into: work.first + part)
            registers.subtract(
                run.nextSum + part, work.first + part, into: work.second + part)
        }
        work.add(work.second, by: weights[helpers + 1], to: .transition)
        for part in 0..<5 {
            registers.fill(work.second + part, with: terminal[part])
            registers.subtract(
                work.first + part, work.second + part, into: work.first + part)
        }
        work.add(work.first, by: weights[helpers + 2], to: .last)
    }

    /// Registers for the sums of constraints and what they are made with.
    private struct Work {
        // A tile of results, one of divisors, a sum for each domain, and five elements to work with.
        static let registers = 16 + 16 + 5 * (4 + 5)
        let run: TapeRun
        let result: Int
        let divisors: Int
        let growth, first, second, third, product: Int
        private let sums: Int

        init(_ run: TapeRun) {
            self.run = run
            result = run.free
            divisors = run.free + 16
            sums = run.free + 32
            growth = sums + 20
            first = growth + 5
            second = first + 5
            third = second + 5
            product = third + 5
        }

        func sum(of domain: Tape.Domain) -> Int { sums + 5 * Int(domain.rawValue) }

        func clear(_ register: Int) {
            for part in 0..<5 { run.registers.fill(register + part, with: .zero) }
        }

        /// Adds an element of the extension times a weight.
        func add(_ value: Int, by scalar: KoalaBear5, to domain: Tape.Domain) {
            let sum = sum(of: domain)
            // value · scalar = Σ valueᵢ · (Xⁱ · scalar)
            var shifted = scalar
            for part in 0..<5 {
                run.registers.addProduct(value + part, by: shifted, to: sum)
                shifted *= .x
            }
        }

        /// The sums over their divisors: see ``Divisors``.
        func divide() {
            let registers = run.registers
            for part in 0..<5 {
                let target = result + part
                registers.multiply(
                    sum(of: .transition) + part, divisors + 1, into: target)
                registers.add(target, sum(of: .every) + part, into: target)
                registers.multiply(target, divisors, into: target)
                registers.addProduct(sum(of: .first) + part, divisors + 2, to: target)
                registers.addProduct(sum(of: .last) + part, divisors + 3, to: target)
            }
        }
    }
}
