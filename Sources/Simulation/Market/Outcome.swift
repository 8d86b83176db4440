// SPDX-License-Identifier: Apache-2.0
package import Privacy

/// A model that was sold.
package struct Sale: Sendable, Hashable {
    /// When.
    package let round: Int
    /// The ε that was asked for.
    package let epsilon: String
    /// What the buyer paid, in micro-units, before anything went back.
    package let priceMicros: Int64
    /// The operator's part.
    package let feeMicros: Int64
    /// What the cohort got.
    package let paidMicros: Int64
    /// What went back to the buyer, since nobody of the cohort was worth anything.
    package let returnedMicros: Int64
    /// What it cost each of the cohort.
    package let cost: Rho
    /// How many people it was trained on.
    package let cohort: Int
    /// How good it is.
    package let quality: ModelQuality
}

/// What became of one market under one split rule.
package struct Outcome: Sendable, Hashable {
    /// Where somebody stands.
    package enum Place: Sendable, Hashable {
        /// She has not come: she wants more than is offered, or is not there yet.
        case outside
        /// She contributes.
        case inside
        /// She left: she earned less than she wants.
        case leftForPay
        /// She is done: what she gives of her privacy is spent.
        case spent
        /// She is neither read nor paid: her rows were found to be copies, or to contradict the model.
        case suspended
    }

    /// The split rule.
    package let rule: SplitRule
    /// All sales, in order.
    package internal(set) var sales: [Sale] = []
    /// Orders refused since they cost more than the model is expected to be worth to the buyer.
    package internal(set) var tooDear = 0
    /// Orders refused since too few people could be asked.
    package internal(set) var tooFew = 0
    /// How many contribute in each round.
    package internal(set) var present: [Int] = []
    /// Where everybody stands at the end.
    package internal(set) var places: [Place]
    /// What everybody earned, in micro-units.
    package internal(set) var earnedMicros: [Int64]
    /// What an honest person got on average in the sales that somebody took part in, or was suspended from, in
    /// micro-units: what her own pay is compared with.
    package internal(set) var usualMicros: [Int64]
    /// What everybody spent of her privacy.
    package internal(set) var spent: [Rho]

    /// Begins with everybody outside.
    init(rule: SplitRule, people: Int) {
        self.rule = rule
        places = Array(repeating: .outside, count: people)
        earnedMicros = Array(repeating: 0, count: people)
        usualMicros = earnedMicros
        spent = Array(repeating: .zero, count: people)
    }

    /// Whether somebody ever contributed.
    package func took(_ person: Int) -> Bool { places[person] != .outside }
}
