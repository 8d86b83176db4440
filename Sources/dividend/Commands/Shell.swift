// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
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
        while let input = history.next() {
            do {
                switch input {
                case .command("\\q"): return
                case .command("\\pools"): try await listPools()
                case .command("\\history"): for line in history.lines { Terminal.line(line) }
                case .command("\\help"): Terminal.note(Shell.help)
                case .command(let other): Terminal.note("There is no \(other). \(Shell.help)")
                case .statement(let sql): try await ask(sql, key)
                }
            } catch {
                let failure = Failure(error, at: place.folder)
                if place.json {
                    _ = failure.told(isJSON: true)
                } else {
                    Terminal.line(Terminal.red(failure.message))
                }
            }
        }
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
        let priced = try await Question.price(sql, purpose: purpose, at: place.open())
        if place.json { try Terminal.json(["quote": priced.json]) } else { Print.quote(priced) }
        guard yes || Terminal.confirm("Buy it?") else { return }
        try await Purchase(exchange: place.open(), key: key, party: party, place: place)
            .make(priced.quote.id, nil)
    }
}
