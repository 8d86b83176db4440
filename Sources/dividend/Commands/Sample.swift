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
            Terminal.red("not available ")
                + "batch \(batch): \(sample.bad.count) of \(sample.drawn) chunks drawn are missing or wrong"
        )
        for bad in sample.bad.prefix(5) { Terminal.line("  chunk \(bad.chunk): \(bad.reason)") }
    }
}

extension Account {
    struct ReadingKey: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "Write the key that opens what is sealed to somebody's hidden account.",
            discussion: """
                Keep it secret: whoever has it reads all of her payouts. With it and a public copy she \
                sees them even when the exchange is gone: dividend account read COPY --key FILE.
                """)
        @OptionGroup var place: Place
        @Option(help: "Whose.") var party: String
        @Argument(help: "The file to write.") var file: String

        func run() async throws {
            let file = try NewFile(file)
            let exchange = try await place.open()
            let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
            try file.write(
                Array((Hex.encode(try await exchange.readingKey(of: key)) + "\n").utf8))
        }
    }

    struct Read: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read the payouts that are sealed to a reading key, from public bytes alone.")
        @Argument(help: "A public copy's folder, or the address of a node: http://…")
        var place: String
        @Option(help: "The file with the reading key.") var key: String
        @Flag(help: "Print JSON for programs.") var json = false

        func run() async throws {
            let text = String(decoding: try Files.read(key), as: UTF8.self)
            guard let bytes = Hex.decode(text.split(separator: "\n").first.map(String.init) ?? ""),
                bytes.count == 32
            else {
                throw Failure("no_key", "\(key): 64 hexadecimal digits in the first line wanted")
            }
            let place = try PublicPlace(place)
            var lines: [(batch: Int, line: SealedPayouts.Line)] = []
            for batch in try await place.settledBatches() {
                let sealed = try await Availability(of: batch, at: place).restore()
                if let line = sealed.open(with: bytes, batch: batch.id) {
                    lines.append((batch.number, line))
                }
            }
            if json {
                return try Terminal.json(
                    .array(
                        lines.map {
                            [
                                "batch": .integer(Int64($0.batch)),
                                "account": .integer(Int64($0.line.account)),
                                "amount": .string(String($0.line.amount)),
                                "balance": .string(String($0.line.balance)),
                            ]
                        }))
            }
            guard !lines.isEmpty else { return Terminal.line("Nothing is sealed to this key.") }
            Terminal.table(
                ["batch", "account", "amount", "balance"],
                lines.map {
                    [
                        "\($0.batch)", "\($0.line.account)", Money.text($0.line.amount),
                        Money.text(Int64(clamping: $0.line.balance)),
                    ]
                })
        }
    }
}
