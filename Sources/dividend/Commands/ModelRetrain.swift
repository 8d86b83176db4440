// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange
import Ledger
import Market

extension ModelCommand {
    struct Retrain: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "Make anew what is due: models that are let and that somebody withdrew from.",
            discussion: """
                Of pools that were opened with --stale retrain, models whose owners agreed to it (model rent --retrain MOST). Each is \
                ordered in its owner's name, for no more than she agreed to, and let in place of the old one; once a day \
                at most. `dividend serve` does this by itself. A stream too is made from its beginning then, without whoever withdrew. Your own model, whenever you like: RETRAIN MODEL name, in `dividend query`.
                """)
        @OptionGroup var place: Place

        func run() async throws {
            let exchange = try await place.open()
            var done: [Retraining] = []
            while let next = try await exchange.retrainNext() { done.append(next) }
            try await exchange.seal()
            if place.json { return try Terminal.json(.array(done.map(\.json))) }
            guard !done.isEmpty else { return Terminal.line("No model is due.") }
            for retraining in done {
                switch retraining.outcome {
                case .made(let order, let price):
                    Terminal.line(
                        "\(retraining.order.hex) was made anew for \(price): \(order.hex)")
                case .refused(let reason):
                    Terminal.line("\(retraining.order.hex) was not made anew: \(reason)")
                }
            }
        }
    }
}

extension Retraining {
    /// The machine-readable form.
    fileprivate var json: JSON {
        switch outcome {
        case .made(let made, let price):
            [
                "order": .string(order.hex), "made": .string(made.hex),
                "price": .string(String(price.microunits)),
            ]
        case .refused(let reason):
            ["order": .string(order.hex), "refused": .string(reason)]
        }
    }
}
