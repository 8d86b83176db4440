// SPDX-License-Identifier: Apache-2.0
import Ledger
import ArgumentParser
import Canon
import Exchange
import Market
import Query

/// A question and where it is asked.
struct Question: ParsableArguments {
    @Argument(help: "The question, in SQL.") var sql: String
    @Option(help: "The pool; by default the one after FROM.") var pool: String?
    @Option(help: "What the answer is for.") var purpose = "dpv:ResearchAndDevelopment"

    func price(at exchange: Exchange) async throws -> PricedQuestion {
        try await Question.price(sql, pool: pool, purpose: purpose, at: exchange)
    }

    static func price(
        _ sql: String, pool: String? = nil, purpose: String, at exchange: Exchange
    ) async throws -> PricedQuestion {
        let pools = await exchange.state.pools
        let name = try pool ?? CompiledQuery.pool(of: sql)
        guard pools[name] != nil else { throw MarketError.noPool(name) }
        return try await exchange.quote(sql, pool: name, purpose: Pool.Purposes.named(purpose))
    }
}

struct Quote: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What a question costs and how exact its answer will be. Free.")
    @OptionGroup var place: Place
    @OptionGroup var question: Question

    func run() async throws {
        let priced = try await Refusal.marked(question.sql) {
            try await question.price(at: try await place.open())
        }
        if place.json {
            try Terminal.json(["id": .string(priced.quote.id.hex), "signed": priced.quote.json])
        } else {
            Print.quote(priced)
            Terminal.line("Order it with: dividend order \(priced.quote.id.hex) --party NAME")
        }
    }
}

struct Order: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Buy what was quoted: held, answered, then paid. The same quote is charged once.")
    @OptionGroup var place: Place
    @Argument(help: "The quote's id.") var quote: String
    @Option(help: "Who buys.") var party: String
    @Option(help: "Keep the signed receipt in this file.") var receipt: String?

    func run() async throws {
        guard let id = Digest(hex: quote) else {
            throw ValidationError("a quote's id has 64 hexadecimal digits")
        }
        let exchange = try await place.open()
        let key = try await exchange.key(of: party, passphrase: Environment.passphrase)
        let bar = ProgressBar(title: "study")
        let answer = try await exchange.order(id, by: key) { bar.show($0, of: $1) }
        try await exchange.seal()
        try Print.answer(answer, place: place, receipt: receipt)
    }
}

struct Query: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Quote and order in one go.")
    @OptionGroup var place: Place
    @OptionGroup var question: Question
    @Option(help: "Who buys.") var party: String
    @Option(help: "Refuse when the price is above this.") var most: String?
    @Option(help: "Keep the signed receipt in this file.") var receipt: String?

    func run() async throws {
        let exchange = try await place.open()
        let key = try await exchange.key(of: party, passphrase: Environment.passphrase)
        let priced = try await Refusal.marked(question.sql) {
            try await question.price(at: exchange)
        }
        if let most, let price = priced.quote.quote.price, try price > Money.amount(most) {
            throw ExchangeError.refused("the price is \(price), above --most \(most)")
        }
        if !place.json { Print.quote(priced) }
        let bar = ProgressBar(title: "study")
        let answer = try await exchange.order(priced.quote.id, by: key) { bar.show($0, of: $1) }
        try await exchange.seal()
        try Print.answer(answer, place: place, receipt: receipt)
    }
}

extension Print {
    static func quote(_ priced: PricedQuestion) {
        let quote = priced.quote.quote
        Terminal.line(
            "price \(Terminal.bold(quote.price?.description ?? "-")) "
                + "(base \(quote.base), privacy \(quote.premium)), "
                + "privacy cost epsilon \(quote.epsilon) at delta \(quote.delta), "
                + "people \(quote.band)")
        for (column, margin) in zip(priced.columns, quote.margins) {
            Terminal.line("  expect \(column) to within ± \(margin.margin) (95 %)")
        }
    }

    static func answer(_ answer: AnsweredOrder, place: Place, receipt: String?) throws {
        let bytes = try answer.receipt.signable()
        if let receipt {
            try Files.write(bytes, to: receipt)
        }
        if place.json {
            try Terminal.json(["answer": answer.table.json, "receipt": answer.receipt])
        } else {
            Print.result(answer.table)
            if let receipt { Terminal.line("Your receipt is in \(receipt).") }
        }
    }
}

/// Errors in a question, with a mark under the place.
enum Refusal {
    static func marked<Value>(_ sql: String, _ body: () async throws -> Value) async throws -> Value
    {
        do { return try await body() } catch let error as QueryError {
            throw ExchangeError.refused(error.marked(in: sql))
        }
    }
}
