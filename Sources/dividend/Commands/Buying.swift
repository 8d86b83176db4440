// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Consent
import Exchange
import Identity
import Learn
import Ledger
import Market
import Query

struct Quote: AtPlace {
    static let configuration = CommandConfiguration(
        abstract: "What a question costs and how exact its answer will be. Free.")
    @OptionGroup var place: Place
    @OptionGroup var question: Question
    @Option(help: "Whose models it may name: in PREDICT(name), or RETRAIN MODEL name.")
    var party: String?

    func run() async throws {
        switch try OwnModels.request(in: question.sql) {
        case .describe, .drop:
            throw ValidationError(
                "this costs nothing, so there is no quote: write dividend query \"\(question.sql)\" --party NAME"
            )
        case .retrain, .explainRetrain:
            guard party != nil else { throw OwnModels.needsOwner("RETRAIN") }
        case nil: break
        }
        let exchange = try await place.open()
        var key: SigningKey?
        if let party {
            key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
        }
        guard
            let (question, brought) = try await question.asked(
                by: key, at: exchange, asJSON: place.json)
        else { return }
        if CompiledStudy.isExplain(question.sql) {
            return try await Question.explain(
                question.sql, pool: question.pool, purpose: question.purpose, bringing: brought,
                at: exchange, asJSON: place.json)
        }
        let priced = try await Question.price(
            question.sql, pool: question.pool, purpose: question.purpose, bringing: brought,
            at: exchange)
        if place.json {
            try Terminal.json(priced.json)
        } else {
            Print.quote(priced)
            Terminal.line(
                "Order it with: dividend order \(priced.quote.id.hex) --party \(party ?? "NAME")")
        }
    }
}

struct Order: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Buy what was quoted; look back on what was bought.",
        discussion: """
            `dividend order QUOTE --party NAME` buys: `dividend help order buy`. The same again \
            gives the same answer and receipt and costs nothing.
            """,
        subcommands: [Buy.self, List.self, Publish.self], defaultSubcommand: Buy.self)

    struct Buy: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "Held, answered, then paid. The same quote is charged once.")
        @OptionGroup var place: Place
        @Argument(help: "The quote's id.") var quote: String
        @Option(help: "Who buys.") var party: String
        @Option(help: "Keep the signed receipt in this file.") var receipt: String?

        func run() async throws {
            guard let id = Digest(hex: quote) else {
                throw ValidationError("a quote's id has 64 hexadecimal digits")
            }
            let receipt = try receipt.map(NewFile.init)
            let exchange = try await place.open()
            let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
            try await Purchase(exchange: exchange, key: key, party: party, place: place)
                .make(id, receipt)
        }
    }

    struct Publish: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "Let everybody read a question and its answer.",
            discussion: """
                They stand in the journal for good, with your signature, and are checked against \
                what was recorded when you ordered. It costs nothing, and nobody any privacy.
                """)
        @OptionGroup var place: Place
        @Argument(help: "The order's id.") var order: String
        @Option(help: "Who bought it.") var party: String

        func run() async throws {
            guard let id = Digest(hex: order) else {
                throw ValidationError("an order's id has 64 hexadecimal digits")
            }
            let exchange = try await place.open()
            let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
            let published = try await exchange.publish(id, by: key)
            try await exchange.seal()
            if place.json { return try Terminal.json(published.json) }
            Terminal.line("Everybody may read it now: entry \(published.index) of the journal.")
        }
    }

    struct List: AtPlace {
        static let configuration = CommandConfiguration(abstract: "All orders of a buyer.")
        @OptionGroup var place: Place
        @Option(help: "Whose.") var party: String

        func run() async throws {
            let exchange = try await place.open()
            let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
            let orders = try await exchange.orders(of: key)
            if place.json { return try Terminal.json(.array(orders.map(\.json))) }
            guard !orders.isEmpty else { return Terminal.line("No order yet: dividend query SQL") }
            Terminal.table(
                ["when", "pool", "price", "stage", "order"],
                orders.map {
                    let quote = $0.order.quote.quote
                    return [
                        $0.time.description, quote.pool, quote.price?.description ?? "-",
                        $0.stage.rawValue, $0.id.hex,
                    ]
                })
            Terminal.line("An answer again, for nothing: dividend order ORDER --party \(party)")
        }
    }
}

