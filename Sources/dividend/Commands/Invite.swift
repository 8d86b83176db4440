// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange

extension Pool {
    struct Invite: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "Make codes to join a pool with that was opened with --edge --invited.",
            discussion: """
                Each is good for one person who is new in the pool; give it to her by a way that nobody else reads. While \
                `dividend serve` runs: POST /api/v1/pools/NAME/invitations.
                """)
        @OptionGroup var place: Place
        @Argument(help: "The pool's name.") var name: String
        @Option(help: "How many.") var count = 1

        func validate() throws {
            guard (1...Exchange.mostInvitations).contains(count) else {
                throw ValidationError("--count is 1 to \(Exchange.mostInvitations)")
            }
        }

        func run() async throws {
            let codes = try await place.open().invite(count, to: name)
            if place.json {
                return try Terminal.json(["codes": .array(codes.map { .string($0) })])
            }
            for code in codes { Terminal.line(code) }
        }
    }
}
