// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Consent
import Exchange
import Ledger
import Market
import Privacy

extension Grant {
    struct List: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "What you allowed, what is left of it, and whether it is in force.",
            discussion: """
                Privacy is shown as epsilon at delta 1e-7. What is spent counts over all of your \
                grants for a pool. Costs add up as rho, not as epsilon: many studies show as less \
                than the sum of their epsilons, and a single draw of shares by days (`pool weigh`), \
                whose own epsilon holds at delta 0, as more.
                """)
        @OptionGroup var place: Place
        @Option(help: "Whose.") var party: String

        func run() async throws {
            let exchange = try await place.open()
            let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
            let standings = await exchange.standings(of: key).sorted {
                ($0.grant.pool, $0.grant.given) < ($1.grant.pool, $1.grant.given)
            }
            if place.json {
                return try Terminal.json(.array(try standings.map { try $0.json }))
            }
            guard !standings.isEmpty else {
                return Terminal.line("No grant yet: dividend grant --party \(party) --pool POOL")
            }
            let pools = await exchange.state.pools
            for standing in standings {
                try Print.standing(standing)
                guard pools[standing.grant.pool]?.offer.split == .days, standing.usage.spent > 0
                else { continue }
                Terminal.line(
                    "  spent includes draws of shares by days; each shows larger here than the "
                        + "epsilon it was drawn at, which holds at delta 0")
            }
        }
    }
}

extension Print {
    fileprivate static func standing(_ standing: GrantStanding) throws {
        let (grant, usage) = (standing.grant, standing.usage)
        let state =
            standing.denial.map {
                Terminal.yellow($0.isOfPool ? "in force, not read" : "not in force")
                    + ": \($0.sentence)"
            }
            ?? Terminal.green("in force")
        Terminal.line("\(Terminal.bold(grant.pool)) \(grant.id.short), \(state)")
        Terminal.line("  for \(grant.purposes.map(\.label).sorted().joined(separator: ", "))")
        Terminal.line("  studies \(usage.studies) of \(grant.uses), until \(grant.expires)")
        Terminal.line("  price floor \(Amount.text(grant.priceFloor))")
        Terminal.line(
            "  epsilon \(try standing.epsilon(grant.privacyLimit)) in all, "
                + "\(try standing.epsilon(grant.privacyPerStudy)) a study; "
                + "spent \(try standing.spent), left \(try standing.left)")
    }
}
