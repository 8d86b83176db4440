// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange

struct VaultKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vault",
        abstract: "The keys under which contributors' rows lie encrypted.",
        subcommands: [Show.self, Rotate.self])

    struct Show: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "The node's vault keys and how many segments each protects.")
        @OptionGroup var place: Place

        func run() async throws {
            let epochs = try await place.open().vaultEpochs()
            if place.json {
                return try Terminal.json(
                    .array(
                        epochs.map {
                            [
                                "epoch": .integer(Int64($0.epoch)),
                                "segments": .integer(Int64($0.segments)),
                            ]
                        }))
            }
            Terminal.table(["key", "segments"], epochs.map { ["vault-\($0).key", "\($1)"] })
        }
    }

    struct Rotate: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "Make a new vault key, protect every segment by it, destroy the old one.",
            discussion: """
                Each segment has a key of its own, which the vault key wraps; only those are \
                wrapped anew, so this takes seconds. Backups made before hold the old key: make a \
                new one, and destroy them when the old key is no longer to be trusted.
                """)
        @OptionGroup var place: Place

        func run() async throws {
            let (epoch, segments) = try await place.open().rotateVaultKey()
            if place.json {
                try Terminal.json([
                    "epoch": .integer(Int64(epoch)), "segments": .integer(Int64(segments)),
                ])
            } else {
                Terminal.line(
                    "\(segments) segments are protected by vault-\(epoch).key; the key before is "
                        + "destroyed. Make a new backup now.")
            }
        }
    }
}
