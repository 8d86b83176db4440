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

    /// The values of the quotient over the extension.
    func values(
        _ main: ColumnTiles, _ sums: ColumnTiles, threads: Int
    ) throws(TilesError) -> ColumnTiles {
        let values = try ColumnTiles(rowBits: shape.domain.rowBits, columns: 5)
        let divisors = try Divisors(shape)
        let powers = weights
        let helperPowers = messages.powers(
            table.tape.interactions.map(\.fields.count).max() ?? 0)
        let masks = messages.masks
        // The next row within a block of the extension, which is a coset of the trace's rows.
        let blocks = stride(from: 0, to: shape.domain.rows, by: shape.rows)
        let inBlock = (0..<shape.rows).map { UInt32(shape.trace.row(after: $0)) }
        let after = blocks.flatMap { block in inBlock.map { $0 + UInt32(block) } }
        let chunks = shape.domain.rows / TapeRun.rows
        try Parallel.each(min(threads, chunks), threads: threads) {
            (thread: Int) throws(TilesError) -> Void in
            let run = try TapeRun(
                table.tape, columns: main.columns, sumColumns: sums.columns, inputs: inputs,
                rows: TapeRun.rows, extra: Work.registers)
            let work = Work(run)
            let constraints = constraintSums(run, powers)
            for chunk in stride(from: thread, to: chunks, by: min(threads, chunks)) {
                let start = chunk * TapeRun.rows
                let next = after[start..<start + run.rows]
                run.load(main, from: start, after: next)
                run.loadSums(sums, columns: shape.sumColumns, from: start, after: next)
                run.run()
                for (place, sum) in constraints.enumerated() {
                    run.registers.fill(work.sum(of: .every) + place, with: sum)
                }
                addMessages(
                    run, work, Array(powers.dropFirst(table.tape.constraints.count)),
                    helperPowers, masks)
                for (place, divisor) in divisors.all.enumerated() {
                    run.registers.load(divisor, from: start, into: work.divisors + place)
                }
                work.divide()
                run.registers.store(work.result, tile: 0, of: values, from: start)
            }
        }
        return values
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

/// What constraints are divided by at the points of an extension: one over the polynomial that vanishes in all
/// active rows; x − last; one over x − 1; one over x − last.
struct Divisors {
    let all: [[KoalaBear]]

    init(_ shape: Shape.Table) throws(TilesError) {
        let domain = shape.domain
        let hidden = try ColumnTiles(rowBits: shape.rowBits, columns: 1)
        for (row, coefficient) in Divisors.hidden(shape).enumerated() {
            hidden[row, 0] = coefficient
        }
        let values = try ColumnTiles(rowBits: domain.rowBits, columns: 1)
        try NTT(rowBits: shape.rowBits).evaluate(
            tile: 0, of: hidden, shift: domain.shift, into: values)
        let points = domain.points
        let last = shape.last
        let fromLast = points.map { $0 - last }
        // xⁿ − 1 is the same all over a block.
        var blocks = stride(from: 0, to: domain.rows, by: shape.rows).map {
            points[$0].power(UInt64(shape.rows)) - .one
        }
        KoalaBear.invert(&blocks)
        let active = (0..<domain.rows).map { values[$0, 0] * blocks[$0 / shape.rows] }
        all = [
            active, fromLast, Divisors.inverses(points.map { $0 - .one }),
            Divisors.inverses(fromLast),
        ]
    }

    private static func inverses(_ values: [KoalaBear]) -> [KoalaBear] {
        var inverses = values
        KoalaBear.invert(&inverses)
        return inverses
    }

    /// The coefficients of the polynomial that vanishes in the hidden rows.
    private static func hidden(_ shape: Shape.Table) -> [KoalaBear] {
        var coefficients = [KoalaBear.one]
        var point = shape.root.power(UInt64(shape.activeRows))
        for _ in 0..<Parameters.hiddenRows {
            var next = [KoalaBear.zero] + coefficients
            for (place, coefficient) in coefficients.enumerated() {
                next[place] -= coefficient * point
            }
            coefficients = next
            point *= shape.root
        }
        return coefficients
    }
}
