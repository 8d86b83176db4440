// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange
import Intake

struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read a file that you downloaded, show what it holds, store it encrypted.",
        discussion: """
            The format is recognised by the content. Nothing is stored before you say yes; \
            --preview never stores. A CSV of your own needs --mapping (docs/formats/mapping.md).
            """)
    @OptionGroup var place: Place
    @Argument(help: "The file, folder or zip archive.") var path: String
    @Option(help: "Whose rows these are.") var party: String?
    @Option(help: "For a file about many people without keys: a prefix for their labels.")
    var custody: String?
    @Option(help: "How to read a CSV of your own.") var mapping: String?
    @Option(help: "The column that tells people apart.") var person: String?
    @Option(help: "The one profile to take from a household's file.") var profile: String?
    @Flag(help: "Only show what would be stored.") var preview = false
    @Flag(help: "Store without asking.") var yes = false

    func run() async throws {
        var options = IntakeOptions(personColumn: person, profile: profile)
        if let mapping { options.mapping = try Mapping(parsing: try Files.read(mapping)) }
        let exchange = try await place.open()
        let report = try exchange.preview(path, options: options)
        if preview {
            if place.json { try Terminal.json(report.json) } else { Print.report(report) }
            return
        }
        if !place.json { Print.report(report) }
        guard yes || Terminal.confirm("Store these rows, encrypted?") else {
            throw ExchangeError.refused("nothing was stored; say --yes to store without asking")
        }
        let owner: ImportOwner
        if let custody {
            owner = .custody(prefix: custody)
        } else if let party {
            owner = .party(try await exchange.key(of: party, passphrase: Environment.passphrase))
        } else {
            throw ValidationError("say whose rows these are: --party NAME, or --custody PREFIX")
        }
        let outcome = try await exchange.importFile(path, owner: owner, options: options)
        try await exchange.seal()
        if place.json {
            try Terminal.json([
                "report": outcome.report.json, "people": .integer(Int64(outcome.people)),
                "stored": .integer(Int64(outcome.stored)), "known": .integer(Int64(outcome.known)),
                "conflicting": .integer(Int64(outcome.conflicting)),
            ])
        } else {
            Print.outcome(outcome)
        }
    }
}
