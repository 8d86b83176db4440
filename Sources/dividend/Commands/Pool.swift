// SPDX-License-Identifier: Apache-2.0
import Ledger
import ArgumentParser
import Canon
import Consent
import Exchange
import Intake
import Market
import Study
import Vault

struct Pool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Offers of tables by many contributors.",
        subcommands: [
            Open.self, List.self, Show.self, Weigh.self, Value.self, Suspended.self, Suspend.self,
            Lift.self, Uphold.self, Purposes.self, Invite.self,
            Spoiled.self,
        ],
        defaultSubcommand: List.self)

    struct Open: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "Open a pool. Everything given here is public and stays as it is.")
        @OptionGroup var place: Place
        @Argument(help: "Its name: a-z, 0-9 and hyphens.") var name: String
        @Option(help: "What people read.") var title: String?
        @Option(name: .customLong("table"), help: "A table (repeat for several).")
        var tables: [String]
        @Option(name: .customLong("purpose"), help: "A DPV purpose (see `dividend pool purposes`).")
        var purposes: [String] = ["dpv:ResearchAndDevelopment"]
        @Option(help: "What every study costs.") var price = "5.00"
        @Option(help: "What each 1/1000 of rho costs on top.") var premium = "0.50"
        @Option(help: "The operator's part of the base price, in 1/10,000.") var fee: Int64 = 500
        @Option(help: "The fewest people that a study runs over.") var minimum = 20
        @Option(help: "How many rows of one person count in full.") var rows = 31
        @Option(
            help:
                "How revenue is shared: equal, weights, days or value (see `pool weigh`, `pool value`)."
        )
        var split = "equal"
        @Option(
            help:
                "What a withdrawal does to models that are let and were made from her rows: mark, stop, or retrain."
        )
        var stale = "mark"
        @Flag(
            help:
                "Rows stay on contributors' own machines, which send noised and masked sums (see `edge`)."
        )
        var edge = false
        @Flag(help: "With --edge: only who has a code from `pool invite` joins.") var invited =
            false

        func validate() throws {
            guard edge || !invited else { throw ValidationError("--invited goes with --edge") }
        }

        func run() async throws {
            let exchange = try await place.open()
            let offer = try offer(of: try await exchange.schemas(named: tables))
            try await exchange.openPool(offer, inviteOnly: invited)
            try await exchange.seal()
            if place.json {
                try Terminal.json(offer.json)
            } else {
                Terminal.line("\(name) is open.")
            }
        }

        /// What was typed, as an offer; what breaks its rules is told by the option's name.
        private func offer(of schemas: [Schema]) throws -> PoolOffer {
            let (purposes, price) = (
                try purposes.map(Purposes.named), try Money.amount(price, for: "--price")
            )
            guard title.map(Open.isTitle) ?? true else {
                throw Failure("format", "--title: 1 to 256 bytes without control characters wanted")
            }
            let (premium, split) = (try Money.amount(premium, for: "--premium"), try splitRule())
            let stale = try staleRule()
            do throws(MemberError) {
                return try PoolOffer(
                    name: name, title: title ?? name, tables: schemas, purposes: purposes,
                    basePrice: price, premium: premium, feeBasisPoints: fee,
                    minimumCohort: minimum, rowsPerPerson: rows, split: split,
                    stale: stale, isEdge: edge)
            } catch {
                let options = [
                    "name": "the pool's name", "tables": "--table", "purposes": "--purpose",
                    "feeBasisPoints": "--fee", "minimumCohort": "--minimum",
                    "rowsPerPerson": "--rows", "split": "--split",
                ]
                throw Failure("format", "\(options[error.member] ?? error.member): \(error.reason)")
            }
        }

        private static func isTitle(_ text: String) -> Bool {
            (1...256).contains(text.utf8.count)
                && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        }

        private func splitRule() throws -> PoolOffer.SplitRule {
            guard let rule = PoolOffer.SplitRule(rawValue: split) else {
                throw ValidationError("--split is equal, weights, days or value, not '\(split)'")
            }
            return rule
        }

        private func staleRule() throws -> PoolOffer.StaleRule {
            guard let rule = PoolOffer.StaleRule(rawValue: stale) else {
                throw ValidationError("--stale is mark, stop or retrain, not '\(stale)'")
            }
            return rule
        }
    }

    struct List: AtPlace {
        static let configuration = CommandConfiguration(abstract: "The catalogue.")
        @OptionGroup var place: Place

        func run() async throws {
            let state = try await place.open().state
            let pools = state.pools
            let names = pools.keys.sorted()
            if place.json {
                return try Terminal.json(.array(names.map { pools[$0]!.offer.json }))
            }
            guard !names.isEmpty else {
                return Terminal.line("No pool yet: dividend pool open NAME --table TABLE")
            }
            Terminal.table(
                [
                    "pool", "tables", "people", "base", "per rho/1000", "studies",
                    "earned by people",
                ],
                names.map { name in
                    let pool = pools[name]!
                    let band = CohortBand(count: state.consent.contributors(of: name))
                    return [
                        name, pool.offer.tables.map(\.table).joined(separator: "+"), band.rawValue,
                        pool.offer.basePrice.description, pool.offer.premium.description,
                        "\(pool.answered.count)", pool.declared.description,
                    ]
                })
        }
    }

    struct Show: AtPlace {
        static let configuration = CommandConfiguration(abstract: "One pool, with its columns.")
        @OptionGroup var place: Place
        @Argument(help: "The pool's name.") var name: String

        func run() async throws {
            guard let pool = try await place.open().state.pools[name] else {
                throw MarketError.noPool(name)
            }
            if place.json { return try Terminal.json(pool.offer.json) }
            Print.offer(pool.offer)
        }
    }

    struct Purposes: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The purposes that grants and studies can name (W3C DPV).")
        @Flag(help: "Print JSON for programs.") var json = false

        func run() async throws {
            if json { return try Terminal.json(PurposeTree.json) }
            Terminal.table(
                ["purpose", "in words", "part of"],
                PurposeTree.all.map {
                    [$0.id, $0.label, $0.parents.map(\.id).joined(separator: ", ")]
                })
        }

        static func named(_ id: String) throws -> Purpose {
            guard let purpose = Purpose(id) ?? Purpose("dpv:" + id) else {
                throw ExchangeError.unknown(
                    what: "purpose", name: id, hint: "`dividend pool purposes` lists them")
            }
            return purpose
        }
    }
}
