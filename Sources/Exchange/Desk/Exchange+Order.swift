// SPDX-License-Identifier: Apache-2.0
internal import Vault
internal import Consent
package import Canon
package import Identity
package import Market
internal import Privacy
package import Query
internal import Storage
internal import Study

/// The answer to an order, with what proves it.
package struct AnsweredOrder: Sendable {
    /// The order.
    package let order: Order
    /// The answer.
    package let table: ResultTable
    /// What the buyer keeps: the answer, the quote and the node's signature over both.
    package let receipt: JSON
    /// Whether the receipt has a proof of the answer; nil where none was asked for.
    package let isProven: Bool?

    /// The machine-readable form.
    package var json: JSON {
        ["order": .string(order.id.hex), "answer": table.json, "receipt": receipt]
    }
}

/// What is sealed beside an entry: the commitment that is public, and the ciphertext.
struct SealedPart: Sendable {
    let commitment: Digest
    let envelope: [UInt8]
}

/// Orders: hold, reserve, read, commit, and only then answer.
extension Exchange {
    /// Orders a quote: the price is held, budgets are reserved, the study runs, the answer is
    /// recorded together with the payment, and then given.
    ///
    /// The same quote ordered again gives the recorded answer and costs nothing; so does a new quote for
    /// a question that the buyer asked before, of the same data.
    ///
    /// - Throws: when there is no answer; then nothing was charged to the buyer.
    package func order(
        _ id: Digest, by buyer: SigningKey,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) async throws -> AnsweredOrder {
        let priced = try openQuote(id)
        if let earlier = state.orders[id] {
            guard earlier.order.buyer == buyer.id else { throw MarketError.orderExists }
            guard earlier.stage == .done else { throw MarketError.wrongStage(is: earlier.stage) }
            return try answered(earlier.order, buyer: buyer)
        }
        let query = try planned(priced)
        guard try store.mark(Exchange.unreadableMark) == nil else {
            throw ExchangeError.refused(
                "a study could not read the vault; no other is sold before `dividend doctor` finds "
                    + "every segment well")
        }
        let order = Order(priced.quote, by: buyer)
        if let known = try repeated(query, for: order, buyer: buyer) {
            // What was said once about this quote is said again, whatever changes.
            // Whoever asks for a model that she dropped has it again.
            try store.write(
                [], after: UInt64(log.size),
                notes: [
                    try again(known.order, for: order),
                    .unmark(Exchange.droppedMark(known.order.id)),
                ])
            return known
        }
        if state.pools[order.quote.quote.pool]?.offer.isEdge == true {
            return try await orderFromMachines(
                query, priced, as: order, by: buyer, progress: progress)
        }
        let reader = buyer.agreement.publicKey
        let sealedQuestion = try sealedQuestion(priced, for: reader)
        // The price is held and the budgets are reserved together, or neither: a cohort that is too small
        // leaves no order behind. The buyer's reading key stays, so that the study can be finished
        // without the buyer.
        let cohort = state.cohort(
            for: state.request(of: order, at: now), continuing: order.quote.quote.continues)
        // Noise that is committed to is drawn before, so that nothing can be made of it that suits the rows.
        var noise: StudyNoise?
        var plan: ProofPlan?
        var notes: [Note] = [.mark(Exchange.readerMark(order.id), reader.bytes)]
        if case .query(let asked) = query, let proven = asked.proven {
            let seed = NoiseSeed(random(NoiseSeed.byteCount))
            let drawn = self.noise(of: asked, from: seed)
            plan = try proofPlan(proven, drawn, seed, people: cohort.count)
            noise = consume drawn
            notes.append(.mark(Exchange.noiseMark(order.id), seed.bytes))
        }
        try record(
            [
                .ordered(order),
                .reserved(order: order.id, cohort: cohort.root, noise: plan?.root),
            ],
            sealed: [0: sealedQuestion], notes: notes)
        // From here on the budgets are spent, whatever happens.
        do {
            try await carryOut(
                query, for: order, reader: reader, adding: noise, proving: plan,
                progress: progress)
        } catch {
            // When not even that can be written, the next opening gives the price back.
            _ = try? record(
                [.failed(order: order.id, reason: .storage)],
                notes: [.unmark(Exchange.noiseMark(order.id))])
            throw error
        }
        return try answered(order, buyer: buyer)
    }

