// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Dispatch
import Edge
import Foundation
import Identity
import Intake
import Learn
import Ledger
import Market
import Privacy
import Query
import Study
import TestSupport
import Testing
import Vault

@testable import Exchange

/// Check 15 of what learning is held to, in one run: a thousand people, of whom five in a hundred cheat, give their rows
/// to a pool of the vault that pays by value, and keep them at home for another, where one machine in ten leaves.
///
/// Where rows stay with people nobody can say what one person's are worth: values and suspensions are those of the vault,
/// and whoever is there to the end at home is paid the same, cheat or not.
@Suite(.enabled(if: Slow.isOn)) struct EndToEndTests {
    private static let count = 1000
    private static let homes = "homes"
    private static let price: Int64 = 50_000_000
    /// What rows are worth is measured by how well a model foretells who is tired.
    private static let worth = """
        CREATE MODEL worth FROM \(World.pool) PREDICT tired
        WITH PRIVACY (epsilon => 8.0, delta => 1e-6)
        """
    /// What is sold: three sums, of numbers' middles, of products, and of what the model errs by.
    private static func model(of pool: String) -> String {
        """
        CREATE MODEL walked FROM \(pool) PREDICT steps USING (features => (tired))
        WITH PRIVACY (epsilon => 8.0, delta => 1e-6)
        """
    }

    /// Both pools at one node, and who is in them.
    private struct Market {
        let world: World
        let crowd: Crowd
        let exchange: Exchange
        let buyer: SigningKey
        let gone: GoneMachines
        /// Their keys in the pool of the vault, by person.
        let vault: [SigningKey]
        /// The same people at home, by person.
        let home: [HomePerson]
    }

    @Test func `check 15: one thousand contributors, from rows to a model and to money`()
        async throws
    {
        let market = try await market()
        try await value(market)
        let central = try await sell(market)
        let marks = market.home.map { Contribution.mark(of: $0.key.id.publicKey) }
        let seam = try await SeamOverCrowd(
            question: Self.model(of: Self.homes), exchange: market.exchange,
            people: market.home, pseudonyms: market.vault.map(\.id), marks: marks
        ).models()
        #expect(seam.central != nil && seam.central == seam.federated, "without noise they differ")
        let federated = try await orderFromHomes(market)
        try await publish(market)
        for model in [central, federated] {
            // A feature that is missing is an error, not a default.
            #expect(throws: ModelError.self) { try model.values(of: [:], line: 1) }
            func walked(_ tired: String) throws -> Double {
                let values = try model.values(of: ["tired": tired], line: 1)
                return try #require(Double(model.prediction(of: values).value))
            }
            // 4,500 and 14,500 among those who tell the truth.
            #expect(try abs(walked("no") - 4_500) < 1_000 && abs(walked("yes") - 14_500) < 1_000)
        }
    }

    // MARK: The parts

    private func market() async throws -> Market {
        let (world, crowd, gone) = (World(seed: 15), Crowd(count: Self.count), GoneMachines())
        var surroundings = world.surroundings
        surroundings.edgePatience = EdgePatience(
            gathering: .seconds(36_000), step: .seconds(36_000), study: .seconds(360_000),
            isEnough: { gone.contains(all: $0) })
        let exchange = try await Exchange.create(
            in: world.home, name: "test", surroundings: surroundings)
        // Copies come last.
        let people = (0..<Self.count).sorted {
            (crowd.isCopy($0) ? 1 : 0, $0) < (crowd.isCopy($1) ? 1 : 0, $1)
        }
        for part in [people.filter { !crowd.isCopy($0) }, people.filter { crowd.isCopy($0) }] {
            _ = try await exchange.importFile(
                crowd.file(part, in: world.folder), owner: .custody(prefix: "club"),
                options: IntakeOptions(mapping: Mapping(parsing: Array(Crowd.mapping.utf8))))
        }
        for (name, split) in [(World.pool, PoolOffer.SplitRule.value), (Self.homes, .equal)] {
            try await exchange.openPool(
                PoolOffer(
                    name: name, title: "Steps",
                    tables: try await exchange.schemas(named: ["walks"]),
                    purposes: [Purpose("dpv:ResearchAndDevelopment")!],
                    basePrice: Amount(microunits: Self.price)!, premium: .zero, feeBasisPoints: 0,
                    minimumCohort: 20, rowsPerPerson: Crowd.days, split: split,
                    isEdge: name == Self.homes))
        }
        var terms = try World.terms()
        (terms.privacyPerStudy, terms.privacyLimit) = (150 << 40, 400 << 40)
        let keys = exchange.custodyKeys(
            prefix: "club", labels: (0..<Self.count).map { "person-\($0)" })
        try await exchange.grant(terms, pool: World.pool, by: keys)
        _ = try await exchange.createParty(named: "buyer")
        let buyer = try await exchange.key(of: "buyer")
        try await exchange.deposit(
            Amount(microunits: 1_000_000_000)!, to: buyer.id, reference: "test")
        let offer = try #require(await exchange.state.pools[Self.homes]?.offer)
        let node = await exchange.nodeID
        var dice = Seeded(150)
        var home: [HomePerson] = []
        for person in 0..<Self.count {
            let key = SigningKey(using: &dice)
            let grant = try terms.grant(
                to: Self.homes, signedBy: key, of: key.id, given: await exchange.time,
                notice: Exchange.edgeNoticeDigest)
            _ = try await exchange.join(grant)
            home.append(
                HomePerson(
                    key: key, rows: crowd.rows(of: person, offer.tables[0]),
                    member: EdgeMembership(
                        node: node, offer: offer, grant: grant.grant, key: key)))
        }
        await exchange.desk.open()
        return Market(
            world: world, crowd: crowd, exchange: exchange, buyer: buyer, gone: gone,
            vault: keys.map { $0.pseudonym(for: Exchange.poolContext(World.pool)) }, home: home)
    }

    /// Copies and turned answers are suspended; who answers by chance is too, or is worth the lowest band. Of the honest
    /// hardly one is: among so many whose rows are one number a day and what follows from it, some are alike by chance.
    private func value(_ market: Market) async throws {
        let valued = try await market.exchange.valueShares(
            of: World.pool, by: Self.worth, epsilon: ExactDecimal("4")!)
        let suspended = Dictionary(
            uniqueKeysWithValues: valued.suspended.map { ($0.party, $0.code) })
        let owners = market.exchange.custodyKeys(
            prefix: "club", labels: (0..<Self.count).map { "person-\($0)" })
        var (junk, wronged) = (0, 0)
        for person in 0..<Self.count {
            let code = suspended[market.vault[person].id]
            switch market.crowd.kind(person) {
            case .honest: wronged += code == nil ? 0 : 1
            case .copy: #expect(code == .copied, "person \(person) is a copy")
            case .turned: #expect(code == .contradicting, "person \(person) says the opposite")
            case .junk where code == nil:
                let worth = try await market.exchange.worth(of: owners[person], in: World.pool)
                #expect(worth?.band == 1, "person \(person) answers by chance: \(worth as Any)")
                junk += 1
            case .junk: break
            }
        }
        #expect(wronged * 200 < Self.count * 95 / 100, "\(wronged) honest people are suspended")
        print(
            "check 15: of \(Self.count / 50) who answer by chance \(junk) are in the lowest band and the others "
                + "suspended; so are \(wronged) of \(Self.count * 95 / 100) honest people, as copies"
        )
    }

    /// A model of the vault's rows is sold; who is suspended is neither read nor paid.
    private func sell(_ market: Market) async throws -> Model {
        let before = await market.exchange.state
        let quote = try await market.exchange.quote(
            Self.model(of: World.pool), pool: World.pool, purpose: World.purpose)
        let answer = try await market.exchange.order(quote.quote.id, by: market.buyer)
        let state = await market.exchange.state
        let suspended = try #require(state.pools[World.pool]).suspensions
        for key in market.vault {
            let spent =
                state.consent.budget(of: key.id, in: World.pool).spent
                - before.consent.budget(of: key.id, in: World.pool).spent
            #expect(spent == (suspended[key.id] == nil ? quote.quote.quote.rho : 0))
        }
        return try Model(json: try #require(answer.receipt["answer"]?["model"]))
    }

    /// The same question of machines, of which one in ten leaves at a step by chance.
    private func orderFromHomes(_ market: Market) async throws -> Model {
        let (exchange, gone) = (market.exchange, market.gone)
        let quote = try await exchange.quote(
            Self.model(of: Self.homes), pool: Self.homes, purpose: World.purpose)
        let rounds = try StudyCount(
            Self.model(of: Self.homes), people: quote.people, market.home[0])
        var dice = Seeded(151)
        var leaving: [Int: Int] = [:]
        for person in (0..<Self.count).shuffled(using: &dice).prefix(Self.count / 10) {
            leaving[person] = Int.random(in: 0..<rounds.steps, using: &dice)
        }
        let (known, people, left) = (CheckedSignatures(), market.home, leaving)
        let answer = try await withThrowingTaskGroup(of: Void.self) { group in
            for half in 0..<2 {
                group.addTask {
                    let machines = people.indices.filter { $0 % 2 == half }.map {
                        HomeMachine(people[$0], leaving: left[$0], known: known)
                    }
                    while !Task.isCancelled {
                        for machine in machines { try await machine.look(at: exchange, gone) }
                        try? await Task.sleep(for: .milliseconds(5))
                    }
                }
            }
            defer { group.cancelAll() }
            return try await exchange.order(quote.quote.id, by: market.buyer)
        }
        let state = await exchange.state
        let order = try #require(state.orders[answer.order.id])
        let out = Set(order.left.places.map { state.consent.party(at: $0) })
        #expect(order.cohort.count == Self.count)
        #expect(!out.isEmpty && out.isSubset(of: Set(leaving.keys.map { people[$0].key.id })))
        // By her own record as by the ledger, whether she stayed or not.
        for person in people {
            let standing = try await exchange.edgeStanding(of: person.key.id, in: Self.homes)
            let own = try person.record.usage(in: Self.homes).spent
            #expect(standing.spent == quote.quote.quote.rho && own <= standing.spent)
            #expect(own == standing.spent || out.contains(person.key.id))
        }
        return try Model(json: try #require(answer.receipt["answer"]?["model"]))
    }

    /// Who has the public copy alone works out every payout.
    private func publish(_ market: Market) async throws {
        try await market.exchange.seal()
        let copy = market.world.folder + "/public"
        try await market.exchange.exportPublic(to: copy)
        let audited = try Auditor(folder: copy).verify().replay.head.state
        for (name, keys) in [
            (World.pool, market.vault.map(\.id)), (Self.homes, market.home.map(\.key.id)),
        ] {
            let pool = try #require(audited.pools[name])
            let sold = try #require(
                audited.orders.all.first { $0.record.order.quote.quote.pool == name }?.record)
            let paid = Set(sold.paid.map { audited.consent.party(at: $0) })
            let shares = Dictionary(
                uniqueKeysWithValues: keys.map {
                    ($0, pool.register.shares(of: Accounts.party($0)))
                })
            let all = paid.reduce(0) { $0 + Int64(shares[$1] ?? 0) }
            var sum: Int64 = 0
            for key in keys {
                let due = paid.contains(key) ? Self.price * Int64(shares[key] ?? 0) / all : 0
                let claim = pool.register.claim(of: Accounts.party(key)).microunits
                #expect(abs(claim - due) <= 1, "\(name): \(claim) where \(due) is due")
                #expect((claim > 0) == paid.contains(key))
                #expect(pool.suspensions[key] == nil || claim == 0)
                sum += claim
            }
            #expect((Self.price - Int64(paid.count)...Self.price).contains(sum))
            let payout = try await market.exchange.payOut(name)
            #expect(payout.people == paid.count && payout.total.microunits == sum)
        }
    }
}
