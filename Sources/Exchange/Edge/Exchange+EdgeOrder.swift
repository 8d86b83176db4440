// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Edge
internal import Identity
internal import Learn
internal import Ledger
internal import Market
internal import Query
internal import Storage
internal import Study

/// Orders over rows that stay on contributors' own machines: gather, hold and reserve, take the sums, commit.
extension Exchange {
    /// Orders a quote of such a pool.
    ///
    /// Nothing is recorded before enough machines said that they are there. From then on the budgets of those who are
    /// there are spent, whatever happens; without an answer the price goes back.
    ///
    /// - Throws: when there is no answer; then nothing was charged to the buyer.
    func orderFromMachines(
        _ query: CompiledStudy, _ priced: PricedQuestion, as order: Order, by buyer: SigningKey,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
    ) async throws -> AnsweredOrder {
        let study = try query.summed
        let task = EdgeTask(
            order: order, sql: priced.sql, salt: priced.salt, people: priced.people)
        let places = try await gather(task)
        let reader = buyer.agreement.publicKey
        let mark = try repeatMark(query, for: order)
        try record(
            [
                .ordered(order),
                .reserved(
                    order: order.id, cohort: state.consent.root(of: places),
                    there: PlaceRuns(places)),
            ],
            sealed: [0: try sealedQuestion(priced, for: reader)],
            notes: [.mark(Exchange.readerMark(order.id), reader.bytes)])
        let (result, faults) = await takeSums(
            of: study, for: order, among: places, progress: progress)
        // An answer is not lost because a record of blame cannot be read.
        let blame =
            (try? notes(blaming: faults, for: order.id, in: order.quote.quote.pool)) ?? []
        do {
            let (answer, left) = try result.get()
            let (value, noised): (JSON, NoisedAnswer?) =
                switch (query, answer) {
                case (.query(let query), .numbers(let noised)):
                    (query.table(from: noised).json, noised)
                case (_, .model(let model)): (.object(model.answer), nil)
                case (.model, .numbers): throw HostError.ended
                }
            let sealed = try seal(value, for: reader, context: "answer")
            try record(
                [.committed(order: order.id, answer: sealed.commitment, left: left)],
                sealed: [0: sealed], notes: try keep(noised, for: order, as: mark) + blame)
        } catch {
            let isLost =
                switch error {
                case HostError.tooFew, HostError.tooLong: true
                default: false
                }
            // When not even that can be written, the next opening gives the price back.
            _ = try? record(
                [.failed(order: order.id, reason: isLost ? .droppedOut : .refused)], notes: blame)
            guard let error = error as? HostError else { throw error }
            throw ExchangeError.refused("\(error); the price went back")
        }
        return try answered(order, buyer: buyer)
    }

    /// Finds those whose grants allow an order and whose machines are there: the places of their grants.
    private func gather(_ task: EdgeTask) async throws -> [Int] {
        let order = task.order
        guard let offer = state.pools[order.quote.quote.pool]?.offer else {
            throw MarketError.noPool(order.quote.quote.pool)
        }
        // Who cannot pay asks nobody.
        try state.require(
            order.quote.quote.price ?? .max, in: Accounts.party(order.buyer))
        let wanted = state.consent.cohort(for: state.request(of: order, at: now)).grants
        guard wanted.count >= offer.minimumCohort else { throw MarketError.cohortTooSmall }
        let now = now
        let out = Set(
            try spoiled(in: offer.name).filter { $0.isOut(at: now) != nil }.map(\.party))
        let there = try await desk.gather(
            task, among: Set(wanted.map { state.consent.party(at: $0) }).subtracting(out),
            for: surroundings.edgePatience)
        // Meanwhile grants may have ended, and others may have been given.
        let places = state.consent.cohort(for: state.request(of: order, at: self.now)).grants
            .filter { there.contains(state.consent.party(at: $0)) }
        guard places.count >= offer.minimumCohort else { throw MarketError.cohortTooSmall }
        guard places.count > PoolOffer.edgeCohorts.upperBound else { return places }
        var random = surroundings.generator
        return places.shuffled(using: &random).prefix(PoolOffer.edgeCohorts.upperBound).sorted()
    }

    /// Takes the sums.
    ///
    /// - Returns: what came of them, and of the places those whose machines left before the end; and who spoiled them.
    private func takeSums(
        of study: SummedStudy, for order: Order, among places: [Int],
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
    ) async -> (
        result: Result<(answer: SummedStudy.Answer, left: PlaceRuns), any Error>,
        faults: [PartyID: SpoiledStudy.Fault]
    ) {
        let parties = places.map { state.consent.party(at: $0) }
        let start = ContinuousClock.now
        let outcome = await desk.run(
            study, of: order.id, among: parties, for: surroundings.edgePatience,
            progress: progress)
        do {
            // A failure waits like an answer.
            try await Task.sleep(for: surroundings.pace.rest(after: ContinuousClock.now - start))
            let (answer, stayed) = try outcome.result.get()
            let left = zip(places, parties).filter { !stayed.contains($1) }.map(\.0)
            return (.success((answer, PlaceRuns(left))), outcome.faults)
        } catch {
            return (.failure(error), outcome.faults)
        }
    }
}

extension CompiledStudy {
    /// Why contributors' own machines cannot take its sums; nil where they can.
    var summedError: QueryError? {
        if case .query(let query) = self { query.summedError } else { nil }
    }

    /// The study as a row of sums.
    ///
    /// - Throws: ``QueryError`` with what to ask instead.
    var summed: SummedStudy {
        get throws {
            switch self {
            case .query(let query): try SummedStudy(query)
            case .model(let model): try SummedStudy(model)
            }
        }
    }
}
