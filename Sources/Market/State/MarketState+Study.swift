// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
internal import Identity
internal import Ledger
internal import Vault

/// Orders and studies: hold, reserve, then commit or fail.
extension MarketState {
    mutating func place(
        _ order: Order, at time: Timestamp, index: UInt64, _ effects: inout Effects
    ) throws(MarketError) {
        let quote = order.quote.quote
        guard let pool = pools[quote.pool]?.offer else { throw .noPool(quote.pool) }
        guard orders[order.id] == nil else { throw .orderExists }
        guard let node, order.quote.verify(by: node) else { throw .quoteNotOurs }
        guard order.verify() else { throw .badSignature(of: "order") }
        guard time <= quote.expires else { throw .quoteExpired }
        let names = Set(pool.tables.map(\.table))
        guard !quote.tables.isEmpty, names.isSuperset(of: quote.tables) else {
            throw .quoteDiffers("tables")
        }
        guard PurposeTree.covers(granted: Set(pool.purposes), asked: quote.purpose) else {
            throw .quoteDiffers("purpose")
        }
        try checkContinues(order)
        guard let price = pool.price(rho: quote.rho), quote.base == price.base,
            quote.premium == price.premium, let total = quote.price
        else { throw .quoteDiffers("price") }
        let (buyer, revenue) = (Accounts.party(order.buyer), Accounts.revenue(of: pool.name))
        try require(total, in: buyer)
        try require(room: total, debiting: buyer, crediting: revenue)
        try opening(buyer, .party)
        let leg = Leg(debit: buyer, credit: revenue, amount: total, reason: .purchase)
        do throws(LedgerError) {
            effects.replies.append(
                try books.hold(TransferID(order.id), legs: [leg], at: time, index: index))
        } catch {
            throw .money(error)
        }
        orders[order.id] = OrderState(order: order, stage: .placed)
    }

    /// What a study asks of every grant, at that time.
    package func request(of order: Order, at time: Timestamp) -> Request {
        let quote = order.quote.quote
        return Request(
            pool: quote.pool, tables: quote.tables, purpose: quote.purpose,
            price: quote.price?.microunits ?? 0, rho: quote.rho, time: time)
    }

    mutating func reserve(
        _ id: Digest, cohort root: Digest, noise: Digest?, there: PlaceRuns?, at time: Timestamp
    ) throws(MarketError) {
        guard var state = orders[id] else { throw .noOrder }
        guard state.stage == .placed else { throw .wrongStage(is: state.stage) }
        let request = request(of: state.order, at: time)
        guard let pool = pools[request.pool] else { throw .noPool(request.pool) }
        // Another may have gone on from the same model since the order was placed.
        try checkContinues(state.order)
        let cohort = try self.cohort(
            for: request, continuing: state.order.quote.quote.continues, there: there,
            in: pool.offer)
        guard cohort.count >= pool.offer.minimumCohort else { throw .cohortTooSmall }
        guard cohort.root == root else { throw .cohortDiffers }
        if let noise, noises.contains(noise) {
            throw .answerProof("this noise is another answer's: the two would tell what is exact")
        }
        do throws(ConsentError) {
            let reservation = try consent.reserve(cohort, rho: request.rho, at: time)
            try consent.beginReading(reservation)
            state.reservation = reservation
        } catch {
            throw .grant(error.description)
        }
        state.stage = .running
        state.cohort = PlaceRuns(cohort.grants)
        state.denied = cohort.denied.mapValues { PlaceRuns($0) }
        // Those follow from the order that is gone on from.
        state.denied[.readBefore] = nil
        if let noise {
            noises.insert(noise)
            state.proof = OrderProof(noise: noise, cohort: root, changed: rowsChanged)
        }
        orders[id] = state
    }

    /// Who is read: all whose grants allow it, or of them those whose machines are there.
    private func cohort(
        for request: Request, continuing before: Digest?, there: PlaceRuns?, in offer: PoolOffer
    ) throws(MarketError) -> Cohort {
        guard let there else {
            guard !offer.isEdge else {
                throw .edge("the entry does not say whose machines are there")
            }
            return cohort(for: request, continuing: before)
        }
        guard offer.isEdge else { throw .edge("the rows of \(offer.name) lie in the vault") }
        guard PoolOffer.edgeCohorts.upperBound >= there.count else {
            throw .edge("\(there.count) machines are more than one study takes")
        }
        guard let cohort = consent.cohort(for: request, there: there.places) else {
            throw .cohortDiffers
        }
        return cohort
    }

