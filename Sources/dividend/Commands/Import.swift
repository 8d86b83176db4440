// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange
import Intake

struct Import: AtPlace {
    static let configuration = CommandConfiguration(
        abstract: "Read a file that you downloaded, show what it holds, store it encrypted.",
        discussion: """
            The format is recognised by the content. Nothing is stored before you say yes; \
            --preview never stores. For a CSV of your own, questions are asked column by column; \
            --mapping takes the answers from a file (docs/formats/mapping.md).
            """)
    @OptionGroup var place: Place
    @Argument(help: "The file, folder or zip archive.") var path: String
    @Option(help: "Whose rows these are.") var party: String?
    @Option(help: "For a file about many people without keys: a prefix for their labels.")
    var custody: String?
    @Option(help: "How to read a CSV of your own.") var mapping: String?
    @Option(help: "The column that tells people apart.") var person: String?
    @Option(help: "The one profile to take from a household's file.") var profile: String?
    @Flag(help: "Ask how to read an unknown table, also where nobody sits at a terminal.")
    var ask = false
    @Option(help: "Where to keep the answers, as a mapping for the next time.")
    var saveMapping: String?
    @Flag(help: "Only show what would be stored.") var preview = false
    @Flag(help: "Store without asking.") var yes = false

    @Option(
        help: """
            Whether 1/2/26 is January 2nd (month-first) or February 1st (day-first), where the \
            file does not tell.
            """)
    var dateOrder: WrittenDateOrder?

    /// The order of day and month as it is typed.
    enum WrittenDateOrder: String, ExpressibleByArgument, CaseIterable {
        case monthFirst = "month-first"
        case dayFirst = "day-first"

        var order: DateOrder { self == .monthFirst ? .monthFirst : .dayFirst }
    }

    func validate() throws {
        if party != nil, custody != nil {
            throw ValidationError(
                "say --party NAME for one person's rows, or --custody PREFIX for many people's; "
                    + "not both")
        }
        guard preview || party != nil || custody != nil else {
            throw ValidationError("say whose rows these are: --party NAME, or --custody PREFIX")
        }
        if let custody { try Custody.check(custody) }
    }

    func run() async throws {
        var options = IntakeOptions(
            personColumn: person, profile: profile, dateOrder: dateOrder?.order)
        if let mapping { options.mapping = try Mapping(parsing: try Files.read(mapping)) }
        // Taken before anything is asked, so that no answers are lost.
        let kept = try saveMapping.map { try NewFile($0) }
        if !preview { try place.check() }
        // Nobody else waits for the exchange while this is read and looked at.
        let report = try look(&options, keeping: kept)
        if preview {
            if place.json { try Terminal.json(report.json) } else { Print.report(report) }
            return
        }
        if !place.json { Print.report(report) }
        guard yes || Terminal.confirm("Store these rows, encrypted?") else {
            throw ExchangeError.refused("nothing was stored; say --yes to store without asking")
        }
        let exchange = try await place.open()
        let owner: ImportOwner =
            if let custody {
                .custody(prefix: custody)
            } else {
                .party(
                    try await exchange.knownKey(
                        of: party ?? "", passphrase: Environment.passphrase))
            }
        let outcome = try await exchange.importFile(path, owner: owner, options: options)
        try await exchange.seal()
        if place.json {
            try Terminal.json(outcome.json)
        } else {
            Print.outcome(outcome)
        }
    }
}

extension Import {
    /// Reads the file without storing anything; asks how, where it is a table that nobody knows.
    private func look(
        _ options: inout IntakeOptions, keeping kept: NewFile?
    ) throws -> IntakeReport {
        var sink = PreviewSink()
        let error: IntakeError
        do { return try Intake.read(path, options: options, into: &sink) } catch let caught {
            error = caught
        }
        guard error.code == .unknownTable, ask || Terminal.canAsk, Files.isFile(path) else {
            throw error
        }
        let name = path.split(separator: "/").last?.prefix { $0 != "." } ?? "table"
        var dialog = try MappingDialog(
            of: try Files.head(path, 1 << 18), table: String(name),
            Questions(ask: Terminal.ask, say: Terminal.note))
        try dialog.run()
        options.mapping = try dialog.draft.mapping()
        if let kept {
            try kept.write(try dialog.draft.document())
            Terminal.note("The answers are in \(kept.path); --mapping takes them next time.")
        }
        return try Intake.read(path, options: options, into: &sink)
    }
}

/// Prefixes of people in custody, as they are typed.
enum Custody {
    static func check(_ prefix: String) throws {
        guard CustodyName.isPrefix(prefix) else {
            throw ValidationError(
                "--custody: 1 to 64 of a-z, 0-9, '.', '_' and '-' wanted, not '\(prefix)'")
        }
    }
}
