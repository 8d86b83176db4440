// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Consent
import Edge
import Exchange
import Foundation
import Identity
import Ledger
import Market
import Privacy
import Vault

struct EdgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edge",
        abstract: "Take part in studies with rows that stay on this machine.",
        discussion: """
            Your own folder holds your key and your rows: `dividend init`, `party create`, `import`, all with --home. \
            `dividend edge join POOL --node URL --party NAME …` grants to a pool that was opened with --edge; then \
            `dividend edge --node URL --party NAME` stays, looks at each order by itself, and sends clipped, noised, masked \
            parts of sums, and nothing else.
            """,
        subcommands: [
            EdgeRun.self, EdgeJoin.self, EdgeList.self, EdgeWithdraw.self, EdgeCashOut.self,
        ],
        defaultSubcommand: EdgeRun.self)
}

/// Whose machine it is, and which node it is about.
struct EdgePlace: ParsableArguments {
    @OptionGroup var place: Place
    @Option(help: "The node's address, such as https://exchange.example.") var node: String
    @Option(help: "Who you are in this folder.") var party: String

    /// Her side of the pools, and the exchange that holds the folder's lock meanwhile.
    func open() async throws -> (home: EdgeHome, exchange: Exchange) {
        let exchange = try await place.open()
        let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
        return (await exchange.edgeHome(of: key), exchange)
    }

    /// The address as it is kept.
    var address: String { node.hasSuffix("/") ? String(node.dropLast()) : node }

    /// What `dividend edge` says, which has the folder to itself while it runs; nil where it does not run, or serves another
    /// party or node.
    func ask(_ act: EdgeWishes.Wish.Act) async throws -> JSON? {
        guard place.folder.isInUse else { return nil }
        return try await EdgeWishes(in: place.folder).ask(
            EdgeWishes.Wish(party: party, node: address, act), for: .seconds(10))
    }

    /// What she granted to a pool of the node.
    func member(_ pool: String, of home: EdgeHome) throws -> EdgeHome.Member {
        guard
            let member = try home.members().first(where: {
                $0.url == address && $0.offer.name == pool
            })
        else {
            throw Failure(
                "pool_unknown",
                "nothing is granted to \(pool) at \(address) from here: dividend edge join \(pool)")
        }
        return member
    }
}

struct EdgeRun: AtPlace {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Stay, and take part in the studies that your grants allow.")
    @OptionGroup var edge: EdgePlace
    @Option(help: "How many seconds to wait between two looks.") var every = 3.0
    @Flag(help: "End after the first study.") var once = false
    @Option(name: .customLong("for"), help: "End after so many seconds.") var seconds: Double?

    var place: Place { edge.place }

    func validate() throws {
        guard every > 0, every <= 3600 else {
            throw ValidationError("--every is more than 0 and at most 3600 seconds")
        }
    }

    func run() async throws {
        let (home, exchange) = try await edge.open()
        let service = try EdgeService(
            home, of: edge.party, node: edge.node, every: .milliseconds(Int64(every * 1000)))
        let finished = try await service.run(
            once: once, for: seconds.map { .milliseconds(Int64($0 * 1000)) }, tell: tell)
        // The folder stays locked until here.
        withExtendedLifetime(exchange) {}
        if once, finished == 0 {
            throw Failure("no_study", "no study wanted this machine in that time")
        }
    }

    private func tell(_ event: EdgeService.Event) {
        switch event {
        case .there(let order, let pool):
            say("there", order, "there for order \(order.short)… of \(pool)")
        case .refused(let order, let error):
            let words = Failure(error).message
            say("refused", order, "not part of order \(order.short)…: \(words)", words)
        case .began(let order):
            say("began", order, "order \(order.short)…: begun, its privacy is spent")
        case .withdrew(let pool):
            if !place.json { Terminal.line("withdrawn from \(pool)") }
        case .finished(let order): say("finished", order, "order \(order.short)…: done")
        case .unreachable(let error):
            Terminal.note("\(error); asked again every \(every) s")
        }
    }

