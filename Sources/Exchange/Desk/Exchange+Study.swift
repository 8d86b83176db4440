// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Identity
internal import Learn
internal import Market
internal import Privacy
internal import Query
internal import Storage
internal import Study
internal import Vault

/// Studies: reserve, read, merge, release, commit; and what a crash left of them.
extension Exchange {
    /// Runs the study of an order whose budgets are reserved, and records its answer together with
    /// the payment.
    ///
    /// - Parameters:
    ///   - reader: what the answer is sealed to.
    ///   - noise: drawn before, where it was committed to.
    ///   - plan: what was committed to.
    func carryOut(
        _ query: CompiledStudy, for order: Order, reader: AgreementPublicKey,
        adding noise: consuming StudyNoise? = nil, proving plan: consuming ProofPlan? = nil,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
    ) async throws {
        // What is erased from here on stays in the packs until this study has ended.
        let number = erasures.studyBegan()
        defer {
            erasures.studyEnded(number)
            // What cannot be overwritten now stays noted, for the next erasure or opening.
            if !erasures.due.isEmpty { try? finishErasing() }
        }
        let members = state.orders[order.id]?.cohort.places ?? []
        let cohort = members.map { state.consent.party(at: $0) }
        // Of the data as they are now: others may change them while they are read.
        let mark = try repeatMark(query, for: order)
        let proofReader = try query.proven.map { try self.proofReader($0, over: cohort) }
        var noised: NoisedAnswer?
        let value: JSON
        var proof: MadeProof?
        defer { proof.map { proofLane.unrecorded[$0.claim.columns, default: 1] -= 1 } }
        do {
            switch query {
            case .model(let model):
                let made = try await train(model, over: cohort, progress: progress)
                value = .object(made.answer)
            case .query(let query):
                let answer = try await study(
                    query, over: cohort, adding: noise, progress: progress)
                if let plan = consume plan, let proofReader {
                    proof = try await proveInTurn(
                        answer, of: order, plan, proofReader, for: reader)
                }
                value = query.table(from: answer).json
                noised = answer
            }
        } catch let error as StudyError {
            guard case .unreadable = error else { throw error }
            // Who cannot be read is nobody's business but the doctor's.
            try store.write(
                [], after: UInt64(log.size), notes: [.mark(Exchange.unreadableMark, [1])])
            throw ExchangeError.refused(
                "the vault could not be read, and the price went back; run `dividend doctor`")
        }
        let answer = try seal(value, for: reader, context: "answer")
        let first = proof?.columns.map { [Change.columnsCommitted($0)] } ?? []
        try record(
            first
                + [.committed(order: order.id, answer: answer.commitment, proof: proof?.claim)],
            sealed: [first.count: answer],
            notes: try keep(noised, for: order, as: mark)
                + [.unmark(Exchange.noiseMark(order.id))] + (proof?.notes ?? [])
                + seedNotes(proof, proofReader))
    }

    /// What reads the rows of a cohort, as the vault is now.
    func reader(of cohort: [PartyID], tables: [Schema]) throws -> VaultReader {
        try VaultReader(
            cohort: cohort, owners: try store.owners(), tables: tables, store: store,
            packs: try vault.map(), keys: vaultKeys)
    }

    /// The noise of a question.
    private func noise(of query: CompiledQuery) -> StudyNoise {
        var generator = surroundings.generator
        var source = ByteSource(seededBy: &generator)
        return query.plan.noise(from: &source)
    }

    /// The noise of a question whose answer is to be proven: the same from the same seed, so that what was
    /// committed to can be made again after a crash.
    func noise(of query: CompiledQuery, from seed: NoiseSeed) -> StudyNoise {
        var generator = seed.generator
        var source = ByteSource(seededBy: &generator)
        return query.plan.noise(from: &source)
    }

    /// Draws the noise, where there is none yet, reads, merges, and lets out the noised numbers.
    private func study(
        _ query: CompiledQuery, over cohort: [PartyID], adding given: consuming StudyNoise?,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
    ) async throws -> NoisedAnswer {
        let start = ContinuousClock.now
        let noise = given ?? self.noise(of: query)
        let reader = try reader(of: cohort, tables: query.plan.step.reads.map(\.schema))
        await surroundings.beforeReading?()
        let total = cohort.count
        let answer: Result<NoisedAnswer, any Error>
        do {
            let partial = try await query.plan.run(over: reader) { progress?($0, total) }
            answer = .success(try query.plan.release(partial, adding: noise))
        } catch {
            answer = .failure(error)
        }
        // A failure waits like an answer.
        try await Task.sleep(for: surroundings.pace.rest(after: ContinuousClock.now - start))
        return try answer.get()
    }

    /// Settles what a crash left. An order that had not begun to read gets its price back. A study
    /// whose budgets are reserved is finished: nothing of it was let out, so running it again costs
    /// nobody anything more, and the contributors are paid for the privacy that is spent. It is
    /// tried once; if that fails too, the price goes back and the budgets stay spent. Where rows are on contributors' own
    /// machines, it goes back at once.
    func resolveInterrupted() async throws {
        let open = state.orders.all.filter {
            $0.record.stage == .placed || $0.record.stage == .running
        }
        guard !open.isEmpty else { return }
        for (id, state) in open {
            guard state.stage == .running, (try? await resume(state.order)) != nil else {
                try record(
                    [.failed(order: id, reason: .interrupted)],
                    notes: [.unmark(Exchange.noiseMark(id))])
                continue
            }
        }
        try seal()
    }

    private func resume(_ order: Order) async throws {
        guard state.pools[order.quote.quote.pool]?.offer.isEdge != true else {
            throw ExchangeError.refused(
                "what machines had under way is lost, and they take part once")
        }
        let mark = "resumed/" + order.id.hex
        guard try store.mark(mark) == nil else {
            throw ExchangeError.refused("the study was interrupted twice")
        }
        try store.write([], after: UInt64(log.size), notes: [.mark(mark, [1])])
        let priced = try openQuote(order.id)
        guard let bytes = try store.mark(Exchange.readerMark(order.id)),
            let reader = AgreementPublicKey(bytes: bytes)
        else { throw ExchangeError.refused("the buyer's reading key is lost") }
        let query = try planned(priced)
        var noise: StudyNoise?
        var plan: ProofPlan?
        if case .query(let asked) = query, let proven = asked.proven,
            let proof = state.orders[order.id]?.proof,
            let seed = try store.mark(Exchange.noiseMark(order.id)).map(NoiseSeed.init)
        {
            // The noise that was committed to, and no other.
            let drawn = self.noise(of: asked, from: seed)
            let people = state.orders[order.id]?.cohort.count ?? 0
            let again = try proofPlan(proven, drawn, seed, people: people)
            if again.root == proof.noise {
                noise = consume drawn
                plan = consume again
            }
        }
        try await carryOut(
            query, for: order, reader: reader, adding: noise, proving: plan, progress: nil)
    }

    /// The name under which the key is kept that an order's answer is sealed to.
    static func readerMark(_ order: Digest) -> String { "reader/" + order.hex }

    /// Set when a study could not read the vault; no other is sold until the doctor finds it well.
    static let unreadableMark = "unreadable"
}
