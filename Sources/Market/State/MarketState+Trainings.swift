// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent

/// Models that go on from what they were: each training reads, charges and pays people who were in none of those before.
extension MarketState {
    /// The most trainings that a model rests on.
    package static let mostTrainings = 1000

    /// The orders whose answers a model rests on: its own, and those that it went on from, the newest first.
    ///
    /// - Cost: a step for each training.
    package func trainings(of order: OrderState) -> [OrderState] {
        var found = [order]
        while let before = found[found.count - 1].order.quote.quote.continues,
            let earlier = orders[before], found.count <= MarketState.mostTrainings
        {
            found.append(earlier)
        }
        return found
    }

    /// The grants that were read for a model in all of its trainings, by place: of each person one.
    package func readFor(_ order: OrderState) -> [Int] {
        trainings(of: order).flatMap(\.cohort.places)
    }

    /// The order that went on from another: it was answered, or reads people now. Nil where there is none, so that another can
    /// go on from it; one that failed is none.
    ///
    /// - Cost: a look at every order, and no copy.
    package func successor(of id: Digest) -> Digest? {
        orders.lastKey {
            $0.order.quote.quote.continues == id && ($0.stage == .running || $0.stage == .done)
        }
    }

    /// Who would be read and charged for a quote's request: all whose grants allow it, but for those who were read for the model
    /// that it goes on from.
    ///
    /// Grants tell all of that, and no row.
    ///
    /// - Parameter before: the order of that model; nil for others.
    package func cohort(for request: Request, continuing before: Digest?) -> Cohort {
        guard let before, let order = orders[before] else { return consent.cohort(for: request) }
        return consent.cohort(for: request, besides: readFor(order))
    }

    /// Refuses a quote that goes on from what it may not: it has to be a model that the same buyer had of the same tables of the
    /// same pool for the same purpose and privacy, and that nothing went on from yet, so that nobody is read for one model twice.
    func checkContinues(_ order: Order) throws(MarketError) {
        let quote = order.quote.quote
        guard let before = quote.continues else { return }
        guard let earlier = orders[before] else { throw .noOrder }
        guard earlier.stage == .done else { throw .wrongStage(is: earlier.stage) }
        let known = earlier.order.quote.quote
        guard known.answers == [.model], quote.answers == [.model] else {
            throw .continuation("only a model goes on from a model")
        }
        guard earlier.order.buyer == order.buyer else {
            throw .continuation("the model that this goes on from is another buyer's")
        }
        guard known.pool == quote.pool, known.tables == quote.tables,
            known.purpose == quote.purpose
        else {
            throw .continuation(
                "the model that this goes on from is of another pool, tables or purpose")
        }
        guard known.epsilon == quote.epsilon, known.delta == quote.delta else {
            throw .continuation(
                "the model that this goes on from was asked for another epsilon or delta, and each of its trainings costs alike"
            )
        }
        guard pools[quote.pool]?.offer.isEdge != true else {
            throw .continuation(
                "where rows stay on contributors' own machines a model is made anew, since those know nothing of what it was"
            )
        }
        guard successor(of: before) == nil else {
            throw .continuation(
                "this model was gone on from already, or is just now; retrain the newer one")
        }
        guard trainings(of: earlier).count < MarketState.mostTrainings else {
            throw .continuation(
                "a model rests on \(MarketState.mostTrainings) trainings at most; make it anew")
        }
    }
}
