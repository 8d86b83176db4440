// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Edge
import Identity
import Intake
import Ledger
import Market
import Privacy
import Query
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Exchange
@testable import Storage

/// Orders over rows that stay in contributors' own folders, in one process and without a network.
@Suite struct EdgeOrderTests {
    private static let question =
        "SELECT COUNT(*), SUM(steps) FROM steps WITH PRIVACY (epsilon => 1.0, delta => 1e-6)"
    /// How a contributor reads her own file.
    private let mapping = """
        {"table": "walks", "columns": [
          {"source": "day", "name": "day", "kind": "date"},
          {"source": "steps", "name": "steps", "kind": "integer", "bounds": ["0", "50000"]}], "key": ["day"]}
        """

    /// A contributor: her folder, and what she granted.
    private struct Person: Sendable {
        let world: World
        let exchange: Exchange
        let home: EdgeHome
        let member: EdgeHome.Member

        var key: SigningKey { home.key(of: member.node, World.pool) }
        var record: HomeRecord { home.record(of: member.node) }

        func spent() throws -> UInt64 { try record.usage(in: World.pool).spent }
    }

    /// A node without a single row, and people with theirs.
    private struct Market {
        /// Whose machines are not there, or left: they are not waited for, and all others as long as it takes, however
        /// busy the cores are.
        let gone: Gone
        let world: World
        let exchange: Exchange
        let buyer: SigningKey
        let people: [Person]
    }

    private final class Gone: Sendable {
        private let parties = Mutex<Set<PartyID>>([])
        func insert(_ party: PartyID) { parties.withLock { _ = $0.insert(party) } }
        func set(_ some: Set<PartyID>) { parties.withLock { $0 = some } }
        func contains(all some: Set<PartyID>) -> Bool {
            parties.withLock { some.isSubset(of: $0) }
        }
    }

    private func market(people count: Int = 6) async throws -> Market {
        let world = World(seed: 1)
        var surroundings = world.surroundings
        let gone = Gone()
        surroundings.edgePatience = EdgePatience(
            gathering: .seconds(600), step: .seconds(600), isEnough: { gone.contains(all: $0) })
        let exchange = try await Exchange.create(
            in: world.home, name: "test", surroundings: surroundings)
        var people: [Person] = []
        for number in 0..<count {
            let own = World(seed: UInt64(number) + 10)
            let hers = try await Exchange.create(
                in: own.home, name: "own", surroundings: own.surroundings)
            _ = try await hers.createParty(named: "me")
            let key = try await hers.key(of: "me")
            _ = try await hers.importFile(
                own.file(people: number..<number + 1), owner: .party(key),
                options: IntakeOptions(mapping: Mapping(parsing: Array(mapping.utf8))))
            if number == 0 {
                try await exchange.openPool(
                    PoolOffer(
                        name: World.pool, title: "Steps",
                        tables: try await hers.schemas(named: ["walks"]),
                        purposes: [Purpose("dpv:ResearchAndDevelopment")!],
                        basePrice: Amount(microunits: 6_000_000)!, premium: .zero,
                        feeBasisPoints: 0, minimumCohort: 5, rowsPerPerson: 3, split: .equal,
                        isEdge: true))
            }
            let home = await hers.edgeHome(of: key)
            let offer = try #require(await exchange.state.pools[World.pool]?.offer)
            let node = await exchange.nodeID
            let grant = try World.terms(limit: "3.0").grant(
                to: World.pool, signedBy: home.key(of: node, World.pool), of: key.id,
                given: await exchange.time, notice: Exchange.edgeNoticeDigest)
            _ = try await exchange.join(grant)
            let member = EdgeHome.Member(
                url: "http://localhost", node: node, offer: offer, grant: grant)
            try home.keep(member)
            people.append(Person(world: own, exchange: hers, home: home, member: member))
        }
        _ = try await exchange.createParty(named: "buyer")
        let buyer = try await exchange.key(of: "buyer")
        try await exchange.deposit(
            Amount(microunits: 100_000_000)!, to: buyer.id, reference: "test")
        await exchange.desk.open()
        return Market(gone: gone, world: world, exchange: exchange, buyer: buyer, people: people)
    }

