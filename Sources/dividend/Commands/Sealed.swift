// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange
import Identity

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
            abstract: "Read the payouts that are sealed to a reading key, from public bytes alone.",
            discussion: "Exit code 3 when a batch's chunks are not there; the others are shown.")
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
            var lost: [(batch: Int, reason: String)] = []
            // How often in a row the place gave no answer: each time can take a minute and more.
            var silent = 0
            for batch in try await place.settledBatches() {
                // Whoever keeps one batch back must not hide the others with it.
                do {
                    let sealed = try await Availability(of: batch, at: place).restore()
                    silent = 0
                    if let line = sealed.open(with: bytes, batch: batch.id) {
                        lines.append((batch.number, line))
                    }
                } catch {
                    lost.append((batch.number, "\(error)"))
                    silent = error is NodeUnreachable ? silent + 1 : 0
                }
                if silent == 3 {
                    lost.append((batch.number, "those after it were not asked for"))
                    break
                }
            }
            try json ? Read.json(lines, lost) : Read.show(lines, lost)
            guard lost.isEmpty else { throw ExitCode(3) }
        }

        private static func json(
            _ lines: [(batch: Int, line: SealedPayouts.Line)],
            _ lost: [(batch: Int, reason: String)]
        ) throws {
            let read: [JSON] = lines.map {
                [
                    "batch": .integer(Int64($0.batch)), "account": .integer(Int64($0.line.account)),
                    "amount": .string(String($0.line.amount)),
                    "balance": .string(String($0.line.balance)),
                ]
            }
            let unread: [JSON] = lost.map {
                ["batch": .integer(Int64($0.batch)), "why": .string($0.reason)]
            }
            try Terminal.json(.array(read + unread))
        }

        private static func show(
            _ lines: [(batch: Int, line: SealedPayouts.Line)],
            _ lost: [(batch: Int, reason: String)]
        ) {
            if !lines.isEmpty {
                Terminal.table(
                    ["batch", "account", "amount", "balance"],
                    lines.map {
                        [
                            "\($0.batch)", "\($0.line.account)", Money.text($0.line.amount),
                            Money.text(Int64(clamping: $0.line.balance)),
                        ]
                    })
            } else if lost.isEmpty {
                Terminal.line("Nothing is sealed to this key.")
            }
            for (batch, reason) in lost {
                Terminal.line(Terminal.red("not read ") + "batch \(batch): \(reason)")
            }
        }
    }
}
