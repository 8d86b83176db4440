// SPDX-License-Identifier: Apache-2.0
import Identity
import ArgumentParser
import Canon
import Exchange
import Ledger

struct Account: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Money of a party.",
        subcommands: [
            Show.self, Deposit.self, Cashout.self, Receipt.self, ReadingKey.self, Read.self,
        ],
        defaultSubcommand: Show.self)

    struct Show: AtPlace {
        static let configuration = CommandConfiguration(abstract: "What there is and what is due.")
        @OptionGroup var place: Place
        @Option(help: "Whose.") var party: String

        func run() async throws {
            let exchange = try await place.open()
            let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
            let money = try await exchange.money(of: key)
            if place.json {
                try Terminal.json([
                    "available": .string(String(money.available)),
                    "pending": .string(String(money.pending)),
                    "claims": .string(String(money.claims)),
                ])
            } else {
                Terminal.line("available \(Money.text(money.available))")
                if money.pending > 0 {
                    Terminal.line(
                        "on its way \(Money.text(money.pending)), until it is proven: dividend prove"
                    )
                }
                Terminal.line("due from pools \(Money.text(money.claims))")
            }
        }
    }

    struct Deposit: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "Book money that came in from outside (the operator's word).")
        @OptionGroup var place: Place
        @Option(help: "For whom.") var party: String
        @Argument(help: "How much.") var amount: String
        @Option(help: "The operator's reference; only its salted digest is public.")
        var reference = ""

        func run() async throws {
            let sum = try Money.some(amount, for: "the amount")
            let exchange = try await place.open()
            let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
            try await exchange.deposit(sum, to: key.id, reference: reference)
            try await exchange.seal()
            let money = try await exchange.money(of: key)
            if place.json {
                try Terminal.json(["available": .string(String(money.available))])
            } else {
                Terminal.line("available \(Money.text(money.available))")
            }
        }
    }

    struct Cashout: AtPlace {
        static let configuration = CommandConfiguration(abstract: "Take money out.")
        @OptionGroup var place: Place
        @Option(help: "Who.") var party: String
        @Argument(help: "How much at most.") var amount: String

        func run() async throws {
            let sum = try Money.some(amount, for: "the amount")
            let exchange = try await place.open()
            let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
            let paid = try await exchange.cashOut(key, most: sum)
            try await Proving.all(of: exchange, isQuiet: place.json)
            try await exchange.seal()
            if place.json {
                try Terminal.json(["paid": .string(String(paid.paid.microunits))])
            } else {
                Terminal.line("paid out \(paid.paid)")
            }
        }
    }
}

extension Account {
    struct Receipt: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "What shows anybody, offline, what somebody's hidden account holds.",
            discussion: "`dividend verify FILE` checks it, with no exchange and no network.")
        @OptionGroup var place: Place
        @Option(help: "Whose.") var party: String
        @Argument(help: "The file to write; without it the receipt is printed.")
        var file: String?

        func run() async throws {
            let file = try file.map(NewFile.init)
            let exchange = try await place.open()
            let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
            try await exchange.seal()
            let receipt = try await exchange.balanceReceipt(of: key).json
            guard let file else { return Terminal.line(receipt.indented()) }
            try file.write(Array((receipt.indented() + "\n").utf8))
            if !place.json { Terminal.line("Check it with: dividend verify \(file.path)") }
        }
    }
}

struct Statement: AtPlace {
    static let configuration = CommandConfiguration(
        abstract: "Every line of a party's account, with its reason.")
    @OptionGroup var place: Place
    @Option(help: "Whose.") var party: String

    func run() async throws {
        let exchange = try await place.open()
        let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
        let lines = try await exchange.statement(of: key)
        if place.json {
            try Terminal.json(.array(lines.map(\.json)))
        } else if lines.isEmpty {
            Terminal.line("Nothing happened yet.")
        } else {
            Print.statement(lines)
        }
        guard !place.json else { return }
        for (pool, suspension) in await exchange.suspensions(of: key) {
            Terminal.line(suspension.told(in: pool, to: party))
        }
    }
}

extension Print {
    static func statement(_ lines: [StatementEntry]) {
        Terminal.table(
            ["entry", "when", "code", "amount", "why"],
            lines.map {
                [
                    "\($0.index)", $0.time.description, $0.code, Money.text($0.microunits),
                    $0.reason,
                ]
            })
    }
}

struct Payout: AtPlace {
    static let configuration = CommandConfiguration(
        abstract: "Pay what a pool owes into its contributors' hidden accounts, and prove it.",
        discussion: """
            Nobody sees who gets how much; the proof shows that everybody gets her share. With --later \
            the batch stays pending until `dividend prove` or `dividend serve` proves it.
            """)
    @OptionGroup var place: Place
    @Argument(help: "The pool.") var pool: String
    @Flag(help: "Prove it another time.") var later = false

    func run() async throws {
        let exchange = try await place.open()
        let paid = try await exchange.payOut(pool)
        if !later { try await Proving.all(of: exchange, isQuiet: place.json) }
        try await exchange.seal()
        if place.json {
            try Terminal.json([
                "people": .integer(Int64(paid.people)),
                "total": .string(String(paid.total.microunits)), "pending": .bool(later),
            ])
        } else if later {
            Terminal.line(
                "\(paid.total) is on its way to \(paid.people) people, until the batch is proven: dividend prove"
            )
        } else {
            Terminal.line("paid \(paid.total) to \(paid.people) people")
        }
    }
}
