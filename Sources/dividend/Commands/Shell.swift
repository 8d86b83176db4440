// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Consent
import Exchange
import Identity
import Market
import Vault

struct Shell: AtPlace {
    static let configuration = CommandConfiguration(
        abstract: "Ask questions one after another. Each is quoted; 'y' buys it.",
        discussion: """
            With --json every quote and answer is one line of JSON, and every error one line on \
            standard error.

            Through a pipe nobody can be asked: --yes buys, and without it a question is quoted \
            and refused. Errors then go to standard error, and the exit code is 1 when anything \
            that was typed failed. Without its ';' a last statement is not asked.
            """)
    @OptionGroup var place: Place
    @Option(help: "Who buys.") var party: String
    @Option(help: "What the answers are for.") var purpose = "dpv:ResearchAndDevelopment"
    @Flag(help: "Buy every answer without asking.") var yes = false

    private static let help = """
        SQL ends with ';' and may take several lines. \\pools lists pools, \\history what was \
        asked, \\help says this, \\q leaves.
        """

    func run() async throws {
        let key = try await place.open().knownKey(of: party, passphrase: Environment.passphrase)
        var history = History(path: place.folder.path + "/history")
        if !place.json { Terminal.line(Shell.help) }
        var hasFailed = false
        session: while let input = history.next() {
            do {
                switch input {
                case .command("\\q"): break session
                case .command("\\pools"): try await listPools()
                case .command("\\history"): for line in history.lines { Terminal.line(line) }
                case .command("\\help"): Terminal.note(Shell.help)
                case .command(let other):
                    throw Failure("usage", "There is no \(other). \(Shell.help)")
                case .statement(let sql): try await ask(sql, key)
                case .unended(let line):
                    throw Failure(
                        "statement_open",
                        "not asked: '\(line)' does not end with ';'; write it behind the statement")
                }
            } catch {
                hasFailed = true
                let failure = Shell.hinted(Failure(error, at: place.folder), input)
                if place.json || !Terminal.canAsk {
                    _ = failure.told(isJSON: place.json)
                } else {
                    Terminal.line(Terminal.red(failure.message))
                }
            }
        }
        // On a terminal she saw it, and went on.
        if hasFailed, !Terminal.canAsk { throw ExitCode.failure }
    }

    /// A second SELECT at the start of a line may well be the next statement.
    private static func hinted(_ failure: Failure, _ input: History.Input) -> Failure {
        guard failure.code == "question", case .statement(let sql) = input else { return failure }
        let starts = sql.split(whereSeparator: \.isNewline).map {
            $0.drop(while: \.isWhitespace).prefix(7).lowercased()
        }
        guard starts.dropFirst().contains(where: { $0 == "select " || $0 == "select" }) else {
            return failure
        }
        return Failure(
            failure.code,
            failure.message + "\nA line within it begins with SELECT: is a ';' missing before?")
    }

    private func listPools() async throws {
        for (name, pool) in try await place.open().state.pools.sorted(by: { $0.key < $1.key }) {
            let tables = pool.offer.tables.map(\.table)
            if place.json {
                try Terminal.json([
                    "pool": .string(name), "tables": .array(tables.map { .string($0) }),
                ])
            } else {
                Terminal.line("\(name): \(tables.joined(separator: ", "))")
            }
        }
    }

    /// The exchange is open only while it is asked: others can use it while somebody thinks.
    private func ask(_ sql: String, _ key: SigningKey) async throws {
        guard let priced = try await price(sql, key) else { return }
        if place.json { try Terminal.json(["quote": priced.json]) } else { Print.quote(priced) }
        guard yes || Terminal.canAsk else {
            throw Failure(
                "not_confirmed",
                "nothing was bought: nobody can be asked here; say --yes to buy every answer")
        }
        guard yes || Terminal.confirm("Buy it?") else { return }
        try await Purchase(exchange: place.open(), key: key, party: party, place: place)
            .make(priced.quote.id, nil)
    }

    /// Prices a question; nil where it was about a model, or only explained, and is done.
    private func price(_ sql: String, _ key: SigningKey) async throws -> PricedQuestion? {
        let exchange = try await place.open()
        let asked = try await OwnModels.asked(
            sql, for: purpose, files: [], by: key, at: exchange, asJSON: place.json)
        guard let asked else { return nil }
        guard !CompiledStudy.isExplain(asked.sql) else {
            try await Question.explain(
                asked.sql, purpose: asked.purpose, bringing: asked.brought, at: exchange,
                asJSON: place.json)
            return nil
        }
        return try await Question.price(
            asked.sql, purpose: asked.purpose, bringing: asked.brought, at: exchange)
    }
}
