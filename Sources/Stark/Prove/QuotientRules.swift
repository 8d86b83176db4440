// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// What a table's rows are put through, once they stand in registers: each constraint with its weight.
struct QuotientRules: Sendable {
    let plan: TapePlan
    /// Where a tile of results begins; where the divisors are wanted.
    let result, divisors: Int
    /// How many registers there are from the plan's free ones on.
    let registers: Int
    private let interactions: [Tape.Interaction]
    /// The fingerprint of each message, and where the first stands.
    private let fingerprints: [ExtensionSum]
    private let prints: Int
    /// Where what has to be zero of each helper stands.
    private let products: Int
    /// What helpers and masks add to the running sum.
    private let growth: ExtensionSum
    private let grown: Int
    /// The constraints of each domain, and where their sums stand.
    private let domains: [ExtensionSum]
    private let sums: Int
    private let product: Int

    init(_ quotient: Quotient, _ plan: TapePlan) {
        let (table, messages) = (quotient.table, quotient.messages)
        let helpers = table.sums - 1
        self.plan = plan
        interactions = table.tape.interactions
        fingerprints = interactions.map { messages.fingerprint(of: $0, plan) }
        result = plan.free
        divisors = result + 16
        sums = divisors + 4
        grown = sums + 20
        product = grown + 5
        prints = product + 5
        products = prints + 10
        registers = products + 5 * helpers - plan.free

        // Σ helpers + Σ masks
        var growth = TapePlan.Combination()
        for helper in 0..<helpers { growth.addExtension(plan.sums + 5 * helper, .one) }
        let first = plan.place(of: table.columns)
        for (offset, mask) in messages.masks.enumerated() { growth.add(first + offset, mask) }
        self.growth = growth.sum

        var domains = Tape.Domain.allCases.map { _ in TapePlan.Combination() }
        var weight = KoalaBear5.one
        func next() -> KoalaBear5 {
            defer { weight *= quotient.lambda }
            return weight
        }
        for constraint in table.tape.constraints {
            plan.dissolve(
                constraint.register, next(), into: &domains[Int(constraint.domain.rawValue)])
        }
        for helper in 0..<helpers {
            domains[Int(Tape.Domain.every.rawValue)].addExtension(products + 5 * helper, next())
        }
        // The running sum begins at zero, grows by all helpers and masks, and ends at the terminal.
        let sum = plan.sums + 5 * helpers
        domains[Int(Tape.Domain.first.rawValue)].addExtension(sum, next())
        let transition = next()
        for (place, sign) in [(plan.nextSum, transition), (sum, -transition), (grown, -transition)]
        {
            domains[Int(Tape.Domain.transition.rawValue)].addExtension(place, sign)
        }
        let last = next()
        for place in [sum, grown] {
            domains[Int(Tape.Domain.last.rawValue)].addExtension(place, last)
        }
        domains[Int(Tape.Domain.last.rawValue)].constant -= quotient.terminal * last
        self.domains = domains.map(\.sum)
    }

    /// Works the quotient out from a row's cells and sums.
    func work(_ registers: Registers) {
        for helper in 0..<(interactions.count + 1) / 2 { check(helper, registers) }
        registers.fillExtension(grown, with: growth)
        for (place, domain) in domains.enumerated() {
            registers.fillExtension(sums + 5 * place, with: domain)
        }
        divide(registers)
    }

    /// Each helper is the sum of its two fractions: h f g − m g − n f is zero.
    private func check(_ helper: Int, _ registers: Registers) {
        let target = products + 5 * helper
        let one = 2 * helper
        registers.fillExtension(prints, with: fingerprints[one])
        registers.multiplyExtension(plan.sums + 5 * helper, prints, into: target)
        registers.subtract(
            target, plan.places[interactions[one].multiplicity], into: target)
        guard one + 1 < interactions.count else { return }
        registers.fillExtension(prints + 5, with: fingerprints[one + 1])
        registers.multiplyExtension(target, prints + 5, into: target)
        let count = plan.places[interactions[one + 1].multiplicity]
        for part in 0..<5 {
            registers.multiply(count, prints + part, into: product)
            registers.subtract(target + part, product, into: target + part)
        }
    }

    /// The sums over their divisors: see ``Divisors``.
    private func divide(_ registers: Registers) {
        func sum(of domain: Tape.Domain) -> Int { sums + 5 * Int(domain.rawValue) }
        for part in 0..<5 {
            let target = result + part
            registers.multiply(sum(of: .transition) + part, divisors + 1, into: target)
            registers.add(target, sum(of: .every) + part, into: target)
            registers.multiply(target, divisors, into: target)
            registers.addProduct(sum(of: .first) + part, divisors + 2, to: target)
            registers.addProduct(sum(of: .last) + part, divisors + 3, to: target)
        }
    }
}
