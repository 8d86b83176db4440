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

                One cost, two numbers: --epsilon is pure (it holds at delta 0) and is charged as rho \
                = epsilon²/2, because rho is what adds up over studies and draws. `grant list` \
                shows every sum of rho as the epsilon that holds at delta 1e-7, which is larger \
                for a single draw, and smaller than the sum of all epsilons after many. Both are \
                printed here.

                The shares are public, under pseudonyms, and hold until they are set again.
                """)
        @OptionGroup var place: Place
        @Argument(help: "The pool's name.") var name: String
        @Argument(help: "The file of shares, for --split weights.") var file: String?
        @Flag(help: "Draw shares by days of data, for --split days.") var days = false
        @Option(
            help: "How well --days hides each band: e^epsilon to 1. It costs rho = epsilon²/2.")
        var epsilon = "0.2"

        func validate() throws {
            guard days == (file == nil) else {
                throw ValidationError("give the file of shares, or --days; not both")
            }
        }

        func run() async throws {
            let exchange = try await place.open()
            if let file {
                let (epoch, people) = try await weigh(from: file, exchange)
                try await exchange.seal()
                return try tell(epoch, people, cost: nil)
            }
            let drawn = try await exchange.drawShares(of: name, epsilon: try cost())
            try await exchange.seal()
            try tell(drawn.epoch, drawn.people, cost: Rho(units: drawn.rho))
        }

        /// - Parameter cost: what each of them was charged.
        private func tell(_ epoch: UInt32, _ people: Int, cost: Rho?) throws {
            let shown = cost.flatMap { cost in
                ExactDecimal("1e-7").map { cost.epsilon(at: $0).description }
            }
            guard !place.json else {
                var members: [String: JSON] = [
                    "epoch": .integer(Int64(epoch)), "people": .integer(Int64(people)),
                ]
                if let shown {
                    members["pure_epsilon"] = .string(epsilon)
                    members["epsilon"] = .string(shown)
                    members["delta"] = "1e-7"
                }
                return try Terminal.json(.object(members))
            }
            Terminal.line("\(people) people's shares are set, epoch \(epoch)")
            if let shown {
                Terminal.line(
                    "It cost each of them epsilon \(epsilon) at delta 0; by itself `grant list` would "
                        + "show it as \(shown) at delta 1e-7, as it shows every cost.")
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
