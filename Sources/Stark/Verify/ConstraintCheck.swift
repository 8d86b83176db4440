// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// Whether a table's constraints hold outside the domain: that the quotient there is what they give.
struct ConstraintCheck {
    let table: Circuit.Table
    let shape: Shape.Table
    let messages: Messages
    let inputs: [KoalaBear]
    let terminal: KoalaBear5
    let lambda: KoalaBear5

    func holds(_ opened: Openings.Table, at zeta: KoalaBear5) -> Bool {
        let (wanted, given) = sides(opened, at: zeta)
        return wanted == given
    }

    /// What the constraints give, and what the quotient says.
    func sides(
        _ opened: Openings.Table, at zeta: KoalaBear5
    ) -> (wanted: KoalaBear5, given: KoalaBear5) {
        var registers: [KoalaBear5] = []
        let next = Dictionary(
            zip(shape.nextColumns, opened.next), uniquingKeysWith: { first, _ in first })
        for step in table.tape.steps {
            switch step {
            case .cell(let column, false): registers.append(opened.main[column])
            case .cell(let column, true): registers.append(next[column] ?? .zero)
            case .input(let index): registers.append(KoalaBear5(inputs[index]))
            case .product(let a, let b): registers.append(registers[a] * registers[b])
            case .sum(let terms, let constant):
                registers.append(
                    terms.reduce(KoalaBear5(constant)) {
                        $0 + registers[$1.register] * $1.coefficient
                    })
            }
        }
        var sums: [Tape.Domain: KoalaBear5] = [:]
        var weight = KoalaBear5.one
        func add(_ value: KoalaBear5, _ domain: Tape.Domain) {
            sums[domain, default: .zero] += value * weight
            weight *= lambda
        }
        for constraint in table.tape.constraints {
            add(registers[constraint.register], constraint.domain)
        }
        addMessages(registers, opened, add)
        let last = KoalaBear5(shape.last)
        // One over the polynomial that vanishes in the active rows.
        var vanishing = zeta.power(UInt64(shape.rows)) - .one
        var point = shape.root.power(UInt64(shape.activeRows))
        var hidden = KoalaBear5.one
        for _ in 0..<Parameters.hiddenRows {
            hidden *= zeta - point
            point *= shape.root
        }
        vanishing = hidden * vanishing.inverseOrZero
        let value =
            ((sums[.every] ?? .zero) + (sums[.transition] ?? .zero) * (zeta - last)) * vanishing
            + (sums[.first] ?? .zero) * (zeta - .one).inverseOrZero
            + (sums[.last] ?? .zero) * (zeta - last).inverseOrZero
        return (value, quotient(opened, zeta))
    }

    private func addMessages(
        _ registers: [KoalaBear5], _ opened: Openings.Table,
        _ add: (KoalaBear5, Tape.Domain) -> Void
    ) {
        let sums = stride(from: 0, to: opened.sums.count, by: 5).map {
            ConstraintCheck.element(opened.sums[$0..<$0 + 5])
        }
        let interactions = table.tape.interactions
        var growth = KoalaBear5.zero
        for helper in 0..<table.sums - 1 {
            let some = interactions[(2 * helper)...].prefix(2).map {
                interaction -> (print: KoalaBear5, count: KoalaBear5) in
                (
                    messages.fingerprint(
                        interaction.bus, interaction.fields.map { registers[$0] }),
                    registers[interaction.multiplicity]
                )
            }
            let value = sums[helper]
            growth += value
            if some.count == 2 {
                add(
                    value * some[0].print * some[1].print - some[0].count * some[1].print
                        - some[1].count * some[0].print, .every)
            } else {
                add(value * some[0].print - some[0].count, .every)
            }
        }
        let counts = opened.main.suffix(Parameters.maskColumns)
        for (mask, count) in zip(messages.masks, counts) { growth += mask * count }
        let sum = sums[table.sums - 1]
        add(sum, .first)
        add(ConstraintCheck.element(opened.nextSum[...]) - sum - growth, .transition)
        add(sum + growth - terminal, .last)
    }

    /// The quotient at ζ from its masked chunks.
    private func quotient(_ opened: Openings.Table, _ zeta: KoalaBear5) -> KoalaBear5 {
        let step = zeta.power(UInt64(shape.chunk))
        var power = KoalaBear5.one
        var value = KoalaBear5.zero
        for chunk in 0..<Parameters.chunks {
            value += ConstraintCheck.element(opened.quotient[5 * chunk..<5 * chunk + 5]) * power
            power *= step
        }
        return value
    }

    /// Σ Xⁱ · value: what five columns of coefficients stand for.
    private static func element(_ values: ArraySlice<KoalaBear5>) -> KoalaBear5 {
        values.reversed().reduce(.zero) { $0 * .x + $1 }
    }
}
