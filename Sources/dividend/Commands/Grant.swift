// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Consent
import Exchange
import Identity
import Ledger
import Market
import Privacy
import Study

struct Grant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Allow studies over your rows; look at what you allowed.",
        discussion: """
            `dividend grant --party NAME --pool POOL --purpose PURPOSE` allows, with --floor, \
            --epsilon, --per-study, --uses, --days and --receipt: `dividend help grant give`.
            """,
        subcommands: [Give.self, List.self, Uses.self, Worth.self, Appeal.self],
        defaultSubcommand: Give.self)

    struct Give: AtPlace {
        static let configuration = CommandConfiguration(
            abstract:
                "Allow studies over your rows: pool, purposes, price floor, privacy, expiry.",
            discussion: """
                A new grant for a pool takes the place of the one before: its terms hold from then on, and --uses counts \
                from 0 again. What was spent of --epsilon stays spent: that is counted for you and the pool, over all grants.

                A study counts by a bound that adds up over studies (zCDP), which is a little above the exact epsilon that \
                its quote states: --per-study 2.2 lets in a model at epsilon 2, and 8.5 one at 8; the quote says what it takes.
                """)
        @OptionGroup var place: Place
        @Option(help: "Who allows.") var party: String?
        @Option(help: "Everybody in custody under this prefix allows.") var custody: String?
        @Option(help: "The pool.") var pool: String
        @Option(name: .customLong("purpose"), help: "What for (repeat for several).")
        var purposes: [String]
        @Option(help: "What a study must at least cost.") var floor = "0"
        @Option(help: "The most privacy that all studies together may cost you: epsilon.")
        var epsilon = "4.0"
        @Option(help: "The most that one study may cost you: epsilon.") var perStudy = "2.0"
        @Option(help: "The delta that both epsilons are meant at.") var delta = "1e-7"
        @Option(help: "How many studies at most, from this grant on.") var uses: UInt32 = 100
        @Option(help: "For how many days.") var days = 365
        @Option(help: "Keep the signed receipt in this file.") var receipt: String?

        func validate() throws {
            guard (party == nil) != (custody == nil) else {
                throw ValidationError(
                    "say who allows: --party NAME, or --custody PREFIX; one of both")
            }
            if let custody { try Custody.check(custody) }
            guard custody == nil || receipt == nil else {
                throw ValidationError("--receipt is for one --party; each grant has its own")
            }
            guard (1...36_500).contains(days) else { throw ValidationError("--days is 1 to 36500") }
            guard uses > 0 else { throw ValidationError("--uses is 1 or more") }
            _ = try Money.amount(floor, for: "--floor")
        }

        func run() async throws {
            let limit = try rho(epsilon, "--epsilon")
            let perStudy = try rho(perStudy, "--per-study")
            let purposes = Set(try purposes.map(Pool.Purposes.named))
            let receipt = try receipt.map(NewFile.init)
            let exchange = try await place.open()
            if perStudy > limit {
                Terminal.note(
                    "note: one study may cost \(self.perStudy), all together only \(epsilon): no "
                        + "study beyond --epsilon is allowed")
            }
            let offered = await exchange.state.pools[pool]?.offer.purposes ?? []
            if !offered.isEmpty,
                !offered.contains(where: { PurposeTree.covers(granted: purposes, asked: $0) })
            {
                Terminal.note(
                    "note: the pool sells studies for "
                        + offered.map(\.id).joined(separator: ", ")
                        + "; a grant for none of these allows none of them, and takes the place of "
                        + "any that is in force")
            }
            let terms = GrantTerms(
                tables: try await exchange.tables(of: pool), purposes: purposes,
                priceFloor: try Money.amount(floor, for: "--floor").microunits,
                privacyLimit: limit.units,
                privacyPerStudy: perStudy.units, uses: uses, days: days)
            if let custody {
                try await giveAll(terms, custody, exchange)
            } else {
                try await give(terms, party ?? "", receipt, exchange)
            }
        }

        private func rho(_ epsilon: String, _ option: String) throws -> Rho {
            let rho = try PrivacyTarget(epsilon: epsilon, delta: delta).rho
            guard rho > .zero else {
                throw Failure(
                    "privacy",
                    "\(option) \(epsilon) at delta \(delta) allows no study at all; give more")
            }
            return rho
        }

        private func give(
            _ terms: GrantTerms, _ party: String, _ receipt: NewFile?, _ exchange: Exchange
        ) async throws {
            let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
            if !place.json { Terminal.line(Exchange.notice) }
            guard let grant = try await exchange.grant(terms, pool: pool, by: [key]).first else {
                return
            }
            if place.json {
                try Terminal.json(grant.json)
            } else {
                Terminal.line(Terminal.green("granted ") + "\(grant.grant.id.short) for \(pool)")
            }
            try await exchange.seal()
            guard let receipt else { return }
            let bytes = try await exchange.receipt(for: grant).bytes
            do { try receipt.write(bytes) } catch {
                // The grant stands; what could not be kept is shown.
                Terminal.note(String(decoding: bytes, as: UTF8.self))
                throw Failure(
                    "receipt_unwritten",
                    "\(Failure(error).message). The grant is given; its receipt stands above, keep "
                        + "it")
            }
            if !place.json { Terminal.line("Your receipt is in \(receipt.path).") }
        }

        private func giveAll(
            _ terms: GrantTerms, _ prefix: String, _ exchange: Exchange
        ) async throws {
            if !place.json { Terminal.line(Exchange.notice) }
            let bar = ProgressBar(title: "granting")
            let given = try await exchange.grantAll(terms, pool: pool, custody: prefix) {
                bar.show($0, of: $1)
            }
            try await exchange.seal()
            let band = CohortBand(count: given.people).rawValue
            let without = given.without == 0 ? nil : CohortBand(count: given.without).rawValue
            let withdrawn = given.withdrawn == 0 ? nil : CohortBand(count: given.withdrawn).rawValue
            if place.json {
                try Terminal.json([
                    "pool": .string(pool), "people": .string(band),
                    "without_rows": without.map { .string($0) } ?? .null,
                    "withdrawn": withdrawn.map { .string($0) } ?? .null,
                ])
            } else {
                Terminal.line(
                    Terminal.green("granted ")
                        + "by \(band) people for \(pool), each with a key of "
                        + "its own")
                if let without { Terminal.line("\(without) people have no rows in its tables.") }
                if let withdrawn {
                    Terminal.line(
                        "\(withdrawn) people have withdrawn and stay out; --party custody:\(prefix)/LABEL grants for one "
                            + "who wants to return.")
                }
            }
        }
    }
}
