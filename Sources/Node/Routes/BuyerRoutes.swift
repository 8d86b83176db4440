// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Hummingbird
internal import Identity
internal import Market
internal import Query

/// Questions: tried, explained, quoted, ordered.
struct BuyerRoutes {
    let node: Node

    func add(to api: RouterGroup<NodeContext>) {
        api.post("explain") { request, context in
            var asked = try await Asked(request)
            let sql = try asked.text("sql")
            let purpose = try asked.optionalText("purpose", most: 256)
            let models = try asked.models("models")
            try asked.finish()
            let question = try await node.question(
                sql, purpose: purpose, bringing: models, context)
            return Reply.json(
                try await node.explain(question, for: node.payer(of: request, context)).json)
        }
        api.post("mock") { request, context in
            var asked = try await Asked(request)
            let sql = try asked.text("sql")
            let people = try asked.number("people", in: 1...Node.mostMocked) ?? 1000
            let models = try asked.models("models")
            try asked.finish()
            guard people <= Node.mostMockedForAnybody || context.caller != nil else {
                throw Problem(
                    .unprocessableContent, "format",
                    "people is a whole number from 1 to \(Node.mostMockedForAnybody), or to "
                        + "\(Node.mostMocked) for whoever is signed in")
            }
            let table = try await node.mock(
                sql, people: Int(people),
                bringing: try await node.brought(models, by: sql, context),
                for: node.payer(of: request, context))
            return Reply.json(table.json)
        }
        api.post("quotes") { request, context in
            var asked = try await Asked(request)
            let sql = try asked.text("sql")
            let purpose = try asked.optionalText("purpose", most: 256)
            let models = try asked.models("models")
            try asked.finish()
            // A quote is kept with what came with it.
            if !models.isEmpty { _ = try context.signedIn() }
            let question = try await node.question(
                sql, purpose: purpose, bringing: models, context)
            let priced = try await node.quote(question, for: node.payer(of: request, context))
            return Reply.json(
                priced.json, status: .created,
                headers: [.location: "/api/v1/quotes/\(priced.quote.id.hex)"])
        }
        api.get("quotes/:quote") { _, context in
            let priced = try await node.exchange.openQuote(try context.digest("quote"))
            // Whoever reads the journal knows the name of a quote that was ordered: of such a one only
            // what is public there is told. The columns and notes would tell the question.
            guard await node.exchange.state.orders[priced.quote.id] == nil else {
                return Reply.json([
                    "id": .string(priced.quote.id.hex), "signed": priced.quote.json,
                ])
            }
            return Reply.json(priced.json)
        }
        api.post("orders") { request, context in
            let access = try context.signedIn()
            var asked = try await Asked(request)
            let quote = try asked.digest("quote")
            try asked.finish()
            let answered = try await node.order(quote, by: access)
            return Reply.json(
                answered.json, status: .created,
                headers: [.location: "/api/v1/orders/\(answered.order.id.hex)"])
        }
        api.get("orders") { _, context in
            let key = try await node.exchange.knownKey(of: try context.signedIn().party)
            return Reply.json(.array(try await node.exchange.orders(of: key).map(\.json)))
        }
        api.get("orders/:order") { _, context in
            Reply.json(try await node.ordered(context).json)
        }
        api.post("orders/:order/publication") { _, context in
            Reply.json(
                try await node.publish(context).json, status: .created,
                headers: [
                    .location: "/api/v1/studies/\(try context.parameters.require("order"))"
                ])
        }
    }
}

extension NodeContext {
    /// A digest in the path.
    func digest(_ name: String) throws -> Digest {
        guard let digest = Digest(hex: try parameters.require(name)) else {
            throw Problem(
                .notFound, "\(name)_unknown", "a \(name)'s id has 64 hexadecimal digits")
        }
        return digest
    }
}

extension Node {
    /// What a question would do and why, and cost; free.
    func explain(_ question: AskedQuestion, for who: String) async throws -> Explanation {
        try await asked(question.sql) { pool in
            try await planned(for: who) {
                try await exchange.explain(
                    question.sql, pool: pool, purpose: question.purpose,
                    bringing: question.brought)
            }
        }
    }

