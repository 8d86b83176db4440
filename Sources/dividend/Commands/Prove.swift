// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange
import Foundation
import Ledger
import Market

struct Prove: AtPlace {
    static let configuration = CommandConfiguration(
        abstract: "Prove the batches that are pending.",
        discussion: """
            A batch of payouts moves money between hidden accounts. Its proof shows anybody that only \
            those accounts changed, that everybody got her share, and nothing else; `dividend verify` checks \
            it. A proof that is cut short is begun again. `dividend serve` does this by itself.
            """)
    @OptionGroup var place: Place

    func run() async throws {
        let exchange = try await place.open()
        let batches = try await Proving.all(of: exchange, isQuiet: place.json)
        try await exchange.seal()
        if place.json {
            try Terminal.json(.array(batches.map(\.json)))
        } else if batches.isEmpty {
            Terminal.line("No batch is pending.")
        }
    }
}

/// Proving at the terminal: what it will cost, how far it is, what came of it.
enum Proving {
    /// Proves all that is pending.
    @discardableResult
    static func all(of exchange: Exchange, isQuiet: Bool) async throws -> [BatchState] {
        let cost = await exchange.provingCost
        guard cost.batches > 0 else { return [] }
        if !isQuiet {
            Terminal.line(
                String(
                    format:
                        "Proving %d of the batches: about %.0f s of a processor, %.1f GB. Ctrl-C "
                        + "ends it; nothing is lost.", cost.batches,
                    max(Pace.measured().seconds(cost.cells), 1),
                    max(Double(cost.bytes) / 1e9, 0.1)))
        }
        var done: [BatchState] = []
        while true {
            let bar = ProgressBar(title: "prove")
            let start = Date()
            let batch = try await exchange.provePending { if !isQuiet { bar.show($0, of: $1) } }
            guard let batch else { return done }
            done.append(batch)
            guard !isQuiet else { continue }
            bar.show(1, of: 1)
            Terminal.line(
                String(
                    format: "batch %d is proven, in %.1f s", batch.number,
                    Date().timeIntervalSince(start)))
        }
    }
}

extension BatchState {
    /// The machine-readable form.
    var json: JSON {
        [
            "number": .integer(Int64(number)), "amount": .string(String(amount.microunits)),
            "holders": .integer(Int64(holders)), "entry": .integer(Int64(index)),
            "proof": settled.map { .string($0.proof.hex) } ?? .null,
            "settled": settled.map { .integer(Int64($0.index)) } ?? .null,
        ]
    }
}