    /// Works for a person until nothing more comes; from the given step on she answers nothing.
    private static func work(
        _ person: Person, at exchange: Exchange, leaving last: Int = .max, _ gone: Gone
    ) async throws {
        final class Part {
            var device: EdgeDevice
            init(_ device: consuming EdgeDevice) { self.device = device }
        }
        var parts: [Digest: Part] = [:]
        var source = ByteSource()
        while !Task.isCancelled {
            let now = await exchange.time
            switch await exchange.desk.notice(for: person.key.id, in: World.pool) {
            case .call(let task):
                let member = EdgeMembership(
                    node: person.member.node, offer: person.member.offer,
                    grant: person.member.grant.grant, key: person.key)
                let device = try EdgeDevice(task, as: member, keeping: person.record, at: now)
                parts[task.order.id] = Part(device)
                try await exchange.desk.join(task.order.id, person.key.id)
            case .step(let order, let message):
                guard Int(message.step.rawValue) < last else { return gone.insert(person.key.id) }
                let answer = try parts[order]?.device.answer(
                    message, at: now, rows: { try person.home.rows(of: $0) }, from: &source)
                if let answer {
                    try? await exchange.desk.take(answer, of: order, from: person.key.id)
                }
            case nil: break
            }
            try await Task.sleep(for: .milliseconds(3))
        }
    }

