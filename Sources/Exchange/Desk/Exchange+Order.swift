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
}

/// Orders: hold, reserve, read, commit, and only then answer.
extension Exchange {
    /// Orders a quote: the price is held, budgets are reserved, the study runs, the answer is
    /// recorded together with the payment, and then given.
    ///
    /// The same quote ordered again gives the recorded answer and costs nothing.
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
        let (pool, _) = try queryPool(priced.quote.quote.pool)
        let query = try CompiledQuery(priced.sql, pool: pool)
        guard try Exchange.commitment(to: query, salt: priced.salt) == priced.quote.quote.question
        else { throw MarketError.quoteDiffers("question") }
        let order = Order(priced.quote, by: buyer)
        let sealedQuestion = try seal(
            JSON.object(["sql": .string(priced.sql), "salt": .string(priced.salt.hex)]),
            for: buyer, context: "question")
        try record([.ordered(order)], sealed: [0: sealedQuestion])
        let cohort = try reserve(order)
        // From here on the budgets are spent, whatever happens.
        do {
            let noised = try await study(query, over: cohort, progress: progress)
            let answer = try seal(query.table(from: noised).json, for: buyer, context: "answer")
            try record(
                [.committed(order: order.id, answer: answer.commitment)], sealed: [0: answer])
        } catch {
            // When not even that can be written, the next opening gives the price back.
            _ = try? record([.failed(order: order.id, reason: .storage)])
            throw error
        }
        return try answered(order, buyer: buyer)
    }

    /// Freezes the cohort and reserves its budgets, durably; gives the price back when it cannot.
    private func reserve(_ order: Order) throws -> [PartyID] {
        let cohort = state.consent.cohort(for: state.request(of: order, at: now))
        do {
            try record([.reserved(order: order.id, cohort: cohort.root)])
        } catch let error as MarketError {
            let isSmall = error == .cohortTooSmall
            try record([.failed(order: order.id, reason: isSmall ? .cohortTooSmall : .refused)])
            throw error
        }
        return (state.orders[order.id]?.cohort.places ?? []).map { state.consent.party(at: $0) }
    }

    /// Draws the noise, reads, merges, and lets out the noised numbers.
    private func study(
        _ query: CompiledQuery, over cohort: [PartyID],
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
    ) async throws -> NoisedVector {
        var generator = surroundings.generator
        var source = ByteSource(seededBy: &generator)
        let noise = query.plan.noise(from: &source)
        let reader = try VaultReader(
            cohort: cohort, owners: try store.owners(), tables: query.plan.step.reads.map(\.schema),
            store: store, packs: try vault.map(), keys: vaultKeys)
        let total = cohort.count
        let partial = try await query.plan.run(over: reader) { progress?($0, total) }
        return try query.plan.release(partial, adding: noise)
    }

    /// Seals a value to the buyer and to the node, under a salted commitment.
    private func seal(
        _ value: JSON, for buyer: SigningKey, context: String
    ) throws -> SealedPart {
        let salt = Digest(bytes: random(32)) ?? .zero
        let plain = try JSON.object(["salt": .string(salt.hex), "value": value]).signable()
        let envelope = try Envelope.seal(
            plain, to: [node.agreement.publicKey, buyer.agreement.publicKey],
            context: "dividend/\(context)/v1")
        return SealedPart(commitment: Digest(of: plain), envelope: envelope)
    }

    /// The recorded answer of an order, opened with the buyer's key, and its receipt.
    private func answered(_ order: Order, buyer: SigningKey) throws -> AnsweredOrder {
        guard let state = state.orders[order.id], let commitment = state.answer,
            let envelope = try sealedAnswer(commitment)
        else { throw MarketError.noOrder }
        let plain = try Envelope.open(
            envelope, with: buyer.agreement, context: "dividend/answer/v1")
        guard Digest(of: plain) == commitment, let value = try JSON(parsing: plain)["value"],
            let table = ResultTable(json: value)
        else {
            throw ExchangeError.refused("the recorded answer is damaged; run `dividend doctor`")
        }
        let receipt = try DataIntegrity.sign(
            [
                "type": "DividendReceipt", "order": .string(order.id.hex),
                "quote": order.quote.quote.json, "buyer": .string(order.buyer.did),
                "answer": value, "commitment": .string(commitment.hex),
                "opening": .string(String(decoding: plain, as: UTF8.self)),
            ], by: node, created: self.state.time)
        return AnsweredOrder(order: order, table: table, receipt: receipt)
    }

    /// The envelope beside the entry that committed to an answer.
    private func sealedAnswer(_ commitment: Digest) throws -> [UInt8]? {
        guard let index = head.commits[commitment] else { return nil }
        return try store.sealed(at: index)
    }

    /// Settles what a crash left: orders that were held or running get their price back; budgets
    /// that were reserved stay spent, since nobody can say what was read.
    func resolveInterrupted() throws {
        let open = state.orders.all.filter {
            $0.record.stage == .placed || $0.record.stage == .running
        }
        guard !open.isEmpty else { return }
        try record(open.map { .failed(order: $0.key, reason: .interrupted) })
        try seal()
    }
}