struct Query: AtPlace {
    static let configuration = CommandConfiguration(
        abstract: "Quote and order in one go; or try it on people who do not exist.",
        discussion: """
            `dividend query --mock SQL` answers from rows made up from the public schema, and \
            `dividend query "EXPLAIN SELECT …"` says what the question would do: both for nothing. \
            A question asked again of the same data gets the same answer for nothing too. \
            Without WITH PRIVACY it takes epsilon 1.0 at delta 1e-7.

            A model that you bought works in questions: SELECT AVG(PREDICT(name)) FROM pool reads people and is \
            private like every question. Your own models are known by name; --model FILE brings one. \
            "DESCRIBE MODEL name" and "DROP MODEL name" cost nothing; "RETRAIN MODEL name" asks for it anew, \
            which costs what it costs where rows, consents or who is read have changed, in this pool or another: EXPLAIN before it says the price, --most keeps it \
            below one. A stream \
            (model => stream) goes on from what it was, and reads, charges and pays new people alone.

            With --rows FILE.csv the question is about rows of your own, FROM own: SELECT region, AVG(PREDICT(name)) FROM \
            own GROUP BY region --model FILE. It is answered exactly, for nothing and without an exchange, and may show single rows: \
            SELECT a, b, PREDICT(name) FROM own. What does not fit the model is an error as in a pool.

            With --prove (or `proof => on` in WITH PRIVACY) the node commits to the noise before it reads, and \
            to the rows it reads, and proves in zero knowledge that the answer is what the one and the other \
            give: counts and clipped sums of all rows, or a count for each published category or part of a \
            HISTOGRAM. The proof stands in the receipt (--receipt FILE), which `dividend verify FILE` checks with the node gone. That the \
            rows are those which people gave, and how the noise was drawn, it does not show.
            """)
    @OptionGroup var place: Place
    @OptionGroup var question: Question
    @Option(help: "Who buys.") var party: String?
    @Option(help: "Refuse when the price is above this.") var most: String?
    @Option(help: "Keep the signed receipt in this file.") var receipt: String?
    @Flag(help: "Ask people who do not exist: free, and it tells nothing of anybody.")
    var mock = false
    @Flag(help: "Have the answer proven: `dividend help query` says what that shows.")
    var prove = false
    @Option(help: "How many people do not exist, with --mock; by default 1000.") var people: Int?
    @Option(help: "Ask a CSV file of your own, FROM own: exact, free, and no exchange is needed.")
    var rows: String?
    @Option(help: "With --rows: the column that says whose rows are whose.") var person: String?

    func validate() throws {
        guard rows == nil else { return try checkRows() }
        guard person == nil else {
            throw ValidationError("--person names a column of a file: give it with --rows FILE")
        }
        guard party != nil || mock || question.isRequest || CompiledStudy.isExplain(question.sql)
        else {
            throw ValidationError(
                "who buys? Give --party NAME, or try it with --mock, or write EXPLAIN before it")
        }
        guard !mock || (receipt == nil && most == nil) else {
            throw ValidationError(
                "--mock buys nothing: leave out --receipt and --most")
        }
        guard people == nil || mock else {
            throw ValidationError(
                "--people says how many people do not exist: give it with --mock")
        }
        guard (1...1_000_000).contains(made) else {
            throw ValidationError("--people takes 1 to 1000000")
        }
    }

