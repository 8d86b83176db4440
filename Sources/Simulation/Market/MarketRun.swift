// SPDX-License-Identifier: Apache-2.0
internal import Learn
internal import Privacy

/// One market under one split rule, round by round.
///
/// A round: whoever is outside and wants no more than the pool promises comes in; the round's buyers order, one
/// after the other; whoever has been in for a window looks at what she earned in it. The promise is
/// ``Settings/firstOfferMicros`` for the first window, then what somebody who stayed for the last one earned on
/// average.
struct MarketRun {
    /// What is assumed.
    private let settings: Settings
    /// Everybody who could contribute, by place.
    private let people: [Contributor]
    /// Trains and measures.
    private let sale: PrivateSale
    /// Values exactly.
    private let worth: Worth
    private let threads: Int

    /// What has become of it so far.
    private(set) var outcome: Outcome
    /// What everybody earned since the round in which her window began, and that round.
    private var windows: [(start: Int, earnedMicros: Int64)]
    /// What one who was in for a round earned in it on average.
    private var usualMicros: [Int64] = []
    /// Areas of the models sold so far, by ε.
    private var areas: [String: [Double]] = [:]
    /// Everybody's shares, where bands are drawn; nil for whoever was not in the last draw.
    private var shares: [Int?]
    /// Whether bands were drawn: before that everybody has one share, after it only who was in the last one is read.
    private var isValued = false
    /// Values of the last cohort that was valued.
    private var valued: (cohort: [Int], values: [Double]) = ([], [])

    /// Opens a market: nobody has come yet.
    init(
        rule: SplitRule, _ population: Population, _ settings: Settings, sale: PrivateSale,
        worth: Worth, threads: Int
    ) {
        self.settings = settings
        (people, self.sale, self.worth, self.threads) = (
            population.contributors, sale, worth, threads
        )
        outcome = Outcome(rule: rule, people: people.count)
        windows = people.map { _ in (0, 0) }
        shares = people.map { _ in nil }
    }

    /// Runs all rounds.
    ///
    /// - Parameter models: models trained for the same buyer on the same people, which another rule's market may
    ///   have led to as well: with the same noise they are the same.
    mutating func run(
        _ buyers: [Buyer], sharing models: inout [TrainedBy: ModelQuality],
        sold: (_ buyer: Int) -> Void
    ) async throws {
        let cheapest =
            try settings.epsilons.map { epsilon throws(SimulationError) in
                try sale.order(epsilon: epsilon, people: settings.people).cost
            }.min() ?? .zero
        var next = buyers[...]
        for round in 0..<settings.rounds {
            join(round)
            if outcome.rule == .bands, round.isMultiple(of: settings.epoch) {
                try await drawBands(round)
            }
            outcome.present.append(outcome.places.count { $0 == .inside })
            var paid: Int64 = 0
            while let buyer = next.first, buyer.round == round {
                next.removeFirst()
                paid += try await serve(buyer, sharing: &models)
                sold(buyer.place)
            }
            usualMicros.append(paid / Int64(max(1, people.count(where: isRead))))
            leave(round, cheapest)
        }
    }

    /// What the pool promises for a window.
    private func offer(_ round: Int) -> Int64 {
        round < settings.window
            ? settings.firstOfferMicros : usualMicros.suffix(settings.window).reduce(0, +)
    }

    /// Lets in who is there and wants no more than is offered.
    private mutating func join(_ round: Int) {
        let offer = offer(round)
        for person in people
        where outcome.places[person.place] == .outside && person.arrival <= round
            && person.ask.accepts(offer)
        {
            outcome.places[person.place] = .inside
            windows[person.place] = (round, 0)
        }
    }

    /// Lets go whose privacy is spent, and who earned less in her window than she wants.
    private mutating func leave(_ round: Int, _ cheapest: Rho) {
        for person in people where isRead(person) {
            if left(of: person) < cheapest.units {
                outcome.places[person.place] = .spent
            } else if round - windows[person.place].start + 1 == settings.window {
                if person.ask.accepts(windows[person.place].earnedMicros) {
                    windows[person.place] = (round + 1, 0)
                } else {
                    outcome.places[person.place] = .leftForPay
                }
            }
        }
    }

    /// What of her privacy somebody still gives, in units of ρ.
    private func left(of person: Contributor) -> UInt64 {
        person.limit.units - outcome.spent[person.place].units
    }

    /// Whether studies read somebody: she is there, and where bands were drawn she was in the last draw.
    private func isRead(_ person: Contributor) -> Bool {
        outcome.places[person.place] == .inside && (!isValued || shares[person.place] != nil)
    }

