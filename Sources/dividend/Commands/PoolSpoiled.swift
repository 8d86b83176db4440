// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange
import Identity

extension Pool {
    struct Spoiled: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "Which machines kept a study of a pool from an answer within a day.",
            discussion: """
                For a pool that was opened with --edge. Who spoiled two is not asked until a day after the first of them. While \
                `dividend serve` runs: GET /api/v1/pools/NAME/spoiled.
                """)
        @OptionGroup var place: Place
        @Argument(help: "The pool's name.") var name: String

        func run() async throws {
            let exchange = try await place.open()
            let spoiled = try await exchange.spoiled(in: name)
            let now = await exchange.time
            if place.json { return try Terminal.json(.array(spoiled.map { $0.json(at: now) })) }
            guard !spoiled.isEmpty else {
                return Terminal.line("No machine spoiled a study within a day.")
            }
            Terminal.table(
                ["machine", "when", "order", "what", "not asked until"],
                spoiled.flatMap { machine in
                    let until = machine.isOut(at: now)?.description ?? "-"
                    return machine.studies.map {
                        [
                            machine.party.did, $0.time.description, $0.order.hex, $0.fault.words,
                            until,
                        ]
                    }
                })
        }
    }
}

extension SpoiledStudy.Fault {
    fileprivate var words: String {
        switch self {
        case .silent: "left, or was too slow"
        case .shares: "sealed what does not open"
        }
    }
}
