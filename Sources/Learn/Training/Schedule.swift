// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Study
internal import Trees

/// Which rounds a training has, how far one contributor may move each, and what of the privacy it gets.
/// Fixed before anything is read, by the published schema and the number of people alone.
struct Schedule: Hashable, Sendable {
    /// What a round is for.
    enum Kind: Hashable, Sendable {
        case moments, products, slope, curvature, counts, leaves, series, cells, moves, quality
        /// Of a recommender; factors with how many an item has.
        case middle, biases, factors(Int)
        /// Of a stream: the sum that a step lets out.
        case part(Int)
    }

    struct Round: Hashable, Sendable {
        let kind: Kind
        let radius: UInt64
        let spending: Rho
    }

    /// How the loss goes down.
    enum Descent: Hashable, Sendable {
        /// With the products of the features as a bound on the loss's curvature: where there are enough people to
        /// know them.
        case curved
        /// With momentum, in a fixed number of steps.
        case plain(PlainDescent)
        /// With trees that are split at random, of which this is the first state.
        case trees(AdditiveTrees)
        /// With factors that are solved in turn.
        case factors(FactorPlan)
        /// Not at all: one round's sums are solved.
        case solved
        /// With momentum, through the hidden layer of a network.
        case network(NetworkPlan)
        /// In one pass, part by part.
        case stream(StreamPlan)
        /// Not at all: centres of clusters are moved.
        case clusters(ClusterPlan)
    }

    let rounds: [Round]
    let descent: Descent
    /// Lattice units in 1: a power of two, so that nothing is rounded twice.
    let unit: Double

    init(rounds: [Round], descent: Descent, unit: Double) {
        (self.rounds, self.descent, self.unit) = (rounds, descent, unit)
    }

    /// What one slope may move the sum by, in rows: where a model is nearly right most slopes are shorter, and
    /// less noise is worth more than the few that are cut.
    private static let curvedClip = 0.8
    private static let curvedSteps = 16

    /// Rounds for a regression of so many features.
    ///
    /// - Parameter measured: whether a part of the rows and of the privacy goes to measuring the model.
    init(
        _ goal: Goal, _ coding: FeatureCoding, rows: Int, people: Int, spending whole: Rho,
        measured: Bool
    ) {
        let rho = measured ? whole.part(9, of: 10) : whole
        // The largest radius, times the most people there can be, stays below 2^62.
        let unit = Double(
            sign: .plus, exponent: max(8, 20 - max(0, Schedule.log2(rows) - 8)), significand: 1)
        self.unit = unit
        func radius(_ norm: Double, of rows: Double) -> UInt64 {
            Schedule.radius(norm, of: rows, unit: unit)
        }
        let all = Double(rows)
        // The slopes of one person's rows point in many directions once the model is nearly right, and add up by the root
        // of their number: more would be noise for what nobody has.
        let slopes = all.squareRoot()
        let last = Schedule.measuring(
            goal, rows: rows, unit: unit, spending: whole, measured: measured)
        let moments = radius(Moments.norm(numbers: coding.numbers.count), of: all)
        if goal.isNumber {
            descent = .curved
            rounds =
                [
                    Round(kind: .moments, radius: moments, spending: rho.part(1, of: 10)),
                    Round(
                        kind: .products, radius: radius(2.0.squareRoot(), of: all),
                        spending: rho.part(9, of: 10)),
                ] + last
            return
        }
        let mu = rho.gaussianMu
        let features = Double(coding.width)
        let isCurved = Double(people) * mu >= 5 * features * features.squareRoot()
        if isCurved {
            descent = .curved
            let steps = Schedule.curvedSteps
            let each = rho.part(75, of: UInt64(100 * steps))
            rounds =
                [
                    Round(kind: .moments, radius: moments, spending: rho.part(5, of: 100)),
                    Round(
                        kind: .products, radius: radius(1, of: all), spending: rho.part(20, of: 100)
                    ),
                ]
                + Array(
                    repeating: Round(
                        kind: .slope, radius: radius(Schedule.curvedClip, of: slopes),
                        spending: each),
                    count: steps) + last
        } else {
            let plain = PlainDescent(
                clarity: Double(people) * mu * slopes / features.squareRoot(),
                features: coding.width, rows: rows)
            descent = .plain(plain)
            let each = rho.part(10 - plain.first, of: UInt64(10 * plain.steps))
            rounds =
                [Round(kind: .moments, radius: moments, spending: rho.part(plain.first, of: 10))]
                + Array(
                    repeating: Round(
                        kind: .slope, radius: radius(plain.clip, of: slopes), spending: each),
                    count: plain.steps) + last
        }
    }

    /// The same rounds with other amounts of privacy.
    func spending(_ amount: (Rho) -> Rho) -> Schedule {
        Schedule(
            rounds: rounds.map {
                Round(kind: $0.kind, radius: $0.radius, spending: amount($0.spending))
            }, descent: descent, unit: unit)
    }

    /// How it goes down with momentum; nil where it goes otherwise.
    var plain: PlainDescent? { if case .plain(let plain) = descent { plain } else { nil } }

    /// Whether a part of the rows and of the privacy goes to measuring the model.
    var isMeasured: Bool { rounds.last?.kind == .quality }

    /// The radius for so many rows of such a norm each.
    static func radius(_ norm: Double, of rows: Double, unit: Double) -> UInt64 {
        UInt64((norm * rows * unit).rounded(.up))
    }

    /// The last round, which gets a tenth of the whole; none where nothing is measured.
    static func measuring(
        _ goal: Goal, rows: Int, unit: Double, spending whole: Rho, measured: Bool
    ) -> [Round] {
        guard measured else { return [] }
        // Of so many rows one in ten is held out, and three deviations more.
        let all = Double(rows)
        let heldOut = min(all, (all / 10 + 3 * (all * 0.09).squareRoot()).rounded(.up))
        let radius = radius(Quality.norm(goal), of: heldOut, unit: unit)
        return [Round(kind: .quality, radius: radius, spending: whole.part(1, of: 10))]
    }

    /// The logarithm to base two, rounded up.
    static func log2(_ value: Int) -> Int {
        value <= 1 ? 0 : Int.bitWidth - (value - 1).leadingZeroBitCount
    }

    /// What all rounds cost whoever pays most.
    ///
    /// - Throws: ``NoiseError`` when a round gets so little that no noise hides it.
    var cost: Rho {
        get throws(NoiseError) {
            var units: UInt64 = 0
            for round in rounds where isCharged(round) {
                units += try GaussianMechanism(
                    sensitivity: round.radius, spending: round.spending
                ).charge.units
            }
            return Rho(units: units)
        }
    }
}

extension Rho {
    /// The μ of the one Gaussian that costs as much.
    var gaussianMu: Double {
        (2 * Double(units) / Double(UInt64(1) << UInt64(Rho.fractionBits))).squareRoot()
    }
}
