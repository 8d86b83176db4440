// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange
import Foundation
import Simulation

struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A market experiment: the same people and buyers under four split rules.",
        discussion: """
            People who want what people were found to want contribute rows of a file; some cheat. Buyers order \
            models, which are really trained, with noise, and measured on rows of nobody's. The pay is split equally, \
            by rows, by what rows are worth, and by bands of that as a pool draws them. Printed are revenue, pay, privacy, quality by price, and what cheats \
            took, with 95 % ranges over several seeds.

            The file is CSV: its first line names the columns, its last column has two values and is predicted. \
            Without --data rows are made up. No exchange is needed, and none is touched. The same file, options and \
            seed give the same bytes.

            What buyers pay and what people set as limits is assumed, not measured: the experiment compares rules, \
            and foretells no market. --out keeps the assumptions beside the results.
            """)
    @Option(help: "The rows: a CSV file.") var data: String?
    @Option(help: "How many people could contribute, 1 to 5000.") var people = Settings().people
    @Option(help: "How many buyers come, 0 to 10000.") var buyers = Settings().buyers
    @Option(help: "Over how many rounds, 1 to 1000.") var rounds = Settings().rounds
    @Option(help: "Which part of the people cheats, in percent.") var fraud = Settings()
        .fraudPercent
    @Option(help: "What all chance follows from.") var seed: UInt64 = 1
    @Option(help: "How many seeds are run, one after the other, 1 to 100.") var runs = 5
    @Option(help: "A folder for report.json and drawings; nothing in it is overwritten.")
    var out: String?
    @Option(help: "How many threads; results do not depend on it.") var threads = 2
    @Flag(help: "Print JSON for programs.") var json = false

    /// What was asked for, on top of what experiments assume.
    private var settings: Settings {
        var settings = Settings()
        settings.people = people
        settings.buyers = buyers
        settings.rounds = rounds
        settings.fraudPercent = fraud
        settings.seed = seed
        return settings
    }

    func validate() throws {
        guard (1...100).contains(runs) else { throw ValidationError("--runs takes 1 to 100") }
        guard (1...64).contains(threads) else { throw ValidationError("--threads takes 1 to 64") }
        guard seed <= UInt64.max - UInt64(runs) else {
            throw ValidationError("--seed is too large for --runs; take one below 2^63")
        }
        do { try settings.check() } catch { throw ValidationError("--\(error)") }
    }

    func run() async throws {
        let table = try table()
        do { _ = try Population(table, settings) } catch {
            throw Failure("simulation", "\(source): \(error)")
        }
        // Taken before long work, so that no results are lost.
        let places = try out.map(Simulate.places)
        let bar = ProgressBar(title: "selling")
        var trials: [Trial] = []
        for number in 0..<runs {
            var settings = settings
            settings.seed += UInt64(number)
            do throws(any Error) {
                let trial = try await Trial(table, settings, threads: threads) { done, total in
                    if !json { bar.show(number * total + done, of: runs * total) }
                }
                trials.append(trial)
            } catch let error as SimulationError {
                throw Failure("simulation", "\(source): \(error)")
            }
        }
        let report = Report(trials, source: source)
        try places?.report.write(Array((report.json.indented() + "\n").utf8))
        for (place, plot) in zip(places?.plots ?? [], report.plots) {
            try place.write(Array(plot.svg.utf8))
        }
        if json { return try Terminal.json(report.json) }
        tell(report)
    }

    /// What the rows are called: the file's name without its folder.
    private var source: String {
        data.map { URL(fileURLWithPath: $0).lastPathComponent } ?? "made-up rows"
    }

    private func table() throws -> RowTable {
        guard let data else {
            return RowTable.made(settings.rowsNeeded, seed: seed)
        }
        let text = String(decoding: try Files.read(data), as: UTF8.self)
        do { return try RowTable(csv: text) } catch {
            throw Failure("simulation", "\(data): \(error)")
        }
    }

    /// Takes the place of each file in a folder, which is made where there is none.
    private static func places(
        in folder: String
    ) throws -> (report: NewFile, plots: [NewFile]) {
        guard !folder.isEmpty else { throw Failure("no_place", "--out: name a folder") }
        if !Files.exists(folder) {
            try HomeFolder.checkOutside(folder)
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } else if Files.isFile(folder) {
            throw Failure("exists", "\(folder): this is a file; name a folder")
        }
        return (
            try NewFile("\(folder)/report.json"),
            try Report.plotNames.map { try NewFile("\(folder)/\($0)") }
        )
    }

    private func tell(_ report: Report) {
        let seeds = runs == 1 ? "seed \(seed)" : "seeds \(seed) to \(seed + UInt64(runs) - 1)"
        Terminal.line(
            "\(people) people, \(fraud) % of whom cheat, and \(buyers) buyers over \(rounds) rounds; "
                + "\(source), \(seeds)")
        for table in report.tables {
            Terminal.line()
            Terminal.line(Terminal.bold(table.title))
            Terminal.table(table.header, table.rows)
        }
        Terminal.line()
        Terminal.line("What this does not show:")
        for limit in Report.limits { Terminal.line("  - \(limit)") }
        if let out {
            Terminal.line()
            Terminal.line(
                "Kept in \(out): report.json, \(Report.plotNames.joined(separator: ", "))")
        }
    }
}