    /// The purpose of an id.
    static func purpose(_ id: String) throws(Problem) -> Purpose {
        guard let purpose = Purpose(id) else {
            throw Problem(
                .unprocessableContent, "purpose_unknown",
                "\(id) is no purpose; see /api/v1/purposes")
        }
        return purpose
    }

    /// Works a question out on a thread apart, two at a time.
    func planned<Value: Sendable>(
        for who: String, _ work: @concurrent @Sendable () async throws -> Value
    ) async throws -> Value {
        try await plans.take(for: who) { try await Lane.run(work) }
    }

    /// How many people who do not exist anybody may ask, and whoever is signed in.
    static let (mostMockedForAnybody, mostMocked): (Int64, Int64) = (1000, 10_000)

    /// The answer about people who do not exist; free. Two at a time are worked out, on threads apart.
    func mock(
        _ sql: String, people: Int, bringing brought: BroughtModels = .none, for who: String
    ) async throws -> ResultTable {
        try await asked(sql) { pool in
            try await mocks.take(for: who) {
                try await Lane.run {
                    try await exchange.mock(
                        sql, pool: pool, people: people, bringing: brought)
                }
            }
        }
    }

    /// Prices a question of the pool behind its FROM.
    ///
    /// - Parameter who: the party or address that asks, which may have so many quotes open.
    func quote(_ question: AskedQuestion, for who: String) async throws -> PricedQuestion {
        let purpose = try question.purpose ?? Node.purpose("dpv:ResearchAndDevelopment")
        return try await asked(question.sql) { pool in
            let place = try openQuotes.begin(for: who, at: now)
            do {
                let priced = try await planned(for: who) {
                    try await exchange.quote(
                        question.sql, pool: pool, purpose: purpose, bringing: question.brought)
                }
                openQuotes.keep(place, as: priced.quote.id)
                return priced
            } catch {
                openQuotes.end(place)
                throw error
            }
        }
    }

    /// Orders a quote: charged once, however often it is asked for.
    func order(_ quote: Digest, by access: Access) async throws -> AnsweredOrder {
        let key = try await exchange.knownKey(of: access.party)
        // An order is what it is by its quote: sent again after a crash it goes on, and is charged once.
        let answered = try await Exchange.$doing.withValue(nil) {
            try await exchange.order(quote, by: key)
        }
        openQuotes.end(ordered: quote)
        return answered
    }

    /// The answer to an order that a path names, for whoever ordered it and for nobody else.
    func ordered(_ context: NodeContext) async throws -> AnsweredOrder {
        let access = try context.signedIn()
        let id = try context.digest("order")
        let key = try await exchange.knownKey(of: access.party)
        guard try await exchange.orders(of: key).contains(where: { $0.id == id }) else {
            throw MarketError.noOrder
        }
        return try await exchange.order(id, by: key)
    }

    /// Lets everybody read the question and the answer of an order that a path names.
    func publish(_ context: NodeContext) async throws -> PublishedAnswer {
        let access = try context.signedIn()
        let id = try context.digest("order")
        return try await exchange.publish(id, by: try await exchange.knownKey(of: access.party))
    }

    /// The most bytes of a question.
    static let mostSQL = 8192

    /// Asks a question of its pool; what is wrong with it is told with its place.
    private func asked<Answer: Sendable>(
        _ sql: String, _ body: (_ pool: String) async throws -> Answer
    ) async throws -> Answer {
        guard sql.utf8.count <= Node.mostSQL else {
            throw Problem(
                .unprocessableContent, "question",
                "the question is longer than \(Node.mostSQL) bytes; ask it in fewer words")
        }
        do {
            let name = try CompiledStudy.pool(of: sql)
            guard await exchange.state.pools[name] != nil else {
                throw Problem(
                    .notFound, "pool_unknown", "there is no pool \(name); see /api/v1/pools")
            }
            return try await body(name)
        } catch let error as QueryError {
            throw Problem(error, in: sql)
        }
    }
}

extension Problem {
    /// What is wrong with a question, and where.
    init(_ error: QueryError, in sql: String) {
        self.init(.unprocessableContent, "question", error.marked(in: sql))
        place = (error.position.line, error.position.column)
    }
}
