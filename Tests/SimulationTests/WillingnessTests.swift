// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Simulation

/// People want what people were found to want.
@Suite struct WillingnessTests {
    /// What so many drawn people want.
    private static let asks: [Ask] = {
        var dice = Dice(seed: 11)
        return (0..<100_000).map { _ in Willingness.berke.ask(&dice) }
    }()

    private static func part(_ isWanted: (Ask) -> Bool) -> Double {
        Double(asks.count(where: isWanted)) / Double(asks.count)
    }

    @Test(arguments: [(0, 0.771), (200_000, 0.798), (500_000, 0.859)] as [(Int64, Double)])
    func `as many share as in the experiment`(offer: Int64, share: Double) {
        #expect(abs(Willingness.berke.share(at: offer) - share) < 0.0005)
        #expect(abs(Self.part { $0.accepts(offer) } - share) < 0.005)
    }

    @Test func `five cents are taken for nothing, since a share cannot fall with the offer`() {
        let published = Willingness.published
        #expect(published[1].share < published[0].share)
        #expect(Willingness.berke.share(at: 50_000) == published[0].share)
        let offers = stride(from: Int64(0), through: 1_000_000, by: 10_000)
        let shares = offers.map { Willingness.berke.share(at: $0) }
        #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test func `one in twenty shares for no pay, and who wants more than a dollar wants twenty`() {
        #expect(abs(Self.part { $0 == .never } - 0.05) < 0.003)
        #expect(!Ask.never.accepts(.max))
        let high = Self.asks.compactMap { ask -> Int64? in
            if case .atLeast(let micros) = ask, micros > 1_000_000 { micros } else { nil }
        }.sorted()
        let quartiles = [1, 2, 3].map { Double(high[$0 * high.count / 4]) / 1e6 }
        // Published: $10, $20, $100, from amounts that crowd at round numbers.
        #expect((6...10).contains(quartiles[0]))
        #expect((19...24).contains(quartiles[1]))
        #expect((55...75).contains(quartiles[2]))
    }
}