    private func say(_ event: String, _ order: Digest, _ words: String, _ reason: String? = nil) {
        guard place.json else { return Terminal.line(words) }
        try? Terminal.json([
            "event": .string(event), "order": .string(order.hex),
            "reason": reason.map { .string($0) } ?? .null,
        ])
    }
}

struct EdgeJoin: AtPlace {
    static let configuration = CommandConfiguration(
        commandName: "join", abstract: "Grant to a pool whose rows stay with people.")
    @OptionGroup var edge: EdgePlace
    @Argument(help: "The pool.") var pool: String
    @Option(name: .customLong("purpose"), help: "What for (repeat for several).")
    var purposes: [String]
    @Option(help: "What a study must at least cost.") var floor = "0"
    @Option(help: "The most privacy that all studies together may cost you: epsilon at delta 1e-7.")
    var epsilon = "4.0"
    @Option(help: "The most that one study may cost you: epsilon.") var perStudy = "2.0"
    @Option(help: "How many studies at most.") var uses: UInt32 = 100
    @Option(help: "For how many days.") var days = 365
    @Option(help: "Keep the signed receipt in this file.") var receipt: String?
    @Option(help: "What the operator invited you with, where a pool needs it.") var code: String?
    @Flag(help: "Grant without asking.") var yes = false

    var place: Place { edge.place }

    func validate() throws {
        guard (1...36_500).contains(days) else { throw ValidationError("--days is 1 to 36500") }
        guard uses > 0 else { throw ValidationError("--uses is 1 or more") }
        _ = try Money.amount(floor, for: "--floor")
    }

    func run() async throws {
        let purposes = Set(try purposes.map(Pool.Purposes.named))
        let file = try receipt.map(NewFile.init)
        let (home, exchange) = try await edge.open()
        let link = try EdgeLink(edge.node)
        let invitation = try await link.invitation(to: pool)
        guard invitation.notice == Exchange.edgeNotice else {
            throw Failure(
                "notice",
                "the node shows another notice than this program; use the release that it runs")
        }
        guard try home.rowCount(in: invitation.offer) > 0 else {
            let tables = invitation.offer.tables.map(\.table).joined(separator: ", ")
            throw Failure(
                "no_rows",
                "there are no rows of \(edge.party) in \(tables) here, as the pool has them; `dividend import` "
                    + "them first")
        }
        let terms = GrantTerms(
            tables: invitation.offer.tables.map(\.table), purposes: purposes,
            priceFloor: try Money.amount(floor, for: "--floor").microunits,
            privacyLimit: try rho(epsilon),
            privacyPerStudy: try rho(perStudy), uses: uses, days: days)
        if !place.json { show(invitation, terms) }
        guard yes || (!place.json && Terminal.confirm("Sign this grant?")) else {
            throw ExchangeError.refused("nothing was granted; say --yes to grant without asking")
        }
        let (grant, bytes) = try await home.join(
            invitation, terms, at: edge.node, with: code, through: link, now: await exchange.time)
        if place.json {
            try Terminal.json(grant.json)
        } else {
            Terminal.line(Terminal.green("granted ") + "\(grant.grant.id.short) for \(pool)")
        }
        try file?.write(bytes)
    }

    /// What she is about to sign: the pool's terms, what she allows, and what it may cost her at most.
    private func show(_ invitation: EdgeLink.Invitation, _ terms: GrantTerms) {
        Print.offer(invitation.offer)
        Terminal.line()
        Terminal.line(Exchange.edgeNotice)
        Terminal.line()
        Terminal.line(
            "\(Terminal.bold("You allow")) \(edge.node), whose key is \(invitation.node.did),")
        let purposes = terms.purposes.map(\.label).sorted().joined(separator: ", ")
        Terminal.line(
            "  to use \(terms.tables.joined(separator: ", ")) "
                + (purposes.isEmpty ? "for nothing" : "for \(purposes)")
                + ", in \(uses) studies at most, for \(days) days;")
        Terminal.line(
            "  each costing its buyer \(floor) or more, and you epsilon \(perStudy) at most; "
                + "all of them together \(epsilon) at most (delta 1e-7).")
    }

