// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Consent
import Exchange
import Identity

struct Withdraw: AtPlace {
    static let configuration = CommandConfiguration(
        abstract: "End your grant for a pool, before the very next study.")
    @OptionGroup var place: Place
    @Option(help: "Who withdraws.") var party: String
    @Option(help: "The pool.") var pool: String

    func run() async throws {
        let exchange = try await place.open()
        let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
        let count = try await exchange.withdraw(key, from: pool)
        try await exchange.seal()
        if place.json {
            try Terminal.json(["withdrawn": .integer(Int64(count))])
        } else {
            Terminal.line(
                Terminal.green("withdrawn ") + "from \(pool); what is due to you stays due")
        }
    }
}

struct Erase: AtPlace {
    static let configuration = CommandConfiguration(
        abstract: "Destroy the keys of your rows, for good.")
    @OptionGroup var place: Place
    @Option(help: "Whose rows.") var party: String
    @Option(help: "One table only.") var table: String?
    @Flag(help: "Do not ask.") var yes = false

    func run() async throws {
        try place.check()
        // Nobody else waits for the exchange while she thinks.
        guard yes || Terminal.confirm("Erase \(table ?? "all tables") of \(party), for good?")
        else {
            throw ExchangeError.refused("nothing was erased; say --yes to erase without asking")
        }
        let exchange = try await place.open()
        let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
        if table == nil {
            for (grant, usage) in await exchange.grants(of: key)
            where usage.withdrawn == nil && !usage.superseded {
                _ = try await exchange.withdraw(key, from: grant.pool)
            }
        }
        let erased = try await exchange.erase(key, table: table)
        try await exchange.seal()
        if place.json {
            try Terminal.json(["erased": .array(erased.map { .string($0.hex) })])
        } else {
            Terminal.line(
                Terminal.green("erased ") + "\(erased.count) segment(s); the journal says so")
        }
    }
}
