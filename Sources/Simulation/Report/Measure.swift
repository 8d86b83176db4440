// SPDX-License-Identifier: Apache-2.0
internal import Privacy

/// Something that is measured of a market.
package enum Measure: String, Sendable, Hashable, CaseIterable {
    /// What buyers paid, less what went back, and where it went.
    case revenue, operatorPart, paidOut, returned
    /// What became of orders.
    case ordersFilled, refusedTooDear, refusedTooFew
    /// How many contribute, and why others ended.
    case contributorsAtStart, contributorsAtEnd, contributorsEver, leftForPay, leftSpent
    case honestSuspended, cheatsSuspended
    /// Pay over honest people who ever contributed.
    case medianPay, meanPay, smallestPay, largestPay, gini, honestUnpaid
    /// Privacy over all who ever contributed.
    case medianRho, largestRho, medianEpsilon, largestEpsilon
    /// Quality over all models sold.
    case area, accuracy
    /// What cheats took of all pay; and beside an honest person in the sales that they took part in, or were
    /// suspended from.
    case fraudPart, fraudShare, randomRowsShare, flippedLabelsShare, noisyCopyShare

    /// How it is written.
    package enum Unit: Sendable, Hashable {
        /// Whole micro-units.
        case micros
        /// People or orders.
        case count
        /// A part of a whole, shown in percent.
        case part
        /// A number with so many digits behind the point.
        case number(digits: Int)
    }

    /// How it is written.
    package var unit: Unit {
        switch self {
        case .revenue, .operatorPart, .paidOut, .returned, .medianPay, .meanPay, .smallestPay,
            .largestPay:
            .micros
        case .ordersFilled, .refusedTooDear, .refusedTooFew, .contributorsAtStart,
            .contributorsAtEnd, .contributorsEver, .leftForPay, .leftSpent, .honestSuspended,
            .cheatsSuspended:
            .count
        case .honestUnpaid, .fraudPart, .fraudShare, .randomRowsShare, .flippedLabelsShare,
            .noisyCopyShare:
            .part
        case .gini, .area, .accuracy: .number(digits: 3)
        case .medianRho, .largestRho: .number(digits: 3)
        case .medianEpsilon, .largestEpsilon: .number(digits: 2)
        }
    }

    /// What people read.
    package var words: String {
        switch self {
        case .revenue: "revenue"
        case .operatorPart: "  to the operator"
        case .paidOut: "  to contributors"
        case .returned: "  back to buyers"
        case .ordersFilled: "orders filled"
        case .refusedTooDear: "  refused: too dear"
        case .refusedTooFew: "  refused: too few people"
        case .contributorsAtStart: "contributors at the start"
        case .contributorsAtEnd: "contributors at the end"
        case .contributorsEver: "  ever"
        case .leftForPay: "  left for too little pay"
        case .leftSpent: "  done, privacy spent"
        case .honestSuspended: "  suspended, honest"
        case .cheatsSuspended: "  suspended, cheats"
        case .medianPay: "pay of an honest person, median"
        case .meanPay: "  mean"
        case .smallestPay: "  smallest"
        case .largestPay: "  largest"
        case .gini: "  Gini"
        case .honestUnpaid: "  honest people paid nothing"
        case .medianRho: "privacy spent, rho, median"
        case .largestRho: "  largest"
        case .medianEpsilon: "privacy spent, epsilon, median"
        case .largestEpsilon: "  largest"
        case .area: "area under the curve, mean"
        case .accuracy: "accuracy, mean"
        case .fraudPart: "cheats took, of all pay"
        case .fraudShare: "a cheat's share of an honest one's"
        case .randomRowsShare: "  random rows"
        case .flippedLabelsShare: "  flipped labels"
        case .noisyCopyShare: "  copies with noise"
        }
    }

    /// A value as people read it.
    package func text(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        return switch unit {
        case .micros: Numerals.money(Int64(value.rounded()))
        case .count: Numerals.text(value, digits: value == value.rounded() ? 0 : 1)
        case .part: Numerals.text(100 * value, digits: 1) + " %"
        case .number(let digits): Numerals.text(value, digits: digits)
        }
    }
}

