// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Foundation
import Identity
import Intake
import Ledger
import Market
import Query
import Testing
import Vault

@testable import Exchange
@testable import Storage

/// Nobody decides alone what a table is that others share.
@Suite struct TableNameTests {
    /// A file of somebody's rows in columns that she chose, of a table that a pool offers otherwise.
    private func importWalks(
        _ world: World, _ exchange: Exchange, people: Range<Int>, with column: String
    ) async throws {
        let mapping = """
            {"table": "walks", "person": "who", "columns": [
              {"source": "day", "name": "day", "kind": "date"},
              {"source": "steps", "name": "\(column)", "kind": "integer", "bounds": ["0", "9"]}],
              "key": ["day"]}
            """
        _ = try await exchange.importFile(
            world.file(people: people), owner: .custody(prefix: "club"),
            options: IntakeOptions(mapping: Mapping(parsing: Array(mapping.utf8))))
    }

    private func openPool(_ name: String, _ tables: [Schema], at exchange: Exchange) async throws {
        try await exchange.openPool(
            PoolOffer(
                name: name, title: name, tables: tables,
                purposes: [Purpose("dpv:ResearchAndDevelopment")!],
                basePrice: Amount(microunits: 5_000_001)!,
                premium: .zero,
                feeBasisPoints: 0, minimumCohort: 5, rowsPerPerson: 3, split: .equal))
    }

    /// An exchange whose file says that somebody's columns are those of `sleep_days`.
    private func seized(_ world: World) async throws -> Exchange {
        let exchange = try await Exchange.create(
            in: world.home, name: "test", surroundings: world.surroundings)
        let hers = Schema(table: "sleep_days", columns: [.init("day", .date)], key: [0])
        try exchange.store.write(
            [], after: UInt64(await exchange.log.size),
            notes: [.mark(Exchange.schemaMark("sleep_days"), try hers.json.signable())])
        return exchange
    }

    @Test func `a standard table stays what it is, whatever is stored under its name`() async throws
    {
        let world = World()
        let exchange = try await seized(world)
        #expect(try await exchange.schemas(named: ["sleep_days"]) == [StandardTables.sleepDays])
        let path = world.folder + "/sleep.csv"
        try Data("d,s,a,b\n2026-01-01,1,400,420\n".utf8).write(to: URL(fileURLWithPath: path))
        let mapping = """
            {"table": "sleep_days", "key": ["day"], "columns": [
              {"source": "d", "name": "day", "kind": "date"},
              {"source": "s", "name": "sleeps", "kind": "integer", "unit": "sleeps",
               "bounds": ["0", "24"]},
              {"source": "a", "name": "minutes_asleep", "kind": "integer", "unit": "min",
               "bounds": ["0", "1440"]},
              {"source": "b", "name": "minutes_in_bed", "kind": "integer", "unit": "min",
               "bounds": ["0", "1440"]}]}
            """
        let options = IntakeOptions(mapping: try Mapping(parsing: Array(mapping.utf8)))
        let outcome = try await exchange.importFile(
            path, owner: .custody(prefix: "club"), options: options)
        #expect(outcome.stored == 1)
        #expect(try await exchange.examine().allSatisfy(\.isWell))
    }

    @Test func `rows of a table that a pool offers have the columns of the offer`() async throws {
        let world = World()
        let exchange = try await Exchange.create(
            in: world.home, name: "test", surroundings: world.surroundings)
        try await importWalks(world, exchange, people: 0..<6, with: "hers")
        let offered = try world.options.mapping!.schema
        try await openPool("steps", [offered], at: exchange)
        await #expect(throws: ExchangeError.self) {
            try await importWalks(world, exchange, people: 6..<7, with: "hers")
        }
        _ = try await exchange.importFile(
            world.file(people: 6..<7), owner: .custody(prefix: "club"), options: world.options)
    }

    @Test
    func `rows under other columns are granted to nobody, read by no study, and stop no sales`()
        async throws
    {
        let world = World()
        let exchange = try await Exchange.create(
            in: world.home, name: "test", surroundings: world.surroundings)
        // Five whose rows have other columns, one of whom has rows as offered too.
        try await importWalks(world, exchange, people: 0..<5, with: "hers")
        try await openPool("steps", [try world.options.mapping!.schema], at: exchange)
        _ = try await exchange.importFile(
            world.file(people: 4..<10), owner: .custody(prefix: "club"), options: world.options)
        for key in world.keys(of: 0..<4, at: exchange) {
            await #expect(throws: ExchangeError.self) {
                try await exchange.grant(World.terms(), pool: "steps", by: [key])
            }
        }
        let granted = try await exchange.grantAll(
            World.terms(), pool: "steps", custody: "club")
        #expect(granted.people == 6 && granted.without == 4 && granted.withdrawn == 0)
        _ = try await exchange.createParty(named: "buyer")
        let buyer = try await exchange.key(of: "buyer")
        try await exchange.deposit(
            Amount(microunits: 1_000_000_000)!, to: buyer.id, reference: "test")
        for turn in 1...2 {
            let answer = try await exchange.order(exchange.quote(turn).quote.id, by: buyer)
            #expect(!answer.table.rows.isEmpty)
        }
        #expect(try exchange.store.mark(Exchange.unreadableMark) == nil)
        #expect(try await exchange.examine().allSatisfy(\.isWell))
        // She has both kinds of rows, and gets both.
        let both = world.keys(of: 4..<5, at: exchange)[0]
        #expect(try await exchange.ownRows(of: both).map(\.count) == [3, 3])
        let files = try await exchange.exportOwn(of: both, to: world.folder + "/own")
        #expect(files.count { $0.hasSuffix(".csv") } == 2)
        _ = try await exchange.erase(both)
        #expect(try await exchange.examine().allSatisfy(\.isWell))
    }

    @Test func `what does not show is published in no pool`() async throws {
        let world = World()
        let exchange = try await Exchange.create(
            in: world.home, name: "test", surroundings: world.surroundings)
        let evil = Schema(table: "mine", columns: [.init("n", .integer, unit: "\u{202e}km")])
        let error = await #expect(throws: ExchangeError.self) {
            try await openPool("mine", [evil], at: exchange)
        }
        #expect(error?.description.contains("n.unit") == true)
    }
}
