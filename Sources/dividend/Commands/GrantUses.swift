// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Consent
import Exchange
import Privacy

extension Grant {
    struct Uses: AtPlace {
        static let configuration = CommandConfiguration(
            abstract:
                "Every study that asked for your rows, and why it read them or not; and every draw of shares.",
            discussion: "Privacy is shown as epsilon at delta 1e-7.")
        @OptionGroup var place: Place
        @Option(help: "Whose.") var party: String

        func run() async throws {
            let exchange = try await place.open()
            let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
            let uses = await exchange.uses(of: key)
            let draws = try await exchange.draws(of: key)
            if place.json {
                return try Terminal.json(
                    .array(uses.map(\.json) + draws.map { ["draw": $0.json] }))
            }
            for draw in draws {
                Terminal.line(
                    "\(draw.time): \(draw.pool) read your rows to draw your shares: \(draw.shares), for epsilon "
                        + "\(draw.epsilon) (entry \(draw.index))")
            }
            guard !uses.isEmpty else { return Terminal.line("No study asked yet.") }
            Terminal.table(
                ["when", "pool", "for", "epsilon", "order", "your rows"],
                uses.map {
                    [
                        $0.time.description, $0.pool, $0.purpose.label,
                        $0.epsilon, "\($0.order.short)…",
                        $0.denial.map { "not read: \($0.sentence)" } ?? "read",
                    ]
                })
        }
    }
}