    /// Draws shares for an epoch, as a pool does, of all who can pay for it with their privacy; the others
    /// wait.
    private mutating func drawBands(_ round: Int) async throws {
        let present = people.filter { outcome.places[$0.place] == .inside }
        let order = try sale.order(
            epsilon: settings.bandModelEpsilon, people: max(1, present.count), isMeasured: true)
        let cost = try PrivateSale.cost(of: order, settings)
        let cohort = present.filter { left(of: $0) >= cost.units }.map(\.place)
        guard cohort.count >= settings.minimumCohort else { return }
        // Grants stand when privacy is spent.
        let members = Set(cohort)
        let others = people.map(\.place).filter {
            [.inside, .spent].contains(outcome.places[$0]) && !members.contains($0)
        }
        var dice = Dice(seed: settings.seed, stream: 500 + UInt64(round))
        let bands = try await sale.bands(
            by: order, of: cohort, besides: others, settings, seed: dice.next(), threads: threads)
        let read = Set(people.filter(isRead).map(\.place))
        isValued = true
        shares = people.map { _ in nil }
        for (member, person) in cohort.enumerated() {
            // The window of whoever waited begins when she is read.
            if !read.contains(person) { windows[person] = (round, 0) }
            outcome.spent[person] = Rho(units: outcome.spent[person].units + cost.units)
            shares[person] = bands.shares[member]
            if bands.suspects.contains(member) { outcome.places[person] = .suspended }
        }
    }

    /// Sells to one buyer, or refuses.
    ///
    /// - Returns: what the cohort got, in micro-units.
    private mutating func serve(
        _ buyer: Buyer, sharing models: inout [TrainedBy: ModelQuality]
    ) async throws -> Int64 {
        let present = people.filter(isRead)
        let order = try sale.order(epsilon: buyer.epsilon, people: max(1, present.count))
        let cohort = present.filter { left(of: $0) >= order.cost.units }.map(\.place)
        guard cohort.count >= settings.minimumCohort else {
            outcome.tooFew += 1
            return 0
        }
        let price = settings.price.price(of: order.cost)
        let known = areas[buyer.epsilon] ?? [settings.firstExpectedArea]
        let expected = known.reduce(0, +) / Double(known.count)
        guard buyer.willingMicros(expecting: expected) >= price.micros else {
            outcome.tooDear += 1
            return 0
        }
        let key = TrainedBy(buyer: buyer.place, cohort: cohort)
        let quality: ModelQuality
        if let trained = models[key] {
            quality = trained
        } else {
            var dice = Dice(seed: settings.seed, stream: 1_000 + UInt64(buyer.place))
            quality = try await sale.quality(
                of: order, from: cohort, seed: dice.next(), threads: threads)
            models[key] = quality
        }
        areas[buyer.epsilon, default: []].append(quality.area)
        let shares = try Shares(
            potMicros: price.micros - price.feeMicros, by: try parts(of: cohort))
        let honest = zip(cohort, shares.micros).filter { !people[$0.0].kind.isFraud }.map(\.1)
        let usual = Spread.mean(honest)
        for (member, micros) in zip(cohort, shares.micros) {
            outcome.earnedMicros[member] += micros
            outcome.usualMicros[member] += usual
            windows[member].earnedMicros += micros
            outcome.spent[member] = Rho(
                units: outcome.spent[member].units + order.cost.units)
        }
        for person in people where outcome.places[person.place] == .suspended {
            outcome.usualMicros[person.place] += usual
        }
        let paid = shares.micros.reduce(0, +)
        outcome.sales.append(
            Sale(
                round: buyer.round, epsilon: buyer.epsilon, priceMicros: price.micros,
                feeMicros: price.feeMicros, paidMicros: paid,
                returnedMicros: shares.returnedMicros, cost: order.cost, cohort: cohort.count,
                quality: quality))
        return paid
    }

    /// What each of a cohort is paid by.
    private mutating func parts(of cohort: [Int]) throws -> [Double] {
        switch outcome.rule {
        case .equal: return cohort.map { _ in 1 }
        case .rows: return cohort.map { Double(people[$0].rows.count) }
        case .bands: return cohort.map { Double(shares[$0] ?? 1) }
        case .value:
            if valued.cohort != cohort {
                valued = (
                    cohort,
                    try worth.values(
                        of: cohort, caution: settings.valueCaution, threads: threads)
                )
            }
            return valued.values
        }
    }
}

/// What a model was trained for and on.
struct TrainedBy: Hashable {
    /// The buyer, which says ε and noise.
    let buyer: Int
    /// The people, by place.
    let cohort: [Int]
}
