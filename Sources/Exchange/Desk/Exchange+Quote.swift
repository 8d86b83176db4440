// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
internal import Edge
package import Learn
internal import Ledger
package import Market
internal import Privacy
package import Query
internal import Storage
internal import Study
internal import Vault

/// A quote and what only its buyer and the node know of it.
package struct PricedQuestion: Sendable {
    /// What can be ordered.
    package let quote: SignedQuote
    /// The text of the question.
    package let sql: String
    /// What the commitment to the question is salted with.
    let salt: Digest
    /// How many people its accuracy was reckoned for.
    let people: Int

    /// The names of the columns with margins, in the quote's order. They say what is asked, so the
    /// quote, which becomes public with its order, only numbers them.
    package let columns: [String]

    /// What a buyer should know before she pays.
    package let notes: [String]

    /// What the question brings to predict with.
    package let brought: BroughtModels

    /// How good a model is to be expected; nil for other questions.
    package let expected: Expectation?

    /// The machine-readable form.
    package var json: JSON {
        var members: [String: JSON] = [
            "id": .string(quote.id.hex), "signed": quote.json,
            "columns": .array(columns.map { .string($0) }),
            "notes": .array(notes.map { .string($0) }),
        ]
        members["expected"] = expected?.json
        return .object(members)
    }

    /// The form in which the node keeps it until it is ordered.
    var bytes: [UInt8] {
        get throws {
            var members: [String: JSON] = [
                "quote": quote.json, "sql": .string(sql), "salt": .string(salt.hex),
                "columns": .array(columns.map { .string($0) }), "people": .integer(Int64(people)),
                "notes": .array(notes.map { .string($0) }),
            ]
            members["expected"] = expected?.json
            return try JSON.object(members.merging(brought.members) { $1 }).signable()
        }
    }

    init(
        quote: SignedQuote, sql: String, salt: Digest, people: Int, columns: [String],
        notes: [String], brought: BroughtModels, expected: Expectation?
    ) {
        self.expected = expected
        self.notes = notes
        self.brought = brought
        self.columns = columns
        self.people = people
        self.quote = quote
        self.sql = sql
        self.salt = salt
    }

    init(bytes: [UInt8]) throws {
        let json = try JSON(parsing: bytes)
        guard let quote = json["quote"], let sql = json["sql"]?.string,
            let salt = json["salt"]?.string.flatMap(Digest.init(hex:)),
            let people = json["people"]?.integer,
            let columns = json["columns"]?.array?.compactMap(\.string),
            let notes = json["notes"]?.array?.compactMap(\.string)
        else { throw ExchangeError.refused("the quote kept here is damaged; ask for a new one") }
        self.init(
            quote: try SignedQuote(json: quote), sql: sql, salt: salt, people: Int(people),
            columns: columns, notes: notes, brought: try BroughtModels(of: json),
            expected: json["expected"].flatMap(Expectation.init(json:)))
    }

    /// What the order's entry commits to, beside a salt: the question as it was asked.
    var question: JSON {
        let members: [String: JSON] = ["sql": .string(sql), "salt": .string(salt.hex)]
        return .object(members.merging(brought.members) { $1 })
    }
}

/// Questions and their prices.
extension Exchange {
    /// How long a quote that was not ordered is kept when it has run out, so that whoever orders it late is
    /// told so. Then its question is nobody's business.
    static let forgetMilliseconds: Int64 = 15 * 60_000
    /// How often quotes are looked through for such ones.
    private static let lookMilliseconds: Int64 = 60_000

    /// So many people that an accuracy which they cannot give nobody can.
    private static let manyPeople = 1 << 27

    /// How long a quote can be ordered.
    package static let quoteMilliseconds: Int64 = 15 * 60_000

    /// The published side of a pool, for questions; `people` are expected, or its fewest.
    package func queryPool(
        _ name: String, people: Int? = nil, bringing brought: BroughtModels = .none
    ) throws -> (QueryPool, PoolOffer) {
        guard let offer = state.pools[name]?.offer else { throw MarketError.noPool(name) }
        return (
            QueryPool(
                name: name, tables: offer.tables, rowsPerPerson: offer.rowsPerPerson,
                people: people ?? offer.minimumCohort, functions: brought.functions), offer
        )
    }

    /// A question as it will be asked, for as many people as its cohort's band has at least.
    ///
    /// It is worked out where the caller is, not where the exchange works: a long one takes a tenth of a
    /// second.
    nonisolated func compiled(
        _ sql: String, pool name: String, purpose: Purpose, bringing brought: BroughtModels = .none
    ) async throws -> (query: CompiledStudy, people: Int, offer: PoolOffer) {
        // For the tables that it reads; how many people there are then decides what an accuracy takes.
        let (many, offer) = try await queryPool(
            name, people: Exchange.manyPeople, bringing: brought)
        let first = try CompiledStudy(sql, pool: many, from: brought.start?.from)
        if offer.isEdge, let error = first.summedError { throw error }
        guard !offer.isEdge || brought.start == nil else {
            throw ExchangeError.refused(
                "contributors' own machines know nothing of what the model was, so it cannot go on from that; ask for "
                    + "CREATE MODEL again")
        }
        guard !offer.isEdge || brought.models.isEmpty else {
            throw ExchangeError.refused(
                "contributors' own machines have none of your models; ask without PREDICT")
        }
        let request = Request(
            pool: name, tables: first.tables.map(\.table), purpose: purpose,
            price: .max, rho: 1, time: await now)
        let band = try await band(for: request, continuing: brought.start?.order)
        let people = max(band.least, offer.minimumCohort)
        if let query = first.expecting(people) { return (query, people, offer) }
        let pool = try await queryPool(name, people: people, bringing: brought).0
        return (try CompiledStudy(sql, pool: pool, from: brought.start?.from), people, offer)
    }

