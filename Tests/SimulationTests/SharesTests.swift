// SPDX-License-Identifier: Apache-2.0
import Privacy
import Testing

@testable import Simulation

/// A pot is shared out to the last micro-unit.
@Suite struct SharesTests {
    @Test func `ten units among three: the one left over goes to the first`() throws {
        let shares = try Shares(potMicros: 10, by: [1, 1, 1])
        #expect(shares.micros == [4, 3, 3])
        #expect(shares.returnedMicros == 0)
    }

    @Test func `who gave twice the rows gets twice the pay`() throws {
        #expect(try Shares(potMicros: 900, by: [10, 20]).micros == [300, 600])
    }

    @Test func `where nobody is worth anything the pot goes back`() throws {
        let shares = try Shares(potMicros: 1_000, by: [0, 0])
        #expect(shares.micros == [0, 0])
        #expect(shares.returnedMicros == 1_000)
        #expect(try Shares(potMicros: 7, by: []).returnedMicros == 7)
    }

    @Test func `nothing is lost or made over thousands of pots`() throws {
        var dice = Dice(seed: 5)
        for _ in 0..<2_000 {
            let pot = Int64(dice.below(1 << 40))
            let parts = (0..<dice.below(30)).map { _ in max(0, dice.normal()) }
            let shares = try Shares(potMicros: pot, by: parts)
            #expect(shares.micros.reduce(0, +) + shares.returnedMicros == pot)
            #expect(shares.micros.allSatisfy { $0 >= 0 })
        }
    }

    @Test func `lines stay in the order of the parts beyond 256 of them`() throws {
        let parts = (0..<700).map { $0 == 300 ? 1.0 : 0 }
        #expect(try Shares(potMicros: 9, by: parts).micros[300] == 9)
    }
}

/// Prices are those of a pool.
@Suite struct PriceTests {
    @Test func `each thousandth of rho adds a premium, rounded up`() {
        let price = PriceRule()
        #expect(price.price(of: .zero).micros == 20_000_000)
        // 0.1 of rho and one unit of 2^-40: 100 premiums, and a part of a micro-unit.
        let units = (UInt64(1) << 40) / 10 + 1
        #expect(price.price(of: .init(units: units)).micros == 45_000_001)
    }

    @Test func `the operator's part is of the base alone`() {
        #expect(PriceRule().price(of: .init(units: 1 << 40)).feeMicros == 1_000_000)
    }

    @Test func `a buyer pays nothing for a coin, and her stake for a model without error`() {
        let buyer = Buyer(place: 0, round: 0, epsilon: "1.0", stakeMicros: 80)
        #expect(buyer.willingMicros(expecting: 0.5) == 0)
        #expect(buyer.willingMicros(expecting: 0.3) == 0)
        #expect(buyer.willingMicros(expecting: 0.75) == 40)
        #expect(buyer.willingMicros(expecting: 1) == 80)
    }
}
