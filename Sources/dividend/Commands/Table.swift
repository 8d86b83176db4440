// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange
import Intake
import Vault

struct Table: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The tables that importers make, with their columns and public bounds.",
        subcommands: [List.self, Show.self], defaultSubcommand: List.self)

    struct List: AtPlace {
        static let configuration = CommandConfiguration(abstract: "Tables and what is stored.")
        @OptionGroup var place: Place

        func run() async throws {
            let sizes = try await place.open().tableSizes()
            if place.json {
                try Terminal.json(
                    .array(
                        sizes.map {
                            [
                                "table": .string($0.table),
                                "segments": .integer(Int64($0.segments)),
                                "people": .integer(Int64($0.people)),
                            ]
                        }))
                return
            }
            let standard = StandardTables.all.map(\.table)
            Terminal.line("Tables that importers make: \(standard.joined(separator: ", "))")
            if !sizes.isEmpty {
                Terminal.table(
                    ["stored", "segments", "people"],
                    sizes.map { [$0.table, "\($0.segments)", "\($0.people)"] })
            }
        }
    }

    struct Show: AtPlace {
        static let configuration = CommandConfiguration(abstract: "The columns of a table.")
        @OptionGroup var place: Place
        @Argument(help: "The table's name.") var name: String

        func run() async throws {
            let stored = place.folder.exists ? try await place.open().schema(of: name) : nil
            guard let schema = StandardTables.named(name) ?? stored else {
                throw ExchangeError.unknown(
                    what: "table", name: name,
                    hint: "there are \(StandardTables.all.map(\.table).joined(separator: ", "))")
            }
            if place.json { return try Terminal.json(schema.json) }
            Print.schema(schema)
        }
    }
}

extension Print {
    static func schema(_ schema: Schema) {
        Terminal.table(
            ["column", "kind", "unit", "bounds or categories"],
            schema.columns.map { column in
                [column.name, column.kind.word, column.unit ?? "-", column.published]
            })
    }
}
