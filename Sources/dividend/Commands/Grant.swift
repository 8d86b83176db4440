// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Consent
import Exchange
import Identity
import Ledger
import Privacy

struct Grant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Allow studies over your rows: pool, purposes, price floor, privacy, expiry.")
    @OptionGroup var place: Place
    @Option(help: "Who allows.") var party: String
    @Option(help: "The pool.") var pool: String
    @Option(name: .customLong("purpose"), help: "What for (repeat for several). None: nothing.")
    var purposes: [String]
    @Option(help: "What a study must at least cost.") var floor = "0"
    @Option(help: "The most privacy that all studies together may cost you: epsilon.")
    var epsilon = "4.0"
    @Option(help: "The most that one study may cost you: epsilon.") var perStudy = "2.0"
    @Option(help: "The delta that both epsilons are meant at.") var delta = "1e-7"
    @Option(help: "How many studies at most.") var uses: UInt32 = 100
    @Option(help: "For how many days.") var days = 365
    @Option(help: "Keep the signed receipt in this file.") var receipt: String?

    func run() async throws {
        guard (1...36_500).contains(days) else { throw ValidationError("--days is 1 to 36500") }
        let exchange = try await place.open()
        let key = try await exchange.key(of: party, passphrase: Environment.passphrase)
        let terms = GrantTerms(
            tables: try await exchange.tables(of: pool),
            purposes: Set(try purposes.map(Pool.Purposes.named)),
            priceFloor: try Money.amount(floor).microunits,
            privacyLimit: try PrivacyTarget(epsilon: epsilon, delta: delta).rho.units,
            privacyPerStudy: try PrivacyTarget(epsilon: perStudy, delta: delta).rho.units,
            uses: uses, days: days)
        if !place.json { Terminal.line(Exchange.notice) }
        let grants = try await exchange.grant(terms, pool: pool, by: [key])
        try await exchange.seal()
        for grant in grants {
            if let receipt {
                let bytes = try await exchange.receipt(for: grant).bytes
                try Files.write(bytes, to: receipt)
            }
            if place.json {
                try Terminal.json(grant.json)
            } else {
                Terminal.line(Terminal.green("granted ") + "\(grant.grant.id.short) for \(pool)")
                if let receipt { Terminal.line("Your receipt is in \(receipt).") }
            }
        }
    }
}

struct Withdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "End your grant for a pool, before the very next study.")
    @OptionGroup var place: Place
    @Option(help: "Who withdraws.") var party: String
    @Option(help: "The pool.") var pool: String

    func run() async throws {
        let exchange = try await place.open()
        let key = try await exchange.key(of: party, passphrase: Environment.passphrase)
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

struct Erase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Destroy the keys of your rows, for good.")
    @OptionGroup var place: Place
    @Option(help: "Whose rows.") var party: String
    @Option(help: "One table only.") var table: String?
    @Flag(help: "Do not ask.") var yes = false

    func run() async throws {
        let exchange = try await place.open()
        let key = try await exchange.key(of: party, passphrase: Environment.passphrase)
        guard yes || Terminal.confirm("Erase \(table ?? "all tables") of \(party), for good?")
        else {
            throw ExchangeError.refused("nothing was erased; say --yes to erase without asking")
        }
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
