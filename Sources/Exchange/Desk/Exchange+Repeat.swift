// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Identity
internal import Market
internal import Query
internal import Storage
internal import Study
internal import Vault

/// The same question again: it gets the answer that it had, and costs nobody anything.
///
/// What was let out once tells nothing more when it is told again, while fresh noise would: whoever asks
/// often enough could average it away. Two texts that ask the same are the same question, whatever the
/// names, order and spelling of what they show.
extension Exchange {
    /// The name under which the answer to a question is kept: what is asked, what for, by whom, and of
    /// which data.
    ///
    /// The data are the segments of everybody whose consent covers the question, whether or not she has
    /// privacy left: a budget that this very question used up does not make it another one. A new grant, a
    /// withdrawal, an import and an erasure do.
    func repeatMark(_ query: CompiledQuery, for order: Order) throws -> String {
        let request = state.request(of: order, at: now)
        let cohort = state.consent.cohort(for: request)
        let spent = [Denial.privacySpent, .usedUp].flatMap { cohort.denied[$0] ?? [] }
        let owners = try store.owners()
        let parties = (cohort.grants + spent).sorted().map { state.consent.party(at: $0) }
        var bytes = try query.digest.bytes
        bytes += Array(request.purpose.utf8) + [0] + order.buyer.publicKey
        for table in query.plan.step.reads {
            let segments = try store.segments(table: table.schema.table)
            for party in parties {
                bytes += party.publicKey
                for note in owners[party].flatMap({ segments[$0] }) ?? [] { bytes += note.id.bytes }
            }
        }
        return "repeat/" + Digest(of: bytes).hex
    }

    /// The answer that the same question had, with its own receipt; nil when it was not asked yet.
    func repeated(
        _ query: CompiledQuery, for order: Order, buyer: SigningKey
    ) throws -> AnsweredOrder? {
        guard let bytes = try store.mark(try repeatMark(query, for: order)) else { return nil }
        let kept = try JSON(parsing: bytes)
        guard let id = kept["order"]?.string.flatMap(Digest.init(hex:)),
            let earlier = state.orders[id], earlier.stage == .done,
            earlier.order.buyer == buyer.id,
            let noised = kept["answer"].flatMap(NoisedAnswer.init(json:))
        else { return nil }
        let table = query.table(from: noised)
        let first = try answered(earlier.order, buyer: buyer)
        guard first.table != table else { return first }
        let receipt = try DataIntegrity.sign(
            [
                "type": "DividendReceipt", "repeats": .string(id.hex),
                "quote": earlier.order.quote.quote.json, "buyer": .string(buyer.id.did),
                "answer": table.json,
            ], by: node, created: state.time)
        return AnsweredOrder(order: earlier.order, table: table, receipt: receipt)
    }

    /// What is kept of an answer, for ``repeated(_:for:buyer:)``.
    func keep(
        _ noised: NoisedAnswer, to query: CompiledQuery, for order: Order
    ) throws -> Note {
        let bytes = try JSON.object(["order": .string(order.id.hex), "answer": noised.json])
            .signable()
        return .mark(try repeatMark(query, for: order), bytes)
    }
}