    private func rho(_ epsilon: String) throws -> UInt64 {
        try PrivacyTarget(epsilon: epsilon, delta: "1e-7").rho.units
    }
}

struct EdgeList: AtPlace {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The pools you granted to, and what this machine counted.")
    @OptionGroup var edge: EdgePlace

    var place: Place { edge.place }

    func run() async throws {
        let listing: JSON
        if let answer = try await edge.ask(.list) {
            listing = answer
        } else {
            let (home, exchange) = try await edge.open()
            listing = try await home.listing(by: EdgeLink(edge.node))
            withExtendedLifetime(exchange) {}
        }
        if place.json { return try Terminal.json(listing) }
        let items = listing.array ?? []
        guard !items.isEmpty else { return Terminal.line("Nothing yet: dividend edge join POOL") }
        Terminal.table(
            ["pool", "node", "epsilon spent", "studies", "in force", "due"],
            items.map { item in
                let spent = item["spent"]?.string.flatMap(UInt64.init)
                let due = item["standing"]?["claims"]?.string.flatMap(Int64.init)
                return [
                    item["pool"]?.string ?? "-", item["node"]?.string ?? "-",
                    spent.flatMap(EdgeList.epsilon) ?? "-",
                    item["studies"]?.integer.map { "\($0)" } ?? "-",
                    item["in_force"] == .bool(true) ? "yes" : "withdrawn",
                    due.map(Money.text) ?? "-",
                ]
            })
        for item in items where item["standing"] == .null {
            guard let pool = item["pool"]?.string, let node = item["node"]?.string else { continue }
            Terminal.line(
                "\(node) gave no answer about \(pool): what is due there is not known here")
        }
    }

    private static func epsilon(_ units: UInt64) -> String? {
        ExactDecimal("1e-7").map { Rho(units: units).epsilon(at: $0).description }
    }
}

struct EdgeWithdraw: AtPlace {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "End your grant, before the very next study.")
    @OptionGroup var edge: EdgePlace
    @Argument(help: "The pool.") var pool: String

    var place: Place { edge.place }

    func run() async throws {
        if try await edge.ask(.withdraw(pool: pool)) != nil { return try tell() }
        let (home, exchange) = try await edge.open()
        let member = try edge.member(pool, of: home)
        try await home.withdraw(
            from: member, through: EdgeLink(edge.node), now: await exchange.time)
        withExtendedLifetime(exchange) {}
        try tell()
    }

    private func tell() throws {
        if place.json {
            try Terminal.json(["withdrawn": .string(pool)])
        } else {
            Terminal.line("Withdrawn from \(pool).")
        }
    }
}

struct EdgeCashOut: AtPlace {
    static let configuration = CommandConfiguration(
        commandName: "cash-out", abstract: "Take out what a pool paid you.")
    @OptionGroup var edge: EdgePlace
    @Argument(help: "The pool.") var pool: String
    @Option(help: "How much at most.") var amount: String?

    var place: Place { edge.place }

    func run() async throws {
        let most = try amount.map { try Money.amount($0, for: "--amount").microunits }
        let paid: JSON
        if let answer = try await edge.ask(.cashOut(pool: pool, most: most)) {
            paid = answer
        } else {
            let (home, exchange) = try await edge.open()
            let member = try edge.member(pool, of: home)
            paid = try await EdgeLink(edge.node).cashOut(
                from: pool, most: most, as: home.key(of: member.node, pool))
            withExtendedLifetime(exchange) {}
        }
        if place.json { return try Terminal.json(paid) }
        let amount = paid["pending"]?.string.flatMap(Int64.init) ?? 0
        Terminal.line("\(Money.text(amount)) on its way, until its batch is proven.")
    }
}
