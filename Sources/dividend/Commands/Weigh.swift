// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange
import Identity
import Privacy

extension Pool {
    struct Weigh: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "Set the shares of contributors for a new epoch.",
            discussion: """
                For a pool opened with --split weights, each line of the file names a party and \
                her shares: `alice,3` or, for people in custody, `custody:PREFIX/LABEL,2`. Who is \
                not named keeps her shares.

                For a pool opened with --split days, --days draws everybody's shares: one for \
                under 30 days of data, two up to 119, three up to 364, four beyond, and with noise \
                a wrong one now and then. That costs each of them the privacy of --epsilon, within \
                the limits of their grants.

                The shares are public, under pseudonyms, and hold until they are set again.
                """)
        @OptionGroup var place: Place
        @Argument(help: "The pool's name.") var name: String
        @Argument(help: "The file of shares, for --split weights.") var file: String?
        @Flag(help: "Draw shares by days of data, for --split days.") var days = false
        @Option(
            help: """
                How well --days hides each band: e^epsilon to 1. It costs rho = epsilon²/2, which \
                `grant list` shows as a larger epsilon at a delta.
                """)
        var epsilon = "0.2"

        func validate() throws {
            guard days == (file == nil) else {
                throw ValidationError("give the file of shares, or --days; not both")
            }
        }

        func run() async throws {
            let exchange = try await place.open()
            let (epoch, people) =
                if let file { try await weigh(from: file, exchange) } else {
                    try await exchange.drawShares(of: name, epsilon: try cost())
                }
            try await exchange.seal()
            if place.json {
                try Terminal.json([
                    "epoch": .integer(Int64(epoch)), "people": .integer(Int64(people)),
                ])
            } else {
                Terminal.line("\(people) people's shares are set, epoch \(epoch)")
            }
        }

        private func cost() throws -> ExactDecimal {
            guard let cost = ExactDecimal(epsilon) else {
                throw ValidationError("--epsilon is a positive number such as 1.0")
            }
            return cost
        }

        private func weigh(
            from file: String, _ exchange: Exchange
        ) async throws -> (epoch: UInt32, people: Int) {
            _ = try await exchange.tables(of: name)
            let text = String(decoding: try Files.read(file), as: UTF8.self)
            var weights: [(key: SigningKey, shares: UInt64)] = []
            var lines: [PartyID: Int] = [:]
            for (number, line) in Weigh.lines(of: text) {
                let parts = line.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
                guard parts.count == 2, let shares = UInt64(parts[1]), shares > 0 else {
                    throw Failure(
                        "weights", "\(file), line \(number): write PARTY,SHARES, 1 share or more")
                }
                let key = try await key(of: parts[0], at: "\(file), line \(number)", exchange)
                if let earlier = lines.updateValue(number, forKey: key.id) {
                    throw Failure(
                        "weights",
                        "\(file), line \(number): \(parts[0]) stands in line \(earlier) already; "
                            + "name everybody once")
                }
                weights.append((key, shares))
            }
            guard !weights.isEmpty else { throw ExchangeError.refused("\(file) names nobody") }
            return (try await exchange.setShares(of: name, to: weights), weights.count)
        }

        /// The lines that are not blank, with their numbers from 1.
        private static func lines(of text: String) -> [(number: Int, line: Substring)] {
            text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
                .filter { !$0.element.allSatisfy(\.isWhitespace) }
                .map { ($0.offset + 1, $0.element) }
        }

        private func key(
            of party: String, at line: String, _ exchange: Exchange
        ) async throws -> SigningKey {
            let key: SigningKey
            do {
                key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
            } catch {
                let failure = Failure(error)
                throw Failure(failure.code, "\(line): \(failure.message)")
            }
            guard await exchange.holdsShares(key, in: name) else {
                throw Failure("weights", "\(line): \(party) has no grant in \(name)")
            }
            return key
        }
    }
}
