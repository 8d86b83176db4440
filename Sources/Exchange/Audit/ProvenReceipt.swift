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
/// Checked offline: the question is the one that the quote commits to; the proof's numbers are this question's; the
/// answer's values and margins are those that these numbers give; the proof belongs to this order, and holds.
package struct ProvenReceipt: Sendable {
    /// The proof, which says by itself what it is checked with.
    package let file: AnswerFile
    private let sql: String
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
            let people = json["people"]?.integer, people > 0,
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
        guard try Exchange.commitment(to: query, salt: salt) == quote.question,
            let proven = query.proven
        else { throw ExchangeError.refused("the proof is of another question than was quoted") }
        let statement = file.statement
        guard statement.context == order.bytes else {
            throw ExchangeError.refused("the proof belongs to another order")
        }
        let columns = ProvenQuestion.columns(of: proven.schema)
        let coded = Exchange.coded(proven)
        guard statement.numbers == coded.map(\.number), statement.columns == columns.count else {
            throw ExchangeError.refused("the proof is of other numbers than were asked for")
        }
        var values = [Int64](repeating: 0, count: coded.count)
        for (item, result) in zip(coded, statement.results) { values[item.place] = result }
        guard
            query.table(
                from: .proven(values, sigma: query.plan.noises[0].rungs[0].noise.sigma)
            ).json == answer
        else { throw ExchangeError.refused("the answer is not what the proven numbers give") }
        try file.verify()
        return
            "proven: it is what the columns behind \(Hex.encode(statement.columnsRoot).prefix(8))… give, plus the "
            + "noise behind \(Hex.encode(statement.noiseRoot).prefix(8))…"
    }
}