    func run() async throws {
        if let rows { return try await answerFromOwn(rows) }
        let request = try OwnModels.request(in: question.sql)
        if let request {
            guard !mock, !prove else {
                throw ValidationError(
                    "--mock and --prove are for questions; DESCRIBE, DROP and RETRAIN are about models that you have"
                )
            }
            guard party != nil else { throw OwnModels.needsOwner(request.verb) }
        }
        let exchange = try await place.open()
        var question = question
        if prove { question.sql = try question.proven() }
        var key: SigningKey?
        if let party {
            key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
        }
        guard let asked = try await question.asked(by: key, at: exchange, asJSON: place.json)
        else { return }
        let models: BroughtModels
        (question, models) = asked
        if CompiledStudy.isExplain(question.sql) {
            return try await Question.explain(
                question.sql, pool: question.pool, purpose: question.purpose, bringing: models,
                at: exchange, asJSON: place.json)
        }
        if mock { return try await answerFromNobody(exchange, question, models) }
        guard let party, let key else { return }
        let most = try most.map { try Money.amount($0, for: "--most") }
        let receipt = try receipt.map(NewFile.init)
        let priced = try await Question.price(
            question.sql, pool: question.pool, purpose: question.purpose, bringing: models,
            at: exchange)
        if try await exchange.known(priced.quote.id, by: key) != nil {
            try await Purchase(exchange: exchange, key: key, party: party, place: place)
                .make(priced.quote.id, receipt)
            return
        }
        if let most, let price = priced.quote.quote.price, price > most {
            throw ExchangeError.refused("the price is \(price), above --most \(most)")
        }
        if !place.json { Print.quote(priced) }
        var old: OwnedModel?
        if case .retrain(let name) = request {
            old = try await exchange.model(named: name, of: key)
        }
        let made = try await Purchase(exchange: exchange, key: key, party: party, place: place)
            .make(priced.quote.id, receipt)
        guard let old, made != old.order.id, !place.json,
            await exchange.letModels.contains(where: { $0.order == old.order.id })
        else { return }
        Terminal.line(
            "What others rent is still the old model. The new one is let by: dividend model rent \(old.model.name) --party \(party) --price AMOUNT"
        )
    }

    /// How many people do not exist.
    private var made: Int { people ?? 1000 }

    private func answerFromNobody(
        _ exchange: Exchange, _ question: Question, _ brought: BroughtModels
    ) async throws {
        let sql = question.sql
        let table = try await Question.asked(sql, of: question.pool, at: exchange) { name in
            try await exchange.mock(sql, pool: name, people: made, bringing: brought)
        }
        if place.json { return try Terminal.json(["mock": table.json]) }
        Print.result(table)
        Terminal.line(
            "Made up from the public schema for \(made) people who do not exist. Nothing was "
                + "read, recorded\(prove ? ", proven" : "") or charged.")
    }
}

/// Orders, prints, and keeps the receipt, in this order: what is paid for is shown whatever happens
/// to the receipt.
struct Purchase {
    let exchange: Exchange
    let key: SigningKey
    let party: String
    let place: Place

    /// - Returns: the order that was answered: an earlier one where the same was asked before.
    @discardableResult func make(_ id: Digest, _ receipt: NewFile?) async throws -> Digest {
        let bar = ProgressBar(title: "study")
        let answer = try await exchange.order(id, by: key) { bar.show($0, of: $1) }
        if place.json {
            try Terminal.json(answer.json)
        } else {
            Print.result(answer.table)
            Terminal.line("order \(answer.order.id.hex)")
            if answer.order.id != id {
                Terminal.line("You asked this before, of the same data: nothing is charged again.")
            }
            switch answer.isProven {
            case true?:
                Terminal.line(
                    "The answer is proven\(receipt == nil ? "; keep the proof with --receipt FILE" : "")."
                )
            case false?:
                Terminal.line(
                    Terminal.red("not proven ")
                        + "what its noise was made from is lost, or the node's rows do not give this answer"
                )
            case nil: break
            }
        }
        try await exchange.seal()
        guard let receipt else { return answer.order.id }
        do { try receipt.write(answer.receipt.signable()) } catch {
            throw Failure(
                "receipt_unwritten",
                "\(Failure(error).message). The answer is paid for and stands above; its receipt, "
                    + "for nothing: dividend order \(id.hex) --party \(party) --receipt FILE")
        }
        if !place.json { Terminal.line("Your receipt is in \(receipt.path).") }
        return answer.order.id
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
        for note in priced.notes { Terminal.line("  " + note) }
    }
}
