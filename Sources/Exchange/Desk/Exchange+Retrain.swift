// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Identity
package import Ledger
internal import Market
internal import Storage

/// What became of a model that was due to be made anew.
package struct Retraining: Sendable {
    /// What came of it.
    package enum Outcome: Sendable {
        /// It is let from now on in place of the old one, on the same terms.
        case made(order: Digest, price: Amount)
        /// It could not be made, for this reason; the old one stays stopped, and this is tried again a day later.
        case refused(String)
    }

    /// The order of the model that somebody withdrew from.
    package let order: Digest
    package let outcome: Outcome
}

/// Models that the node has made anew when somebody withdrew who is in them, where the pool and the model's owner agreed to
/// that: the pool by its rule, she by a price.
extension Exchange {
    /// How long a model rests that was made anew, or could not be: many withdrawals on one day make one retraining, which
    /// costs those who are left privacy once.
    private static let restMilliseconds: Int64 = 86_400_000

    /// Makes the next model anew that is due; nil when none is.
    ///
    /// It is ordered as its owner would order it, in her name and from her account, for no more than is left of what she
    /// agreed to in all; then the new one is let in place of the old one, with what is left then. What a crash leaves undone
    /// is done the next time: the same question of the same rows is answered again for nothing.
    package func retrainNext() async throws -> Retraining? {
        for (id, rental) in state.rentals.all {
            guard rental.word.terms?.retraining != nil, let order = state.orders[id],
                state.pools[order.order.quote.quote.pool]?.offer.stale == .retrain,
                state.withdrawn(from: order) > 0, try !rests(id)
            else { continue }
            do {
                return Retraining(order: id, outcome: try await retrain(id, order.order))
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                let reason = ErrorWords(error).message
                try store.write([], after: UInt64(log.size), notes: [rest(id)])
                return Retraining(order: id, outcome: .refused(reason))
            }
        }
        return nil
    }

    private func retrain(_ id: Digest, _ order: Order) async throws -> Retraining.Outcome {
        guard let name = partyName(of: order.buyer) else {
            throw ExchangeError.refused("its owner's key is not open here; she retrains it herself")
        }
        let key = try key(of: name)
        let old = try model(named: id.hex, orOf: key)
        let quote = order.quote.quote
        // A stream too is made from its beginning: going on would keep what those gave who withdrew.
        let priced = try await self.quote(
            old.sql, pool: quote.pool, purpose: quote.purpose, bringing: old.brought.anew,
            expecting: false)
        // What the owner says now counts, not what she said before the quote was worked out: nothing else comes between this
        // and the order.
        guard let most = state.rentals[id]?.word.terms?.retraining else {
            throw ExchangeError.refused("its owner does not want it any more")
        }
        guard let price = priced.quote.quote.price, price <= most else {
            throw ExchangeError.refused(
                "it would cost \(priced.quote.quote.price?.description ?? "too much"), and of what its owner agreed to \(most) is left"
            )
        }
        let made = try await self.order(priced.quote.id, by: key).order.id
        // Another order's answer is the same question's of the same rows, given again for nothing.
        let paid = made == priced.quote.id ? price : .zero
        try move(id, to: made, having: paid, by: key)
        return .made(order: made, price: paid)
    }

    /// Lets a model in place of an old one on the same terms, with what is left for retrainings, or changes nothing. Of one that its
    /// owner let herself meanwhile the terms stay hers.
    private func move(
        _ id: Digest, to made: Digest, having paid: Amount, by key: SigningKey
    ) throws {
        guard let word = state.rentals[id]?.word, let terms = word.terms else {
            throw ExchangeError.refused("it was let no more when it was done")
        }
        var changes = [Change.rented(Rental(id, number: word.number + 1, terms: nil, by: key))]
        let former = state.rentals[made]?.word
        if former?.terms == nil {
            let left = terms.retraining?.subtracting(paid).flatMap { $0 > .zero ? $0 : nil }
            let next = try Rental.Terms(
                price: terms.price, ownerBasisPoints: terms.ownerBasisPoints, retraining: left)
            changes.append(
                .rented(
                    Rental(made, number: former.map { $0.number + 1 } ?? 0, terms: next, by: key)))
        }
        try record(changes, notes: [.unmark(Exchange.restMark(id)), rest(made)])
    }

    private func rest(_ id: Digest) -> Note {
        .mark(Exchange.restMark(id), Array(String(now.milliseconds).utf8))
    }

    /// Whether it was made, or tried in vain, not long ago.
    private func rests(_ id: Digest) throws -> Bool {
        guard let bytes = try store.mark(Exchange.restMark(id)),
            let tried = Int64(String(decoding: bytes, as: UTF8.self))
        else { return false }
        // A clock that was set back is no reason to wait for years.
        return (tried..<tried + Exchange.restMilliseconds).contains(now.milliseconds)
    }

    private static func restMark(_ order: Digest) -> String { "retrain/" + order.hex }
}
