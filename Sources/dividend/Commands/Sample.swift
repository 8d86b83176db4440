// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange
import Identity

struct Sample: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check by a few random chunks that what is sealed to people can be had.",
        discussion: """
            What each batch tells those it pays is published in 128 coded chunks, of which any 64 restore all \
            of it. Chunks that are drawn at random and found right show that enough are there, with \
            a probability that is said. Exit code 3 when a chunk is missing or wrong. The digests that the chunks \
            are held against are those of the place itself; `dividend verify` shows that its journal has them.
            """)
    @Argument(help: "A public copy's folder, or the address of a node: http://…") var place: String
    @Option(help: "One batch; without it all of them.") var batch: Int?
    @Option(help: "How sure: the odds of a mistake are 1 in 2 to so many, 1 to 64.") var bits = 20
    @Flag(help: "Print JSON for programs.") var json = false

    func validate() throws {
        guard (1...64).contains(bits) else { throw ValidationError("--bits takes 1 to 64") }
    }

    func run() async throws {
        let place = try PublicPlace(place)
        var batches = try await place.settledBatches()
        if let batch {
            batches = batches.filter { $0.number == batch }
            guard !batches.isEmpty else {
                throw Failure("batch_unknown", "\(place.name) has no proven batch \(batch)")
            }
        }
        var generator = SystemRandomNumberGenerator()
        var lines: [JSON] = []
        var isWhole = true
        for batch in batches {
            var members: [String: JSON] = ["batch": .integer(Int64(batch.number))]
            do {
                let sample = try await Availability(of: batch, at: place)
                    .sample(bits: bits, using: &generator)
                members["drawn"] = .integer(Int64(sample.drawn))
                members["certainty"] = sample.certainty.map { .string($0) } ?? .null
                members["bad"] = .array(
                    sample.bad.map {
                        ["chunk": .integer(Int64($0.chunk)), "why": .string($0.reason)]
                    })
                isWhole = isWhole && sample.bad.isEmpty
                if !json { Sample.tell(batch.number, sample) }
            } catch let finding as AuditFinding {
                isWhole = false
                members["bad"] = [["why": .string(finding.description)]]
                if !json {
                    Terminal.line(
                        Terminal.red("not available ") + "batch \(batch.number): \(finding)")
                }
            }
            lines.append(.object(members))
        }
        if json { try Terminal.json(.array(lines)) }
        if !json, batches.isEmpty { Terminal.line("No batch is proven there.") }
        guard isWhole else { throw ExitCode(3) }
    }

    private static func tell(_ batch: Int, _ sample: Availability.Sample) {
        if let certainty = sample.certainty {
            Terminal.line(
                Terminal.green("available ")
                    + "batch \(batch): \(sample.drawn) chunks drawn, all right; "
                    + "what is sealed can be restored with probability \(certainty)")
            return
        }
        Terminal.line(
            Terminal.red("damaged ")
                + "batch \(batch): \(sample.bad.count) of \(sample.drawn) chunks drawn are missing or wrong, or did not come. While 64 of "
                + "the 128 are right, all can be restored: `dividend account read` tries to"
        )
        for bad in sample.bad.prefix(5) { Terminal.line("  chunk \(bad.chunk): \(bad.reason)") }
        if sample.bad.count > 5 { Terminal.line("  and \(sample.bad.count - 5) more") }
    }
}
