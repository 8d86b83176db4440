// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange
import Identity
import Learn
import Market
import Privacy

extension Pool {
    struct Value: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "Draw everybody's shares by what their rows are worth, for a new epoch.",
            discussion: """
                For a pool opened with --split value. The question is a model: CREATE MODEL worth FROM POOL \
                PREDICT column WITH PRIVACY (epsilon => 1.0, delta => 1e-7). It is made from everybody's rows, \
                with noise, and becomes public. What a contributor's rows are worth is how much better it \
                foretells their values than the average does, in bits: one share for less than one bit, two up \
                to 4, three up to 16, four beyond. But the band is drawn: at --epsilon 0.5 it is the true one for \
                a third of all people, at 2 for seven in ten. That hides her rows, and brings what people are \
                paid closer together. The model and --epsilon count against everybody's privacy limit.

                Whose rows are copies of what somebody else gave before, or say the opposite of what the model \
                says beyond chance, is suspended: neither read nor paid from the next study on, until the \
                operator lifts it (`pool lift`). The journal says so, under her pseudonym; she can appeal \
                (`grant appeal`).

                From then on studies read and pay only whom the last valuation read. Newcomers wait for the next, \
                and so does whoever it could not read: her grant lacks a table, was given with an older notice, \
                or does not leave the privacy that it costs. Shares hold for four weeks at least.
                """)
        @OptionGroup var place: Place
        @Argument(help: "The pool's name.") var name: String
        @Argument(help: "The model to measure by: CREATE MODEL …") var question: String
        @Option(help: "How well each band is hidden: e^epsilon to 1. It costs rho = epsilon²/2.")
        var epsilon = "0.5"

        func run() async throws {
            guard let epsilon = ExactDecimal(epsilon) else {
                throw Failure(
                    "epsilon",
                    "--epsilon: a decimal above 0 wanted, such as 0.5, not '\(self.epsilon)'")
            }
            let exchange = try await place.open()
            let bar = ProgressBar(title: "training")
            let valued = try await exchange.valueShares(of: name, by: question, epsilon: epsilon) {
                bar.show($0, of: $1)
            }
            try await exchange.seal()
            let cost = ExactDecimal("1e-7").map {
                Rho(units: valued.rho).epsilon(at: $0).description
            }
            guard !place.json else {
                return try Terminal.json([
                    "epoch": .integer(Int64(valued.epoch)),
                    "people": .integer(Int64(valued.people)),
                    "epsilon": cost.map { .string($0) } ?? .null, "delta": "1e-7",
                    "model": valued.model.json,
                    "suspended": valued.suspendedJSON,
                    "waiting": .integer(Int64(valued.waiting)),
                ])
            }
            Terminal.line(
                "\(valued.people) people's shares are drawn, epoch \(valued.epoch); model and bands cost "
                    + "each of them epsilon \(cost ?? "?") at delta 1e-7")
            Print.suspended(valued.suspended)
            if valued.waiting > 0 {
                Terminal.line(
                    "\(valued.waiting) who granted wait: their grants lack a table of the question, were given with an "
                        + "older notice, or leave too little privacy; no study reads or pays them")
            }
        }
    }

    struct Suspended: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "Who is neither read nor paid, why, and who appealed.")
        @OptionGroup var place: Place
        @Argument(help: "The pool's name; all pools without one.") var name: String?

        func run() async throws {
            let pools = try await place.open().state.pools
            if let name {
                guard let pool = pools[name] else { throw MarketError.noPool(name) }
                if place.json { return try Terminal.json(pool.suspensionsJSON) }
                return Suspended.list(pool, or: "Nobody is suspended.")
            }
            if place.json {
                return try Terminal.json(.object(pools.mapValues(\.suspensionsJSON)))
            }
            let some = pools.sorted { $0.key < $1.key }.filter { !$0.value.suspended.isEmpty }
            for (name, pool) in some {
                Terminal.line(Terminal.bold(name))
                Suspended.list(pool)
            }
            if some.isEmpty { Terminal.line("Nobody is suspended in any pool.") }
        }

        /// Shows who is suspended in a pool; what an operator wrote goes below, since it may be long.
        private static func list(_ pool: MarketState.PoolState, or none: String = "") {
            guard !pool.suspended.isEmpty else { return Terminal.line(none) }
            Terminal.table(
                ["pseudonym", "why", "since entry", "appeal"],
                pool.suspended.map { party, suspension in
                    [
                        party.did, suspension.code.rawValue, "\(suspension.since)",
                        suspension.isUpheld
                            ? "looked at; it stands"
                            : suspension.appealed.map {
                                "entry \($0): decide with pool lift or uphold"
                            }
                                ?? "none",
                    ]
                })
            for (party, suspension) in pool.suspended {
                if let reason = suspension.reason { Terminal.line("\(party.did): \(reason)") }
            }
        }
    }

    struct Suspend: AtPlace {
        static let configuration = CommandConfiguration(
            abstract:
                "Keep a contributor's rows out of a pool's studies, for a reason that you state.",
            discussion:
                "She reads the reason, and so does everybody: it stands in the journal. She can appeal once."
        )
        @OptionGroup var place: Place
        @OptionGroup var whom: Whom
        @Option(help: "Why, in a line of at most \(Suspension.mostReason) bytes.") var reason:
            String

        func run() async throws {
            let exchange = try await place.open()
            let (party, name) = (try await whom.party(at: exchange), whom.name)
            try await exchange.suspend(party, in: name, because: reason)
            try await exchange.seal()
            try place.tell(["suspended": .string(party.did)], "suspended: neither read nor paid")
        }
    }

    struct Lift: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "Let a suspended contributor's rows in again, from the next study on.")
        @OptionGroup var place: Place
        @OptionGroup var whom: Whom

        func run() async throws {
            let exchange = try await place.open()
            let (party, name) = (try await whom.party(at: exchange), whom.name)
            try await exchange.settleSuspension(of: party, in: name, lifting: true)
            try await exchange.seal()
            try place.tell(
                ["lifted": .string(party.did)],
                "lifted; the next study that her grant covers reads her again")
        }
    }

    struct Uphold: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "Stay by a suspension after an appeal; the journal says so.")
        @OptionGroup var place: Place
        @OptionGroup var whom: Whom

        func run() async throws {
            let exchange = try await place.open()
            let (party, name) = (try await whom.party(at: exchange), whom.name)
            try await exchange.settleSuspension(of: party, in: name, lifting: false)
            try await exchange.seal()
            try place.tell(["upheld": .string(party.did)], "the suspension stands")
        }
    }
}

