// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange
import Learn
import Market

extension ModelCommand {
    struct List: AtPlace {
        static let configuration = CommandConfiguration(
            abstract:
                "The models that somebody bought, by the names that PREDICT and RETRAIN know them by.",
            discussion:
                "Of several with one name the last is meant. DESCRIBE MODEL name, in `dividend query`, says more."
        )
        @OptionGroup var place: Place
        @Option(help: "Whose models.") var party: String

        func run() async throws {
            let exchange = try await place.open()
            let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
            let models = try await exchange.models(of: key)
            if place.json { return try Terminal.json(.array(models.map(\.brief))) }
            guard !models.isEmpty else {
                return Terminal.line(
                    "\(party) has no models; CREATE MODEL name FROM pool PREDICT column, in `dividend query`, makes one."
                )
            }
            Terminal.table(
                ["model", "pool", "made", "stale", "order", "what it does"],
                models.map {
                    [
                        $0.model.name, $0.order.order.quote.quote.pool, $0.order.time.description,
                        $0.isStale ? "\($0.withdrawn) of its people withdrew" : "no",
                        $0.order.id.hex,
                        $0.model.words
                            + ($0.goesOn ? "; a stream, which RETRAIN goes on from" : ""),
                    ]
                })
        }
    }
}
