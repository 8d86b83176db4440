// SPDX-License-Identifier: Apache-2.0
import Market
import Vault
import ArgumentParser
import Canon
import Exchange
import Identity

struct ExportMyData: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export-my-data",
        abstract: "Everything the exchange holds about you, in the clear, for you alone.")
    @OptionGroup var place: Place
    @Option(help: "Whose.") var party: String
    @Option(help: "The folder to write to.") var to: String

    func run() async throws {
        let exchange = try await place.open()
        let key = try await exchange.key(of: party, passphrase: Environment.passphrase)
        let files = try await exchange.exportOwn(of: key, to: to)
        if place.json {
            try Terminal.json(["files": .array(files.map { .string($0) })])
        } else {
            for file in files { Terminal.line(file) }
        }
    }
}

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the folder: journal, state, keys, every segment.")
    @OptionGroup var place: Place

    func run() async throws {
        let findings = try await place.open().examine()
        if place.json {
            try Terminal.json(
                .array(
                    findings.map { ["ok": .bool($0.isWell), "what": .string($0.sentence)] }))
        } else {
            for finding in findings {
                Terminal.line(
                    (finding.isWell ? Terminal.green("well  ") : Terminal.red("mend  "))
                        + finding.sentence)
            }
        }
        guard findings.allSatisfy(\.isWell) else { throw ExitCode.failure }
    }
}

struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Copy the exchange, consistently, to a new folder. Keep it as safe as the original.")
    @OptionGroup var place: Place
    @Argument(help: "The folder to make.") var to: String

    func run() async throws {
        let exchange = try await place.open()
        try await exchange.backUp(to: HomeFolder(path: to))
        if place.json {
            try Terminal.json(["backup": .string(to)])
        } else {
            Terminal.line("backed up to \(to)")
        }
    }
}

struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring a backup back, never behind what the newer journal says was spent.",
        discussion: """
            The backup is opened, checked and copied to --home, where there must be no exchange. It \
            is refused when it lies behind --not-behind, since an older backup would give back \
            money and privacy that were spent.
            """)
    @OptionGroup var place: Place
    @Argument(help: "The folder of the backup.") var from: String
    @Option(help: "The newest public copy or checkpoint that anybody has.")
    var notBehind: String?

    func run() async throws {
        let count = try await Exchange.restore(
            from: HomeFolder(path: from), to: place.folder, notBehind: notBehind)
        if place.json {
            try Terminal.json(["entries": .integer(Int64(count))])
        } else {
            Terminal.line("restored \(count) entries to \(place.folder.path)")
        }
    }
}

struct Shell: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask questions one after another. Each is quoted; 'y' buys it.")
    @OptionGroup var place: Place
    @Option(help: "Who buys.") var party: String
    @Option(help: "What the answers are for.") var purpose = "dpv:ResearchAndDevelopment"

    func run() async throws {
        let exchange = try await place.open()
        let key = try await exchange.key(of: party, passphrase: Environment.passphrase)
        var history = History(path: exchange.home.path + "/history")
        Terminal.line(
            "SQL ends with ';'. \\pools lists pools, \\history what was asked, \\q leaves.")
        while let text = history.next() {
            switch text {
            case "\\q": return
            case "\\pools":
                for (name, pool) in await exchange.state.pools.sorted(by: { $0.key < $1.key }) {
                    Terminal.line(
                        "\(name): \(pool.offer.tables.map(\.table).joined(separator: ", "))")
                }
            case "\\history": for line in history.lines { Terminal.line(line) }
            default: await ask(text, exchange, key)
            }
        }
    }

    private func ask(_ sql: String, _ exchange: Exchange, _ key: SigningKey) async {
        do {
            let priced = try await Refusal.marked(sql) {
                try await Question.price(sql, purpose: purpose, at: exchange)
            }
            Print.quote(priced)
            guard Terminal.confirm("Buy it?") else { return }
            let answer = try await exchange.order(priced.quote.id, by: key)
            try await exchange.seal()
            Print.result(answer.table)
        } catch {
            Terminal.line(Terminal.red("\(error)"))
        }
    }
}