    /// Orders a question while people work.
    private func order(
        _ market: Market, _ sql: String = question, there: Range<Int>? = nil,
        leaving: [Int: Int] = [:]
    ) async throws -> AnsweredOrder {
        let exchange = market.exchange
        let priced = try await exchange.quote(
            sql, pool: World.pool, purpose: Purpose("dpv:AcademicResearch")!)
        let present = there ?? market.people.indices
        market.gone.set(
            Set(
                market.people.indices.filter { !present.contains($0) }.map {
                    market.people[$0].key.id
                }))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for place in present {
                let person = market.people[place]
                let last = leaving[place] ?? .max
                group.addTask {
                    try await EdgeOrderTests.work(
                        person, at: exchange, leaving: last, market.gone)
                }
            }
            defer { group.cancelAll() }
            return try await exchange.order(priced.quote.id, by: market.buyer)
        }
    }

    private func available(_ market: Market) async throws -> Int64 {
        try await market.exchange.money(of: market.buyer).available
    }

    @Test func `an order is answered by rows that the node never has`() async throws {
        let market = try await market()
        let answer = try await order(market)
        let state = await market.exchange.state
        #expect(state.segments.count == 0)
        let study = try #require(state.orders[answer.order.id])
        #expect(study.stage == .done && study.cohort.count == 6 && study.left.count == 0)
        // Everybody is charged the same, here and there, and paid the same.
        for person in market.people {
            let rho = answer.order.quote.quote.rho
            #expect(try person.spent() == rho)
            let standing = try await market.exchange.edgeStanding(
                of: person.key.id, in: World.pool)
            #expect(standing.spent == rho && standing.studies == 1)
            #expect(standing.money.claims == 1_000_000)
        }
        #expect(try await available(market) == 94_000_000)
        // The same again, the same day, costs nothing and asks nobody.
        let again = try await order(market, there: 0..<0)
        #expect(again.order.id == answer.order.id)
        #expect(try await available(market) == 94_000_000)
        // On another day it is another question.
        market.world.pass(2 * 86_400_000)
        await #expect(throws: MarketError.cohortTooSmall) { try await order(market, there: 0..<0) }
    }

    @Test func `whoever leaves is charged and not paid, and the journal says so`() async throws {
        let market = try await market()
        // Sends its keys and its shares, and then no numbers.
        let answer = try await order(market, leaving: [2: 2])
        let state = await market.exchange.state
        let study = try #require(state.orders[answer.order.id])
        #expect(study.cohort.count == 6 && study.left.count == 1)
        for (place, person) in market.people.enumerated() {
            let standing = try await market.exchange.edgeStanding(
                of: person.key.id, in: World.pool)
            #expect(standing.spent == answer.order.quote.quote.rho)
            #expect(standing.money.claims == (place == 2 ? 0 : 1_200_000))
        }
        // It is paid to accounts of the keys that people have in the pool.
        let paid = try await market.exchange.payOut(World.pool)
        #expect(paid.people == 5 && paid.total.microunits == 6_000_000)
        let first = market.people[0].key.id
        let standing = try await market.exchange.edgeStanding(of: first, in: World.pool)
        #expect(standing.money.pending == 1_200_000 && standing.money.claims == 0)
        // The journal gives the same again.
        var (live, replayed) = (
            await market.exchange.state, try await market.exchange.replayed().state
        )
        #expect(live.root() == replayed.root())
    }

    @Test func `where too few are there nothing is recorded and nobody is charged`() async throws {
        let market = try await market()
        let before = await market.exchange.log.size
        await #expect(throws: MarketError.cohortTooSmall) { try await order(market, there: 0..<4) }
        #expect(await market.exchange.log.size == before)
        #expect(try await available(market) == 100_000_000)
        for person in market.people { #expect(try person.spent() == 0) }
    }

    @Test func `where too few stay the price goes back and what was spent stays spent`()
        async throws
    {
        let market = try await market()
        // Five of six have to stay.
        await #expect(throws: ExchangeError.self) {
            try await order(market, leaving: [0: 2, 1: 3])
        }
        #expect(try await available(market) == 100_000_000)
        let state = await market.exchange.state
        #expect(state.orders.all.allSatisfy { $0.record.stage == .failed })
        #expect(await market.exchange.isSettled)
        for person in market.people { #expect(try person.spent() > 0) }
    }

    @Test func `a machine that withdrew by itself is not there, whatever the node says`()
        async throws
    {
        let market = try await market()
        let person = market.people[0]
        try person.home.end(person.member, at: await market.exchange.time)
        let exchange = market.exchange
        let priced = try await exchange.quote(
            EdgeOrderTests.question, pool: World.pool, purpose: Purpose("dpv:AcademicResearch")!)
        let task = EdgeTask(
            order: Order(priced.quote, by: market.buyer), sql: priced.sql, salt: priced.salt,
            people: priced.people)
        let member = EdgeMembership(
            node: person.member.node, offer: person.member.offer,
            grant: person.member.grant.grant, key: person.key)
        let now = await exchange.time
        #expect(throws: EdgeRefusal.denied(.withdrawn)) {
            _ = try EdgeDevice(task, as: member, keeping: person.record, at: now)
        }
    }

    @Test func `the record of what is spent outlives the process, and only grows`() async throws {
        let market = try await market()
        let person = market.people[0]
        try person.record.begin(Digest(of: [1]), in: World.pool, spending: 7)
        #expect(throws: EdgeRefusal.begunBefore) {
            try person.record.begin(Digest(of: [1]), in: World.pool, spending: 7)
        }
        try person.record.raise(World.pool, to: 5, studies: 1)
        #expect(try person.spent() == 7)
        try person.record.raise(World.pool, to: 9, studies: 1)
        // Granting anew gives nothing back.
        try person.home.keep(person.member)
        #expect(try person.spent() == 9)
        #expect(try person.record.hasBegun(Digest(of: [1])))
        // What cannot be read is a no.
        try person.home.write([
            .mark("edge/spent/" + person.home.name(person.member.node, World.pool), [1, 2])
        ])
        #expect(throws: (any Error).self) { try person.record.usage(in: World.pool) }
    }

    @Test func `nobody joins with another notice, another pool's grant, or another's hand`()
        async throws
    {
        let market = try await market(people: 5)
        let person = market.people[0]
        let given = await market.exchange.time
        let other = try World.terms().grant(
            to: World.pool, signedBy: person.key, of: person.key.id, given: given,
            notice: Exchange.noticeDigest)
        await #expect(throws: ExchangeError.self) { try await market.exchange.join(other) }
        let grant = try World.terms().grant(
            to: World.pool, signedBy: person.key, of: person.key.id, given: given,
            notice: Exchange.edgeNoticeDigest)
        let forged = SignedGrant(grant.grant, signature: person.member.grant.signature)
        await #expect(throws: MarketError.badSignature(of: "grant")) {
            try await market.exchange.join(forged)
        }
        // Whose key the node has grants to pools of the vault.
        await #expect(throws: ExchangeError.self) {
            try await market.exchange.grant(World.terms(), pool: World.pool, by: [market.buyer])
        }
        await #expect(throws: (any Error).self) {
            try await market.exchange.quote(
                EdgeOrderTests.question.replacing(")", with: ", proof => on)"), pool: World.pool,
                purpose: Purpose("dpv:AcademicResearch")!)
        }
    }

    @Test func `a study that a crash cut short is refunded at the next start`() async throws {
        let market = try await market()
        let exchange = market.exchange
        let priced = try await exchange.quote(
            EdgeOrderTests.question, pool: World.pool, purpose: Purpose("dpv:AcademicResearch")!)
        let order = Order(priced.quote, by: market.buyer)
        let places = await exchange.state.consent.cohort(
            for: exchange.state.request(of: order, at: exchange.time)
        ).grants
        try await exchange.record([
            .ordered(order),
            .reserved(
                order: order.id, cohort: exchange.state.consent.root(of: places),
                there: PlaceRuns(places)),
        ])
        #expect(try await available(market) == 94_000_000)
        try await exchange.resolveInterrupted()
        #expect(try await available(market) == 100_000_000)
        #expect(await exchange.state.orders[order.id]?.stage == .failed)
        let spent = try await exchange.edgeStanding(of: market.people[0].key.id, in: World.pool)
        #expect(spent.spent == order.quote.quote.rho)
    }
}
