// SPDX-License-Identifier: Apache-2.0
import Market
import Vault
import ArgumentParser
import Canon
import Exchange
import Identity

struct ExportMyData: AtPlace {
    static let configuration = CommandConfiguration(
        commandName: "export-my-data",
        abstract: "Everything the exchange holds about you, in the clear, for you alone.")
    @OptionGroup var place: Place
    @Option(help: "Whose.") var party: String
    @Option(help: "The folder to write to.") var to: String

    func run() async throws {
        let exchange = try await place.open()
        let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
        let files = try await exchange.exportOwn(of: key, to: to)
        if place.json {
            try Terminal.json(["files": .array(files.map { .string($0) })])
        } else {
            for file in files { Terminal.line(file) }
        }
    }
}

struct Doctor: AtPlace {
    static let configuration = CommandConfiguration(
        abstract: "Check the folder: journal, state, keys, every segment.",
        discussion: """
            The file `checkpoint` in the folder says how far the journal got, so that an older \
            database put back is refused. When that file is lost, say what the journal may not lie \
            behind: --not-behind, or --accept-journal where nobody kept anything. It is then written \
            anew. Whoever kept a checkpoint still finds an older journal out by `dividend verify \
            --since`.
            """)
    @OptionGroup var place: Place
    @Option(help: "The newest public copy or checkpoint that anybody has.")
    var notBehind: String?
    @Flag(help: "Take the journal as the newest: nobody has any checkpoint of a newer one.")
    var acceptJournal = false

    func validate() throws {
        guard notBehind == nil || !acceptJournal else {
            throw ValidationError("give --not-behind FILE or --accept-journal; not both")
        }
    }

    func run() async throws {
        let newest = notBehind.map(NewestJournal.copy) ?? (acceptJournal ? .word : .kept)
        place.sayIfInUse()
        let findings = try await Exchange.open(place.folder, newest: newest).examine()
        if place.json {
            try Terminal.json(.array(findings.map(\.json)))
        } else {
            Print.findings(findings)
        }
        guard findings.allSatisfy(\.isWell) else { throw ExitCode.failure }
    }
}

struct Backup: AtPlace {
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

struct Restore: AtPlace {
    static let configuration = CommandConfiguration(
        abstract: "Bring a backup back, never behind what the newer journal says was spent.",
        discussion: """
            The backup is opened, checked and copied to --home, where there must be no exchange. It \
            is refused when it lies behind --not-behind, since an older backup would give back \
            money and privacy that were spent. What is restored is then examined as by \
            `dividend doctor`.
            """)
    @OptionGroup var place: Place
    @Argument(help: "The folder of the backup.") var from: String
    @Option(help: "The newest public copy or checkpoint that anybody has.")
    var notBehind: String?

    func run() async throws {
        let count = try await Exchange.restore(
            from: HomeFolder(path: from), to: place.folder, notBehind: notBehind)
        let ill = try await place.open().examine().filter { !$0.isWell }
        if place.json {
            try Terminal.json([
                "entries": .integer(Int64(count)), "mend": .array(ill.map(\.json)),
            ])
        } else {
            Terminal.line("restored \(count) entries to \(place.folder.path)")
            Print.findings(ill)
        }
        guard ill.isEmpty else { throw ExitCode.failure }
    }
}

extension Print {
    fileprivate static func findings(_ findings: [Finding]) {
        for finding in findings {
            Terminal.line(
                (finding.isWell ? Terminal.green("well  ") : Terminal.red("mend  "))
                    + finding.sentence)
        }
    }
}
