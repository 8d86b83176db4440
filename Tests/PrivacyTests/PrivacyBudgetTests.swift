// SPDX-License-Identifier: Apache-2.0
import Testing
import TestSupport

@testable import Privacy

@Suite struct PrivacyBudgetTests {
    private func budget(_ limit: UInt64) -> PrivacyBudget {
        PrivacyBudget(limit: Rho(units: limit))
    }

    @Test func `what was read for is spent for good`() throws {
        var budget = budget(10)
        let spend = UnreadSpend(Rho(units: 4))
        try budget.reserve(spend)
        #expect(budget.remaining.units == 6)
        let read = spend.beginReading()
        try budget.commit(read)
        #expect(budget.spent.units == 4 && budget.reserved == .zero)
        #expect(budget.remaining.units == 6)
        #expect(throws: BudgetError.notReserved) { try budget.commit(read) }
        #expect(budget.spent.units == 4)
    }

    @Test func `what was never read for can be given back`() throws {
        var budget = budget(10)
        let spend = UnreadSpend(Rho(units: 10))
        try budget.reserve(spend)
        #expect(!budget.covers(Rho(units: 1)))
        try budget.cancel(spend)
        #expect(budget == self.budget(10))
        #expect(throws: BudgetError.notReserved) { try budget.cancel(spend) }
    }

    @Test func `a budget covers exactly its limit, not one unit more`() throws {
        var budget = budget(100)
        for _ in 0..<100 {
            let spend = UnreadSpend(Rho(units: 1))
            try budget.reserve(spend)
            try budget.commit(spend.beginReading())
        }
        let before = budget
        let more = UnreadSpend(Rho(units: 1))
        #expect(throws: BudgetError.exhausted) { try budget.reserve(more) }
        #expect(budget == before, "a refusal changes nothing")
        let nothing = UnreadSpend(.zero)
        #expect(throws: Never.self) { try budget.reserve(nothing) }
    }

    @Test func `one spend is charged to everyone in the release`() throws {
        var cohort = [PrivacyBudget](repeating: budget(10), count: 5)
        let spend = UnreadSpend(Rho(units: 7))
        for i in cohort.indices { try cohort[i].reserve(spend) }
        let read = spend.beginReading()
        for i in cohort.indices { try cohort[i].commit(read) }
        #expect(cohort.allSatisfy { $0.remaining.units == 3 })
    }

    @Test func `after a crash everything set aside counts as spent`() throws {
        var budget = try PrivacyBudget(
            limit: Rho(units: 10), spent: Rho(units: 3), reserved: Rho(units: 5))
        budget.settle()
        #expect(budget.spent.units == 8 && budget.reserved == .zero)
        budget.settle()
        #expect(budget.spent.units == 8)
    }

    @Test func `a lowered limit leaves nothing, a raised one the difference`() throws {
        var budget = try PrivacyBudget(
            limit: Rho(units: 10), spent: Rho(units: 6), reserved: Rho(units: 2))
        budget.setLimit(Rho(units: 7))
        #expect(budget.remaining == .zero)
        let spend = UnreadSpend(Rho(units: 1))
        #expect(throws: BudgetError.exhausted) { try budget.reserve(spend) }
        budget.setLimit(Rho(units: 9))
        #expect(budget.remaining.units == 1)
    }

    @Test func `amounts at the end of the range never wrap`() throws {
        #expect(throws: BudgetError.notABudget) {
            try PrivacyBudget(limit: .maximum, spent: .maximum, reserved: Rho(units: 1))
        }
        var budget = PrivacyBudget(limit: .maximum)
        let all = UnreadSpend(.maximum)
        try budget.reserve(all)
        let more = UnreadSpend(.maximum)
        #expect(throws: BudgetError.exhausted) { try budget.reserve(more) }
        try budget.commit(all.beginReading())
        #expect(budget.spent == .maximum)
    }

    @Test func `over any history spent and reserved stay within the limit and add up`() throws {
        var random = Seeded(30)
        for _ in 0..<200 {
            var budget = budget(random.anySize(bits: 40))
            var open: [Rho] = []
            var spent: UInt64 = 0
            for _ in 0..<100 {
                let amount = Rho(units: random.anySize(bits: 38))
                switch random.next() % 4 {
                case 0, 1:
                    let spend = UnreadSpend(amount)
                    let covered = budget.covers(amount)
                    do {
                        try budget.reserve(spend)
                        #expect(covered)
                        open.append(amount)
                    } catch {
                        #expect(!covered && error == .exhausted)
                    }
                case 2:
                    guard let amount = open.popLast() else { continue }
                    try budget.commit(UnreadSpend(amount).beginReading())
                    spent += amount.units
                default:
                    guard let amount = open.popLast() else { continue }
                    let spend = UnreadSpend(amount)
                    try budget.cancel(spend)
                }
                #expect(budget.spent.units == spent)
                #expect(budget.reserved.units == open.reduce(0) { $0 + $1.units })
                #expect(budget.spent.units + budget.reserved.units <= budget.limit.units)
            }
        }
    }
}