    /// Refuses an answer that contributors' machines cannot have come to: with too few of them, or that somebody left who
    /// was not asked.
    private func check(
        _ left: PlaceRuns?, of state: OrderState, in offer: PoolOffer
    ) throws(MarketError) {
        guard let left else {
            guard !offer.isEdge else { throw .edge("the entry does not say whose machines left") }
            return
        }
        guard offer.isEdge else { throw .edge("the rows of \(offer.name) lie in the vault") }
        guard left.places.allSatisfy(state.cohort.contains) else { throw .cohortDiffers }
        let stayed = state.cohort.count - left.count
        guard stayed >= PoolOffer.staying(of: state.cohort.count) else {
            throw .edge("only \(stayed) of \(state.cohort.count) machines stayed")
        }
    }

    mutating func commit(
        _ id: Digest, answer: Digest, _ claim: AnswerClaim?, left: PlaceRuns?, at time: Timestamp,
        index: UInt64, _ effects: inout Effects
    ) throws(MarketError) {
        guard var state = orders[id] else { throw .noOrder }
        guard state.stage == .running, let reservation = state.reservation else {
            throw .wrongStage(is: state.stage)
        }
        let quote = state.order.quote.quote
        guard var pool = pools[quote.pool] else { throw .noPool(quote.pool) }
        try check(left, of: state, in: pool.offer)
        state.left = left ?? PlaceRuns()
        // What can fail is asked, or done on a copy, before anything changes.
        let fee = pool.offer.fee(of: quote.base)
        try require(room: fee, crediting: Accounts.fees)
        guard let dividend = quote.price?.subtracting(fee),
            let declared = pool.declared.adding(dividend)
        else { throw .totalDiffers }
        let outside = holders(of: pool, besides: state.paid)
        let raise: UInt128
        do throws(DividendError) {
            raise = try pool.register.declare(dividend, excluding: outside)
        } catch {
            throw .shares(error)
        }
        let counted = try claim.map { claim throws(MarketError) in
            try self.counted(claim, for: state)
        }
        let posting = TransferID(Digest(of: id.bytes, Array("post".utf8)))
        do throws(LedgerError) {
            effects.replies.append(
                try books.post(posting, hold: TransferID(id), at: time, index: index))
        } catch {
            throw .money(error)
        }
        let revenue = Accounts.revenue(of: quote.pool)
        let leg = Leg(debit: revenue, credit: Accounts.fees, amount: fee, reason: .fee)
        try move([leg], as: "fee", index: index, &effects)
        do throws(ConsentError) { try consent.commit(reservation) } catch {
            throw .grant(error.description)
        }
        pool.declared = declared
        pool.answered.append(id)
        pools[quote.pool] = pool
        state.stage = .done
        state.answer = answer
        state.proof?.claim = claim
        if let counted { columns[counted.commitment.root] = counted }
        state.dividend = Dividend(index: index, time: time, raise: raise)
        orders[id] = state
    }

    /// The holders of the pool's shares whose grants do not cover the study, or whose machines left before its end: not
    /// read to the end, not paid.
    ///
    /// - Parameter paid: the grants that are paid for.
    func holders(of pool: PoolState, besides paid: [Int]) -> [AccountID] {
        let read = Set(paid.map { Accounts.party(consent.party(at: $0)) })
        return pool.register.shareholders.filter { !read.contains($0) }
    }

    /// Whether the question is the one that was ordered, only the order's entry tells: its reader checks.
    mutating func publish(_ publication: Publication, index: UInt64) throws(MarketError) {
        guard var state = orders[publication.order] else { throw .noOrder }
        guard state.stage == .done else { throw .wrongStage(is: state.stage) }
        guard state.published == nil else { throw .publishedAlready }
        guard publication.verify(by: state.order.buyer) else {
            throw .badSignature(of: "publication")
        }
        let size = publication.question.utf8.count + publication.answer.utf8.count
        guard size <= Publication.mostBytes else { throw .publicationTooLong }
        guard publication.answerCommitment == state.answer else { throw .answerDiffers }
        state.published = index
        orders[publication.order] = state
    }

    mutating func fail(
        _ id: Digest, at time: Timestamp, index: UInt64, _ effects: inout Effects
    ) throws(MarketError) {
        guard var state = orders[id] else { throw .noOrder }
        guard state.stage == .placed || state.stage == .running else {
            throw .wrongStage(is: state.stage)
        }
        let voiding = TransferID(Digest(of: id.bytes, Array("void".utf8)))
        do throws(LedgerError) {
            effects.replies.append(
                try books.void(voiding, hold: TransferID(id), at: time, index: index))
        } catch {
            throw .money(error)
        }
        if let reservation = state.reservation {
            // Data may have been read, so the privacy stays spent: no answer gives it back.
            do throws(ConsentError) { try consent.commit(reservation) } catch {
                throw .grant(error.description)
            }
        }
        state.stage = .failed
        orders[id] = state
    }
}