    /// The plan of a quote that was given, as it was sold.
    ///
    /// - Throws: ``MarketError/quoteDiffers(_:)`` when this version plans it otherwise.
    func planned(_ priced: PricedQuestion) throws -> CompiledStudy {
        let quote = priced.quote.quote
        let (pool, _) = try queryPool(
            quote.pool, people: priced.people, bringing: priced.brought)
        let query = try CompiledStudy(priced.sql, pool: pool, from: priced.brought.start?.from)
        guard
            try Exchange.commitment(to: query, sql: priced.sql, salt: priced.salt)
                == quote.question,
            query.cost.units <= quote.rho
        else { throw MarketError.quoteDiffers("question") }
        return query
    }

    /// The answer that the question of a quote had before, of the data as they are; nil when ordering it
    /// would ask anew.
    package func known(_ id: Digest, by buyer: SigningKey) throws -> AnsweredOrder? {
        let priced = try openQuote(id)
        return try repeated(
            try planned(priced), for: Order(priced.quote, by: buyer), buyer: buyer)
    }

    /// The text of a question, sealed to the buyer and to the node.
    func sealedQuestion(
        _ priced: PricedQuestion, for reader: AgreementPublicKey
    ) throws -> SealedPart {
        try seal(priced.question, for: reader, context: "question")
    }

    /// Seals a value to the buyer and to the node, under a salted commitment.
    func seal(
        _ value: JSON, for reader: AgreementPublicKey, context: String
    ) throws -> SealedPart {
        let salt = Digest(bytes: random(32)) ?? .zero
        let plain = try JSON.object(["salt": .string(salt.hex), "value": value]).signable()
        let envelope = try Envelope.seal(
            plain, to: [nodeReader, reader],
            context: "dividend/\(context)/v1")
        return SealedPart(commitment: Digest(of: plain), envelope: envelope)
    }

    /// The recorded answer of an order, opened with the buyer's key, and its receipt.
    func answered(_ order: Order, buyer: SigningKey) throws -> AnsweredOrder {
        let plain = try openedAnswer(order, by: buyer)
        guard let value = try JSON(parsing: plain)["value"], let table = ResultTable(json: value)
        else {
            throw ExchangeError.refused("the recorded answer is damaged; run `dividend doctor`")
        }
        var members: [String: JSON] = [
            "type": "DividendReceipt", "order": .string(order.id.hex),
            "quote": order.quote.quote.json, "buyer": .string(order.buyer.did),
            "answer": value, "commitment": .string(Digest(of: plain).hex),
            "opening": .string(String(decoding: plain, as: UTF8.self)),
        ]
        // Without it the answer stands all the same, and the doctor finds what is damaged.
        let proof = try? answerProof(of: order, by: buyer)
        members["proven"] = proof?.json
        if let model = value["model"] {
            members["passport"] = try ModelPassport.signed(model, of: order, in: state, by: node)
        }
        let receipt = try DataIntegrity.sign(
            .object(members), by: node, created: self.state.time)
        return AnsweredOrder(
            order: order, table: table, receipt: receipt,
            isProven: state.orders[order.id]?.proof == nil ? nil : proof != nil)
    }

    /// What the entry of an answer commits to: the answer and a salt.
    func openedAnswer(_ order: Order, by buyer: SigningKey) throws -> [UInt8] {
        guard let commitment = state.orders[order.id]?.answer,
            let envelope = try sealedAnswer(commitment)
        else { throw MarketError.noOrder }
        let plain = try Envelope.open(
            envelope, with: buyer.agreement, context: "dividend/answer/v1")
        guard Digest(of: plain) == commitment else {
            throw ExchangeError.refused("the recorded answer is damaged; run `dividend doctor`")
        }
        return plain
    }

    /// The envelope beside the entry that committed to an answer.
    private func sealedAnswer(_ commitment: Digest) throws -> [UInt8]? {
        guard let index = head.commits[commitment] else { return nil }
        return try store.sealed(at: index)
    }
}
