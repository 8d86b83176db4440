// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Exchange
import Identity
import Market
import Query
import Vault

/// A question and where it is asked.
struct Question: ParsableArguments {
    @Argument(help: "The question, in SQL.") var sql: String
    @Option(help: "The pool; by default the one after FROM.") var pool: String?
    @Option(help: "What the answer is for.") var purpose = "dpv:ResearchAndDevelopment"
    @Option(help: "A model for PREDICT(name): the file of it, or of its receipt. May be repeated.")
    var model: [String] = []

    /// The question with `proof => on`.
    func proven() throws -> String {
        do { return try CompiledQuery.proven(sql) } catch {
            throw Failure("question", error.marked(in: sql))
        }
    }

    /// The question that is to be asked, and what it predicts with; nil where the text was about a model of the
    /// buyer's, and is done.
    func asked(
        by key: SigningKey?, at exchange: Exchange, asJSON: Bool
    ) async throws -> (question: Question, brought: BroughtModels)? {
        let asked = try await OwnModels.asked(
            sql, for: purpose, files: model, by: key, at: exchange, asJSON: asJSON)
        guard let asked else { return nil }
        var question = self
        (question.sql, question.purpose) = (asked.sql, asked.purpose)
        return (question, asked.brought)
    }

    /// Whether the text is about a model that somebody has, right or wrong.
    var isRequest: Bool {
        do { return try ModelRequest(sql) != nil } catch { return true }
    }

    static func price(
        _ sql: String, pool: String? = nil, purpose: String, bringing brought: BroughtModels,
        at exchange: Exchange
    ) async throws -> PricedQuestion {
        try await asked(sql, of: pool, at: exchange) { name in
            try await exchange.quote(
                sql, pool: name, purpose: Pool.Purposes.named(purpose), bringing: brought)
        }
    }

    /// Asks a question of its pool; what is wrong with it is shown at its place.
    static func asked<Answer: Sendable>(
        _ sql: String, of pool: String?, at exchange: Exchange,
        _ body: (_ pool: String) async throws -> Answer
    ) async throws -> Answer {
        do {
            let pools = await exchange.state.pools
            let name = try pool ?? CompiledStudy.pool(of: sql)
            guard pools[name] != nil else {
                throw pool == nil ? unknown(name, in: sql, pools) : MarketError.noPool(name)
            }
            return try await body(name)
        } catch let error as QueryError {
            throw Failure("question", error.marked(in: sql))
        }
    }

    /// Prints what a question would do and why.
    static func explain(
        _ sql: String, pool: String? = nil, purpose: String, bringing brought: BroughtModels,
        at exchange: Exchange, asJSON: Bool
    ) async throws {
        let explanation = try await asked(sql, of: pool, at: exchange) { name in
            try await exchange.explain(
                sql, pool: name, purpose: Pool.Purposes.named(purpose), bringing: brought)
        }
        if asJSON { return try Terminal.json(explanation.json) }
        let width = explanation.lines.map(\.subject.count).max() ?? 0
        var last = ""
        for line in explanation.lines {
            let subject = line.subject == last ? "" : line.subject
            last = line.subject
            let space = String(repeating: " ", count: width - subject.count + 2)
            Terminal.line(Terminal.bold(subject) + space + line.text)
        }
    }

    /// A pool after FROM that there is not, with its place; a table's name is told from a pool's.
    private static func unknown(
        _ name: String, in sql: String, _ pools: [String: MarketState.PoolState]
    ) -> any Error {
        let offering = pools.filter { $0.value.offer.tables.contains { $0.table == name } }
            .keys.sorted()
        let words =
            name == "own"
            ? "FROM own is about rows of your own, and free: dividend query --rows FILE.csv, or dividend model fit FILE.csv"
            : offering.isEmpty
                ? "there is no pool \(name); `dividend pool list` shows them"
                : "\(name) is a table, not a pool; write FROM with a pool that offers it: "
                    + offering.joined(separator: ", ")
        guard let place = SourcePlace(of: name, in: sql) else {
            return Failure("pool_unknown", words)
        }
        return Failure(
            "pool_unknown",
            "\(place.text)\n\(place.indent)^\nline \(place.line), column \(place.column): \(words)")
    }
}

/// Where the pool's name stands in a question: behind the first FROM that is neither quoted nor a
/// comment.
struct SourcePlace {
    let line: Int
    let column: Int
    /// The line itself.
    let text: String
    /// What stands before the name, as spaces.
    let indent: String

    init?(of name: String, in sql: String) {
        let lines = sql.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var isNext = false
        var isQuoted = false
        for (number, line) in lines.enumerated() {
            var word = ""
            var start = line.startIndex
            for place in Array(line.indices) + [line.endIndex] {
                let character = place < line.endIndex ? line[place] : " "
                if character == "'" { isQuoted.toggle() }
                if !isQuoted, character == "-", line[place...].hasPrefix("--") { break }
                let isPart = character.isLetter || character.isNumber || "_-\"".contains(character)
                if isPart, !isQuoted {
                    if word.isEmpty { start = place }
                    word.append(character)
                    continue
                }
                if isNext, !word.isEmpty {
                    self.line = number + 1
                    column = line.distance(from: line.startIndex, to: start) + 1
                    text = String(line)
                    indent = line[..<start].map { $0 == "\t" ? "\t" : " " }.joined()
                    return
                }
                if word.lowercased() == "from" { isNext = true }
                word = ""
            }
        }
        return nil
    }
}
