// SPDX-License-Identifier: Apache-2.0
package import AnswerProof
package import Canon
internal import Market
internal import Privacy
internal import Query
internal import Stark
internal import Study
internal import Vault

/// What the receipt of a proven answer holds besides: the proof, and all that it takes to see that the answer follows
/// from what is proven.
///
/// Checked offline: the question, its text too, is the one that the quote commits to, at the privacy that was paid for;
/// the proof's numbers are this question's; the answer's values and margins are those that these numbers give; the proof
/// belongs to this order, and holds. That roots and tables are those of a journal, ``check(in:quote:order:)`` shows.
package struct ProvenReceipt: Sendable {
    /// The proof, which says by itself what it is checked with.
    package let file: AnswerFile
    /// The question's text.
    package let sql: String
    private let salt: Digest
    private let people: Int
    private let rowsPerPerson: Int
    private let tables: [Schema]

    init(
        file: AnswerFile, sql: String, salt: Digest, people: Int, rowsPerPerson: Int,
        tables: [Schema]
    ) {
        (self.file, self.sql, self.salt, self.people) = (file, sql, salt, people)
        (self.rowsPerPerson, self.tables) = (rowsPerPerson, tables)
    }

    /// The canonical form.
    var json: JSON {
        [
            "sql": .string(sql), "salt": .string(salt.hex), "people": .integer(Int64(people)),
            "rows_per_person": .integer(Int64(rowsPerPerson)),
            "tables": .array(tables.map(\.json)), "file": .string(Base64.encode(file.bytes)),
        ]
    }

    /// Reads the canonical form.
    package init(json: JSON) throws {
        guard let sql = json["sql"]?.string,
            let salt = json["salt"]?.string.flatMap(Digest.init(hex:)),
            let people = json["people"]?.integer, (1...1 << 27).contains(people),
            let rows = json["rows_per_person"]?.integer, (1...100_000).contains(rows),
            let tables = json["tables"]?.array,
            let file = json["file"]?.string.flatMap({ Base64.decode($0) })
        else { throw ExchangeError.refused("what is said of the proof is not all there") }
        self.init(
            file: try AnswerFile(file), sql: sql, salt: salt, people: Int(people),
            rowsPerPerson: Int(rows), tables: try tables.map { try Schema(json: $0) })
    }

    /// Checks it against the rest of a receipt.
    ///
    /// - Returns: what is proven, in words.
    /// - Throws: what does not hold.
    func check(quote: Quote, order: Digest, answer: JSON) throws -> String {
        let pool = QueryPool(
            name: quote.pool, tables: tables, rowsPerPerson: rowsPerPerson, people: people)
        let query = try CompiledQuery(sql, pool: pool)
        guard try Exchange.commitment(to: .query(query), sql: sql, salt: salt) == quote.question,
            let proven = query.proven
        else { throw ExchangeError.refused("the proof is of another question than was quoted") }
        guard query.plan.cost.units == quote.rho, quote.tables == [proven.schema.table],
            quote.epsilon == query.target.epsilon.description,
            quote.delta == query.target.delta.description
        else {
            throw ExchangeError.refused("the question has another privacy than was quoted")
        }
        let statement = file.statement
        guard statement.context == order.bytes else {
            throw ExchangeError.refused("the proof belongs to another order")
        }
        let coded = Exchange.coded(proven)
        guard statement.numbers == coded.map(\.number),
            statement.columns == proven.schema.wholeNumberColumns.count
        else {
            throw ExchangeError.refused("the proof is of other numbers than were asked for")
        }
        var values = [Int64](repeating: 0, count: coded.count)
        for (item, result) in zip(coded, statement.results) { values[item.place] = result }
        let sigma = query.plan.noises[0].rungs[0].noise.sigma
        guard query.table(from: .proven(values, sigma: sigma)).json == answer else {
            throw ExchangeError.refused("the answer is not what the proven numbers give")
        }
        try file.verify()
        return
            "proven: it is what the columns behind \(Hex.encode(statement.columnsRoot).prefix(8))… give, plus the "
            + "noise behind \(Hex.encode(statement.noiseRoot).prefix(8))…"
    }

    /// Compares it with what a journal says of the order.
    ///
    /// - Throws: what does not agree.
    func check(in state: MarketState, quote: Quote, order: Digest) throws {
        guard let known = state.orders[order], known.stage == .done,
            known.order.quote.quote == quote, let proof = known.proof, let claim = proof.claim
        else { throw ExchangeError.refused("the journal has no such order with a proven answer") }
        guard proof.noise.bytes == file.statement.noiseRoot else {
            throw ExchangeError.refused(
                "the noise is not what was committed to before anything was read")
        }
        guard claim.columns.bytes == file.statement.columnsRoot,
            state.columns[claim.columns]?.commitment.rowBits == file.statement.rowBits
        else { throw ExchangeError.refused("the columns are not those of the journal") }
        guard claim.proof == Digest(of: file.bytes) else {
            throw ExchangeError.refused("the proof is not the one that the journal names")
        }
        guard let offer = state.pools[quote.pool]?.offer, offer.tables == tables,
            offer.rowsPerPerson == rowsPerPerson
        else { throw ExchangeError.refused("the tables are not those of the pool") }
    }
}
