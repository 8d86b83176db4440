// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Identity
internal import Ledger
internal import Market
internal import Storage
package import Query

/// A question and its answer that everybody may read.
package struct PublishedAnswer: Sendable {
    /// The order that it answers.
    package let order: Digest
    /// The pool that was asked.
    package let pool: String
    /// The question.
    package let sql: String
    /// The answer.
    package let table: ResultTable
    /// The model, where one was asked for.
    package let model: JSON?
    /// The journal index of the entry that published it.
    package let index: UInt64
    /// When.
    package let time: Timestamp

    /// What a study's record says of it.
    package var json: JSON {
        [
            "entry": .integer(Int64(index)), "time": .string(time.description),
            "question": .string(sql), "answer": table.json,
        ]
    }
}

/// Answers that their buyers let everybody read.
extension Exchange {
    /// Publishes the question and the answer of an order. It cannot be taken back, and costs nothing.
    ///
    /// - Throws: when the order is not the buyer's, has no answer, or was published before.
    package func publish(_ id: Digest, by buyer: SigningKey) throws -> PublishedAnswer {
        guard let placed = try orders(of: buyer).first(where: { $0.id == id }) else {
            throw MarketError.noOrder
        }
        guard placed.stage == .done else { throw MarketError.wrongStage(is: placed.stage) }
        let asked = try openedQuestion(placed, by: buyer)
        let question = try JSON(parsing: asked)["value"]
        guard question?["continues"] == nil else {
            throw ExchangeError.refused(
                "the question brought the model that it goes on from, and everybody would have that with it; publish a "
                    + "model that was made in one training")
        }
        guard question?["models"] == nil else {
            throw ExchangeError.refused(
                "the question brought models, and everybody would have them with it; publish an answer to a question "
                    + "without PREDICT, or the order of the model itself")
        }
        let publication = Publication(
            id, question: String(decoding: asked, as: UTF8.self),
            answer: String(decoding: try openedAnswer(placed.order, by: buyer), as: UTF8.self),
            by: buyer)
        try record([.published(publication)])
        return try published(id)
    }

    /// What an order's buyer published.
    ///
    /// - Throws: when she did not.
    package func published(_ id: Digest) throws -> PublishedAnswer {
        guard let study = state.orders[id], let index = study.published,
            let leaf = try store.leaf(at: index)
        else {
            throw ExchangeError.unknown(
                what: "published answer", name: id.short,
                hint: "its buyer has not published it")
        }
        let entry = try Entry(leaf: leaf)
        guard
            case .published(let publication) = try Change(kind: entry.kind, body: entry.body),
            let sql = try JSON(parsing: Array(publication.question.utf8))["value"]?["sql"]?.string,
            let value = try JSON(parsing: Array(publication.answer.utf8))["value"],
            let table = ResultTable(json: value)
        else { throw ExchangeError.refused("the published answer cannot be read") }
        return PublishedAnswer(
            order: id, pool: study.order.quote.quote.pool, sql: sql, table: table,
            model: value["model"], index: index,
            time: entry.time)
    }

    /// The newest published answers of a pool, the newest first.
    ///
    /// - Parameter count: how many at most.
    /// - Cost: a look at each answered order of the pool, and at the entries of those that are given.
    package func published(in pool: String, count: Int) throws -> [PublishedAnswer] {
        let found = (state.pools[pool]?.answered ?? []).compactMap { id in
            state.orders[id]?.published.map { (id: id, index: $0) }
        }
        return try found.sorted { $0.index > $1.index }.prefix(count).map { try published($0.id) }
    }
}
