// SPDX-License-Identifier: Apache-2.0
import Testing
import Vault

@testable import Simulation

/// Rows are dealt out once; some people cheat.
@Suite struct PopulationTests {
    @Test func `no honest person has a row that is measured on or that another has`() throws {
        let settings = Fixture.small(people: 10, fraud: 0)
        // Rows that can be told apart.
        let schema = Schema(
            table: "people",
            columns: [
                Schema.Column("n", .integer, bounds: 0...10_000),
                Schema.Column("y", .category, categories: ["no", "yes"]),
            ])
        let table = RowTable(
            schema: schema, rows: (0..<settings.rowsNeeded).map { [Int64($0), Int64($0 % 2)] })
        let population = try Population(table, settings)
        let all =
            population.contributors.flatMap(\.rows) + population.valuing + population.measuring
        #expect(Set(all.map { $0[0] }).count == all.count)
        for person in population.contributors { #expect((2...8).contains(person.rows.count)) }
    }

    @Test func `cheats take turns, bring all they may, and ask for nothing`() throws {
        let settings = Fixture.small(people: 60, fraud: 15)
        let table = RowTable.made(settings.rowsNeeded, seed: 1)
        let cheats = try Population(table, settings).contributors.filter(\.kind.isFraud)
        #expect(cheats.count == 9)
        for kind in Contributor.Kind.allCases where kind.isFraud {
            #expect(cheats.count { $0.kind == kind } == 3)
        }
        #expect(cheats.allSatisfy { $0.ask == .atLeast(micros: 0) })
        for cheat in cheats where cheat.kind != .noisyCopy { #expect(cheat.rows.count == 8) }
    }

    @Test func `who copies is found, and nobody else is`() throws {
        var settings = Fixture.small(people: 60, fraud: 20)
        settings.rowsPerPerson = 20
        settings.valuingRows = 400
        for seed in 1...3 as ClosedRange<UInt64> {
            settings.seed = seed
            let population = try Population(
                RowTable.made(settings.rowsNeeded, seed: seed), settings)
            let worth = try Worth(population, rowsPerPerson: settings.rowsPerPerson)
            for person in population.contributors {
                #expect(
                    (worth.copied[person.place] != nil) == (person.kind == .noisyCopy),
                    "seed \(seed), person \(person.place)")
            }
        }
    }

    @Test func `too few rows: the error says how many people they are enough for`() throws {
        let settings = Fixture.small(people: 40)
        let table = RowTable.made(settings.rowsNeeded - 1, seed: 1)
        #expect {
            try Population(table, settings)
        } throws: { error in
            "\(error)".contains("want 480 rows; there are 479")
                && "\(error)".contains("at most 39 people")
        }
    }

    @Test func `settings out of bounds are refused by name`() {
        let changes: [(name: String, change: (inout Settings) -> Void)] = [
            ("people", { $0.people = 0 }), ("people", { $0.people = 5_001 }),
            ("buyers", { $0.buyers = -1 }), ("fraud", { $0.fraudPercent = 101 }),
            ("rounds", { $0.rounds = 0 }), ("epsilon", { $0.epsilons = ["0"] }),
            ("epsilon", { $0.limits = ["much"] }), ("epsilon", { $0.epsilons = [] }),
        ]
        for (name, change) in changes {
            var settings = Fixture.small()
            change(&settings)
            #expect {
                try settings.check()
            } throws: { error in
                "\(error)".contains(name) && error is SimulationError
            }
        }
    }
}
