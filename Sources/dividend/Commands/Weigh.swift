// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange
import Identity

extension Pool {
    struct Weigh: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set the shares of contributors, for a pool opened with --split weights.",
            discussion: """
                Each line of the file names a party and her shares: `alice,3` or, for people in \
                custody, `custody:PREFIX/LABEL,2`. Who is not named keeps her shares. The shares \
                are public, under pseudonyms, and hold until they are set again.
                """)
        @OptionGroup var place: Place
        @Argument(help: "The pool's name.") var name: String
        @Argument(help: "The file of shares.") var file: String

        func run() async throws {
            let text = String(decoding: try Files.read(file), as: UTF8.self)
            let exchange = try await place.open()
            var weights: [(key: SigningKey, shares: UInt64)] = []
            for (number, line) in text.split(whereSeparator: \.isNewline).enumerated() {
                let parts = line.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
                guard parts.count == 2, let shares = UInt64(parts[1]), shares > 0 else {
                    throw ExchangeError.refused(
                        "\(file), line \(number + 1): write PARTY,SHARES with 1 share or more")
                }
                let key = try await exchange.key(of: parts[0], passphrase: Environment.passphrase)
                weights.append((key, shares))
            }
            guard !weights.isEmpty else { throw ExchangeError.refused("\(file) names nobody") }
            let epoch = try await exchange.setShares(of: name, to: weights)
            try await exchange.seal()
            if place.json {
                try Terminal.json(["epoch": .integer(Int64(epoch))])
            } else {
                Terminal.line("\(weights.count) people's shares are set, epoch \(epoch)")
            }
        }
    }
}