    /// How many people a study of that kind would have now, about.
    ///
    /// - Parameter before: the order of the model that is gone on from: of new people alone.
    /// - Throws: where those are fewer than the pool answers for.
    func band(for request: Request, continuing before: Digest?) throws -> CohortBand {
        let count = state.cohort(for: request, continuing: before).count
        if before != nil, let offer = state.pools[request.pool]?.offer,
            count < offer.minimumCohort
        {
            throw ExchangeError.refused(
                "too few people are new: a model that goes on from what it was reads only those who were in none of its "
                    + "trainings, and the pool answers for \(offer.minimumCohort) or more; wait for grants"
            )
        }
        return CohortBand(count: count)
    }

    /// Prices a question: reads nothing but the published schema and the grants.
    ///
    /// - Parameters:
    ///   - brought: the models that it predicts with.
    ///   - expecting: whether it is reckoned what quality to expect of a model.
    package nonisolated func quote(
        _ sql: String, pool name: String, purpose: Purpose, bringing brought: BroughtModels = .none,
        expecting: Bool = true
    ) async throws -> PricedQuestion {
        let (query, people, offer) = try await compiled(
            sql, pool: name, purpose: purpose, bringing: brought)
        let rho = query.cost.units
        guard let price = offer.price(rho: rho), let total = price.base.adding(price.premium) else {
            throw ExchangeError.refused("the price would be beyond every amount; lower epsilon")
        }
        let issued = await now
        let tables = query.tables.map(\.table)
        let request = Request(
            pool: name, tables: tables, purpose: purpose, price: total.microunits, rho: rho,
            time: issued)
        let band = try await band(for: request, continuing: brought.start?.order)
        if let proven = query.proven { try await checkSize(of: proven, for: request) }
        let salt = Digest(bytes: await random(32)) ?? .zero
        let expected = expecting ? try await query.expectation() : nil
        let margins = expected?.margins ?? query.expectedMargins
        let quote = Quote(
            pool: name, tables: tables, purpose: purpose,
            question: try Exchange.commitment(to: query, sql: sql, salt: salt),
            base: price.base,
            premium: price.premium, rho: rho, epsilon: query.target.epsilon.description,
            delta: query.target.delta.description,
            margins: margins.enumerated().map {
                Quote.Margin(column: $0.offset + 1, margin: $0.element.margin)
            },
            answers: AnswerKind.allCases.filter { query.kinds.contains($0.rawValue) },
            band: band.rawValue, continues: brought.start?.order, issued: issued,
            expires: issued.adding(milliseconds: Exchange.quoteMilliseconds))
        let priced = PricedQuestion(
            quote: SignedQuote(quote, by: node), sql: sql, salt: salt, people: people,
            columns: margins.map(\.name),
            notes: query.notes + (expected?.notes ?? [])
                + (offer.isEdge ? [Exchange.edgeNote] : []),
            brought: brought, expected: expected)
        try await keep(priced)
        return priced
    }

    /// What a buyer should know before she asks contributors' own machines.
    private static let edgeNote =
        "The rows are on contributors' own machines. Those that are there within some seconds are asked, and "
        + "see the text; each adds noise, together up to 1.3 times the margins shown. That each cuts its part is its "
        + "own word: one that does not can make the answer anything. Too few there: nothing is charged."

    /// Keeps a quote until it is ordered or runs out.
    private func keep(_ priced: PricedQuestion) throws {
        try forgetQuotes()
        try store.write(
            [], after: UInt64(log.size),
            notes: [
                .quote(
                    priced.quote.id, expires: priced.quote.quote.expires, bytes: try priced.bytes)
            ])
    }

    /// Forgets quotes that ran out some time ago and were not ordered, once a minute at most.
    package func forgetQuotes() throws {
        let moment = now
        let isDue = quotesForgotten.map {
            moment.milliseconds - $0.milliseconds >= Exchange.lookMilliseconds
                || moment < $0
        }
        guard isDue ?? true else { return }
        quotesForgotten = moment
        try store.forgetQuotes(
            before: moment.adding(milliseconds: -Exchange.forgetMilliseconds)
        ) { id in
            state.orders[id] != nil || (try? store.mark(Exchange.toldMark(id))) != nil
        }
    }

    /// What a quote says of its question. Where the answer is to be proven, the text belongs to it: what is shown, by
    /// which names and in which order, is no part of the plan, and whoever may choose it later shows what she likes.
    static func commitment(
        to query: CompiledStudy, sql: String, salt: Digest
    ) throws -> Digest {
        guard query.proven != nil else {
            return EdgeTask.commitment(to: try query.digest, salt: salt)
        }
        return Digest(
            of: salt.bytes + (try query.digest.bytes), Digest(of: Array(sql.utf8)).bytes)
    }

    /// A quote that was given before and not ordered yet.
    package func openQuote(_ id: Digest) throws -> PricedQuestion {
        guard let bytes = try store.quote(id) else {
            throw ExchangeError.unknown(
                what: "quote", name: id.short, hint: "ask for one with `dividend quote`")
        }
        return try PricedQuestion(bytes: bytes)
    }
}