extension Grant {
    struct Appeal: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "Ask the operator to look at your suspension again.")
        @OptionGroup var place: Place
        @Option(help: "Who asks.") var party: String
        @Option(help: "The pool.") var pool: String

        func run() async throws {
            let exchange = try await place.open()
            let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
            try await exchange.appeal(key, in: pool)
            try await exchange.seal()
            try place.tell(
                ["appealed": .string(pool)],
                "your appeal stands in the journal; the operator has to decide")
        }
    }

    struct Worth: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "What your rows are worth by the model that a pool's shares are measured by.",
            discussion: """
                For pools that share by value. The bits are worked out anew from your rows and the model in the \
                journal; your shares were drawn from their band, with noise.
                """)
        @OptionGroup var place: Place
        @Option(help: "Whose rows.") var party: String
        @Option(help: "The pool.") var pool: String

        func run() async throws {
            let exchange = try await place.open()
            let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
            guard let worth = try await exchange.worth(of: key, in: pool) else {
                throw ExchangeError.refused("\(pool) was not valued yet")
            }
            if place.json { return try Terminal.json(worth.json) }
            Terminal.line(
                worth.standing == .noGrant
                    ? worth.told(in: pool)
                    : "\(worth.rows) rows that differ: \(worth.bits) bits (deviation \(worth.deviation)), "
                        + "which is the band of \(worth.band) shares of 4. \(worth.told(in: pool))")
            if let suspension = worth.suspension {
                Terminal.line(suspension.told(in: pool, to: party))
            }
        }
    }
}

extension OwnWorth {
    /// What comes of it for her.
    fileprivate func told(in pool: String) -> String {
        let lacking = "But the last valuation did not read you, and so no study does or pays you. "
        switch standing {
        case .read, .suspended:
            return "You have \(shares), drawn from the bands with noise."
        case .noGrant:
            return "No grant of yours is in force in \(pool), so nothing there reads or pays you."
        case .waits:
            return lacking
                + "Nothing is lacking: the next that costs no more than your grant leaves does."
        case .lacksTables:
            return lacking
                + "Your grant lacks a table that it asked: `dividend grant give` names all by default."
        case .olderNotice:
            return lacking
                + "Your grant was given with an older notice: give it anew (`dividend grant give`)."
        case .lacksPrivacy:
            let epsilon = ExactDecimal("1e-7").map { cost.epsilon(at: $0).description } ?? "?"
            return lacking
                + "Its model alone cost epsilon \(epsilon) at delta 1e-7, which your grant does not allow once, or "
                + "no longer leaves: raise --per-study or --epsilon."
        }
    }
}

/// A contributor of a pool, as the journal names her.
struct Whom: ParsableArguments {
    @Argument(help: "The pool's name.") var name: String
    @Argument(
        help:
            "Her pseudonym in the pool, did:key:…; or the name of a party of this exchange, or custody:PREFIX/LABEL."
    ) var contributor: String

    /// Her pseudonym in the pool.
    func party(at exchange: Exchange) async throws -> PartyID {
        if let party = PartyID(did: contributor) { return party }
        guard !contributor.hasPrefix("did:") else {
            throw Failure(
                "party", "'\(contributor)' is no did:key; `dividend pool suspended` lists them")
        }
        return try await exchange.pseudonym(
            of: contributor, in: name, passphrase: Environment.passphrase)
    }
}

extension Suspension {
    /// What she is told of it.
    func told(in pool: String, to party: String) -> String {
        "Suspended in \(pool) since entry \(since) (\(code.rawValue)): \(words). "
            + (isUpheld
                ? "You appealed, and it stands."
                : appealed == nil
                    ? "`dividend grant appeal --party \(party) --pool \(pool)` asks the operator to look again."
                    : "You appealed; the operator has to decide.")
    }
}

extension Print {
    /// Lists who was suspended.
    static func suspended(_ people: [(party: PartyID, code: Suspension.Code)]) {
        for (party, code) in people {
            Terminal.line("suspended: \(party.did): \(code.sentence)")
        }
        if people.isEmpty { Terminal.line("Nobody's rows are copies or contradict the rest.") }
    }
}

extension Place {
    /// Says what was done: as JSON for programs, or in words.
    fileprivate func tell(_ members: [String: JSON], _ words: String) throws {
        if json { try Terminal.json(.object(members)) } else { Terminal.line(words) }
    }
}