extension Measure {
    /// Its value for one market; no number where there is nothing to measure. Amounts of money are whole until here; they become doubles to be averaged over
    /// seeds, below 2^53 micro-units without loss.
    func value(of outcome: Outcome, in trial: Trial) -> Double {
        let people = trial.population.contributors
        func pay(_ isWanted: (Contributor.Kind) -> Bool) -> [Int64] {
            people.filter { isWanted($0.kind) && outcome.took($0.place) }
                .map { outcome.earnedMicros[$0.place] }
        }
        func rho(_ pick: ([Int64]) -> Int64) -> Rho {
            let took = people.filter { outcome.took($0.place) }
            return Rho(units: UInt64(pick(took.map { Int64(outcome.spent[$0.place].units) })))
        }
        func sum(_ amount: (Sale) -> Int64) -> Double {
            Double(outcome.sales.reduce(0) { $0 + amount($1) })
        }
        func share(_ isWanted: (Contributor.Kind) -> Bool) -> Double {
            let cheats = people.filter { isWanted($0.kind) }.map(\.place)
            let earned = cheats.reduce(0) { $0 + outcome.earnedMicros[$1] }
            let usual = cheats.reduce(0) { $0 + outcome.usualMicros[$1] }
            return usual > 0 ? Double(earned) / Double(usual) : .nan
        }
        func mean(_ quality: (ModelQuality) -> Double) -> Double {
            let sales = outcome.sales
            guard !sales.isEmpty else { return .nan }
            return sales.reduce(0) { $0 + quality($1.quality) } / Double(sales.count)
        }
        func count(_ place: Outcome.Place) -> Double {
            Double(outcome.places.count { $0 == place })
        }
        let honest = pay { !$0.isFraud }
        switch self {
        case .revenue: return sum { $0.priceMicros - $0.returnedMicros }
        case .operatorPart: return sum(\.feeMicros)
        case .paidOut: return sum(\.paidMicros)
        case .returned: return sum(\.returnedMicros)
        case .ordersFilled: return Double(outcome.sales.count)
        case .refusedTooDear: return Double(outcome.tooDear)
        case .refusedTooFew: return Double(outcome.tooFew)
        case .contributorsAtStart: return Double(outcome.present.first ?? 0)
        case .contributorsAtEnd: return count(.inside)
        case .contributorsEver: return Double(people.count) - count(.outside)
        case .leftForPay: return count(.leftForPay)
        case .leftSpent: return count(.spent)
        case .honestSuspended, .cheatsSuspended:
            let isFraud = self == .cheatsSuspended
            return Double(
                people.count {
                    $0.kind.isFraud == isFraud && outcome.places[$0.place] == .suspended
                })
        case .medianPay: return Double(Spread.median(honest))
        case .meanPay: return Double(Spread.mean(honest))
        case .smallestPay: return Double(honest.min() ?? 0)
        case .largestPay: return Double(honest.max() ?? 0)
        case .gini: return Spread.gini(honest)
        case .honestUnpaid:
            return Double(honest.count { $0 == 0 }) / Double(max(1, honest.count))
        case .medianRho: return Measure.number(rho(Spread.median))
        case .largestRho: return Measure.number(rho { $0.max() ?? 0 })
        case .medianEpsilon: return trial.settings.epsilon(of: rho(Spread.median))
        case .largestEpsilon: return trial.settings.epsilon(of: rho { $0.max() ?? 0 })
        case .area: return mean(\.area)
        case .accuracy: return mean(\.accuracy)
        case .fraudPart:
            let (cheats, all) = (pay(\.isFraud), pay { _ in true })
            return Double(cheats.reduce(0, +)) / Double(max(1, all.reduce(0, +)))
        case .fraudShare: return share(\.isFraud)
        case .randomRowsShare: return share { $0 == .randomRows }
        case .flippedLabelsShare: return share { $0 == .flippedLabels }
        case .noisyCopyShare: return share { $0 == .noisyCopy }
        }
    }

    private static func number(_ rho: Rho) -> Double {
        Double(rho.units) / Double(UInt64(1) << UInt64(Rho.fractionBits))
    }
}
