// SPDX-License-Identifier: Apache-2.0

/// What somebody wants for sharing: the least pay over a window for which she gives her rows.
package enum Ask: Sendable, Hashable {
    /// So many micro-units, 0 for who gives for nothing.
    case atLeast(micros: Int64)
    /// For no pay whatever.
    case never

    /// Whether an offer is enough.
    package func accepts(_ micros: Int64) -> Bool {
        if case .atLeast(let least) = self { micros >= least } else { false }
    }
}

/// How many people share for how much, as an experiment with real choices found it.
///
/// Berke, Mahari, Pentland, Larson, Calacci, "Insights from an experiment crowdsourcing data from thousands of US
/// Amazon users: The importance of transparency, money, and data use", Proc. ACM Hum.-Comput. Interact. 8, CSCW2,
/// article 466 (2024), doi:10.1145/3687005. 6,325 people were asked for five years of purchases, at no bonus or at
/// one of three. Counts are those of the survey file that the authors publish (github.com/aberke/amazon-study),
/// with both ways of asking, data shown and not shown, taken together:
///
/// | bonus | asked | shared | |
/// |---|---|---|---|
/// | $0 | 1,275 | 983 | 77.1 % |
/// | $0.05 | 1,265 | 951 | 75.2 % |
/// | $0.20 | 1,250 | 998 | 79.8 % |
/// | $0.50 | 1,240 | 1,065 | 85.9 % |
///
/// Of the 175 who refused $0.50, 36 said that they would share for $1.00, 77 named more, 62 said for no amount.
/// Over all arms 642 refusers wrote an amount; its median is $20, its quartiles are $10 and $100.
///
/// What is made of it: a person has one ask, and shares from there on. So a share cannot fall with the bonus, and
/// that at $0.05 is taken for that at $0 (the two differ by 1.1 standard errors). Between bonuses asks are spread
/// evenly. Those above $1.00 are log-normal with the published median and quartiles. Answers about bonuses that
/// nobody offered are hypothetical; the paper finds that real money moves people more than it moves their answers.
package struct Willingness: Sendable, Hashable {
    /// One arm of the experiment.
    package struct Arm: Sendable, Hashable {
        /// What was offered, in micro-units.
        package let bonusMicros: Int64
        /// How many were asked.
        package let asked: Int
        /// How many of them shared.
        package let shared: Int

        /// The part that shared.
        package var share: Double { Double(shared) / Double(asked) }
    }

    /// The published arms, by rising bonus.
    package static let published = [
        Arm(bonusMicros: 0, asked: 1_275, shared: 983),
        Arm(bonusMicros: 50_000, asked: 1_265, shared: 951),
        Arm(bonusMicros: 200_000, asked: 1_250, shared: 998),
        Arm(bonusMicros: 500_000, asked: 1_240, shared: 1_065),
    ]

    /// The published curve.
    package static let berke = Willingness(
        arms: published, dollarShare: Double(1_065 + 36) / 1_240,
        everShare: Double(1_065 + 36 + 77) / 1_240,
        tail: LogNormal(medianMicros: 20_000_000, sigma: 1.707))

    /// An offer and the part that accepts it.
    private struct Step: Hashable {
        let micros: Int64
        let share: Double
    }

    /// Both rising.
    private let steps: [Step]
    /// The part that shares for some amount.
    package let everShare: Double
    /// Asks above the last step.
    package let tail: LogNormal

    /// Takes arms by rising bonus.
    ///
    /// - Parameters:
    ///   - dollarShare: the part that shares for $1.00.
    ///   - everShare: the part that shares for some amount.
    ///   - tail: asks above $1.00.
    init(arms: [Arm], dollarShare: Double, everShare: Double, tail: LogNormal) {
        var steps: [Step] = []
        for arm in arms {
            let share = max(arm.share, steps.last?.share ?? 0)
            steps.append(Step(micros: arm.bonusMicros, share: share))
        }
        steps.append(Step(micros: 1_000_000, share: max(dollarShare, steps.last?.share ?? 0)))
        self.steps = steps
        self.everShare = everShare
        self.tail = tail
    }

    /// The part of people that shares for an offer of at most $1.00.
    package func share(at micros: Int64) -> Double {
        guard let upper = steps.firstIndex(where: { $0.micros >= micros }), upper > 0 else {
            return micros <= 0 ? (steps.first?.share ?? 0) : (steps.last?.share ?? 0)
        }
        let (low, high) = (steps[upper - 1], steps[upper])
        let part = Double(micros - low.micros) / Double(high.micros - low.micros)
        return low.share + part * (high.share - low.share)
    }

    /// Draws what somebody wants.
    package func ask(_ dice: inout Dice) -> Ask {
        let place = dice.unit()
        let high = tail.draw(&dice)
        guard place < everShare else { return .never }
        guard let upper = steps.firstIndex(where: { place < $0.share }) else {
            return .atLeast(micros: max(high, steps.last?.micros ?? 0))
        }
        guard upper > 0 else { return .atLeast(micros: 0) }
        let (low, top) = (steps[upper - 1], steps[upper])
        let part = (place - low.share) / (top.share - low.share)
        let ask = Double(low.micros) + part * Double(top.micros - low.micros)
        return .atLeast(micros: Int64(ask.rounded(.up)))
    }
}
