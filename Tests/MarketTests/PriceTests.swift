// SPDX-License-Identifier: Apache-2.0
import Canon
import Ledger
import Market
import Testing
import Vault

/// Prices and fees at their edges.
@Suite struct PriceTests {
    private func offer(base: Int64 = 0, premium: Int64 = 0, fee: Int64 = 0) throws -> PoolOffer {
        try PoolOffer(
            name: "steps", title: "",
            tables: [Schema(table: "days", columns: [.init("steps", .integer)])],
            purposes: [purpose("ResearchAndDevelopment")], basePrice: money(base),
            premium: money(premium), feeBasisPoints: fee, minimumCohort: 2, rowsPerPerson: 1,
            split: .equal)
    }

    @Test func `the premium is for each thousandth of rho, rounded up`() throws {
        let offer = try offer(base: 7, premium: 1000)
        // One whole ρ is 2^40 units and a thousand thousandths.
        #expect(offer.price(rho: 1 << 40)?.premium == money(1_000_000))
        #expect(offer.price(rho: 1)?.premium == money(1))
        #expect(offer.price(rho: 0)?.premium == .zero)
        #expect(offer.price(rho: 1 << 40)?.base == money(7))
        #expect(try self.offer(base: 7).price(rho: .max)?.premium == .zero)
    }

    @Test func `no premium and no cost is beyond counting`() throws {
        for premium: Int64 in [1, 1000, 1 << 40, Amount.largest] {
            for rho: UInt64 in [0, 1, 1 << 20, 1 << 40, 1 << 63, .max] {
                let price = try offer(premium: premium).price(rho: rho)
                let (high, low) = UInt64(premium).multipliedFullWidth(by: rho)
                // In long division, so that nothing overflows here either.
                let product = UInt128(high) << 64 | UInt128(low)
                let exact = (product >> 40).multipliedReportingOverflow(by: 1000)
                if exact.overflow || exact.partialValue > UInt128(Amount.largest) {
                    #expect(price == nil)
                } else if let price {
                    #expect(UInt128(price.premium.microunits) >= exact.partialValue)
                    #expect(UInt128(price.premium.microunits) <= exact.partialValue + 1000)
                }
            }
        }
    }

    @Test func `a fee is never more than the base price, and is rounded down`() throws {
        for base: Int64 in [0, 1, 19, 20, 9999, Amount.largest] {
            #expect(try offer(fee: 10_000).fee(of: money(base)) == money(base))
            #expect(try offer(fee: 0).fee(of: money(base)) == .zero)
            let part = try offer(fee: 500).fee(of: money(base)).microunits
            #expect(part == base / 20)
        }
    }

    @Test func `an exchange can hold every amount there is, and not one more`() throws {
        var it = try Script()
        try it.pool(base: Amount.largest, fee: 10_000)
        try it.grant("alice", "berta")
        try it.deposit(Amount.largest, to: "buyer")
        #expect(throws: MarketError.self) { try it.deposit(1, to: "buyer") }
        #expect(throws: MarketError.self) { try it.deposit(1, to: "newcomer") }
        try it.sell(to: "buyer")
        #expect(it.fees == Amount.largest)
        it.checkMoney()
    }

    @Test func `an order whose totals have no room left is refused whole`() throws {
        var it = try Script()
        try it.pool(base: Amount.largest, fee: 0)
        try it.grant("alice", "berta")
        try it.deposit(Amount.largest, to: "buyer")
        try it.sell(to: "buyer")
        try it.payOut()
        // Revenue took in all there is; one more sale would be beyond it.
        #expect(throws: MarketError.self) { try it.order(by: "alice") }
        it.checkMoney()
    }
}
