// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange
import Identity

struct Party: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keys of people who contribute or buy.",
        subcommands: [Create.self, List.self, Show.self], defaultSubcommand: List.self)

    struct Create: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "Make a key and keep it in the exchange's folder.",
            discussion: "Set DIVIDEND_PASSPHRASE to encrypt the key file.")
        @OptionGroup var place: Place
        @Argument(help: "A name for you to remember it by.") var name: String

        func run() async throws {
            let exchange = try await place.open()
            let id = try await exchange.createParty(
                named: name, passphrase: Environment.passphrase)
            if place.json {
                try Terminal.json(["name": .string(name), "did": .string(id.did)])
            } else {
                Terminal.line("\(name) is \(id.did)")
                Terminal.line("The key is in \(exchange.home.key(named: name)). Keep a copy of it.")
            }
        }
    }

    struct List: AtPlace {
        static let configuration = CommandConfiguration(abstract: "The keys kept here.")
        @OptionGroup var place: Place

        func run() async throws {
            let names = try await place.open().partyNames()
            if place.json {
                try Terminal.json(.array(names.map { .string($0) }))
            } else {
                for name in names { Terminal.line(name) }
                if names.isEmpty { Terminal.line("None yet: dividend party create NAME") }
            }
        }
    }

    struct Show: AtPlace {
        static let configuration = CommandConfiguration(abstract: "A party's id and money.")
        @OptionGroup var place: Place
        @Argument(help: "The party's name, or custody:PREFIX/LABEL.") var name: String

        func run() async throws {
            let exchange = try await place.open()
            let key = try await exchange.knownKey(of: name, passphrase: Environment.passphrase)
            let money = try await exchange.money(of: key)
            if place.json {
                try Terminal.json([
                    "did": .string(key.id.did), "available": .string(String(money.available)),
                    "claims": .string(String(money.claims)),
                ])
            } else {
                Terminal.line(key.id.did)
                Terminal.line("available \(Money.text(money.available))")
                Terminal.line("due from pools \(Money.text(money.claims))")
            }
        }
    }
}
