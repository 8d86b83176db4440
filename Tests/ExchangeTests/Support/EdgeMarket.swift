// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Edge
import Foundation
import Identity
import Intake
import Ledger
import Market
import Privacy
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Exchange

/// Time that passes when a test says so.
final class HandClock: Sendable {
    private let time = Mutex(Duration.zero)
    func pass(_ duration: Duration) { time.withLock { $0 += duration } }

    var clock: WaitingClock {
        WaitingClock(
            now: { self.time.withLock { $0 } },
            sleep: { _ in try await Task.sleep(for: .milliseconds(1)) })
    }
}

/// A contributor: her folder, and what she granted.
struct EdgePerson: Sendable {
    let world: World
    let exchange: Exchange
    let home: EdgeHome
    let member: EdgeHome.Member

    var key: SigningKey { home.key(of: member.node, World.pool) }
    var record: HomeRecord { home.record(of: member.node) }

    func spent() throws -> UInt64 { try record.usage(in: World.pool).spent }
}

/// A node without a single row, people with theirs, and a buyer; no network, and no clock but the test's.
struct EdgeMarket: Sendable {
    static let question =
        "SELECT COUNT(*), SUM(steps) FROM steps WITH PRIVACY (epsilon => 1.0, delta => 1e-6)"
    /// How a contributor reads her own file.
    private static let mapping = """
        {"table": "walks", "columns": [
          {"source": "day", "name": "day", "kind": "date"},
          {"source": "steps", "name": "steps", "kind": "integer", "bounds": ["0", "50000"]}], "key": ["day"]}
        """

    /// Whose machines are not there, or left: they are not waited for, and all others as long as it takes, however
    /// busy the cores are.
    let gone: GoneMachines
    /// Ten minutes a step, and a hundred seconds for a study.
    let hand: HandClock
    let world: World
    private let surroundings: Surroundings
    let exchange: Exchange
    let buyer: SigningKey
    let people: [EdgePerson]

    init(people count: Int = 6) async throws {
        let (gone, hand, world) = (GoneMachines(), HandClock(), World(seed: 1))
        var surroundings = world.surroundings
        surroundings.edgePatience = EdgePatience(
            gathering: .seconds(600), step: .seconds(600), study: .seconds(100),
            isEnough: { gone.contains(all: $0) }, clock: hand.clock)
        let exchange = try await Exchange.create(
            in: world.home, name: "test", surroundings: surroundings)
        var people: [EdgePerson] = []
        for number in 0..<count {
            let own = World(seed: UInt64(number) + 10)
            let hers = try await Exchange.create(
                in: own.home, name: "own", surroundings: own.surroundings)
            _ = try await hers.createParty(named: "me")
            let key = try await hers.key(of: "me")
            _ = try await hers.importFile(
                own.file(people: number..<number + 1), owner: .party(key),
                options: IntakeOptions(mapping: Mapping(parsing: Array(EdgeMarket.mapping.utf8))))
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
            people.append(EdgePerson(world: own, exchange: hers, home: home, member: member))
        }
        _ = try await exchange.createParty(named: "buyer")
        buyer = try await exchange.key(of: "buyer")
        try await exchange.deposit(
            Amount(microunits: 100_000_000)!, to: buyer.id, reference: "test")
        await exchange.desk.open()
        (self.gone, self.hand, self.world) = (gone, hand, world)
        (self.exchange, self.people, self.surroundings) = (exchange, people, surroundings)
    }

    /// The same people and buyer after the node was started anew from the folder as it is now.
    func restarted() async throws -> EdgeMarket {
        let folder = HomeFolder(path: world.folder + "/restarted")
        try FileManager.default.copyItem(atPath: world.home.path, toPath: folder.path)
        let exchange = try await Exchange.open(folder, surroundings: surroundings)
        await exchange.desk.open()
        return EdgeMarket(self, at: exchange)
    }

    private init(_ other: EdgeMarket, at exchange: Exchange) {
        (gone, hand, world) = (other.gone, other.hand, other.world)
        (people, buyer, surroundings) = (other.people, other.buyer, other.surroundings)
        self.exchange = exchange
    }

    /// Works for a person until nothing more comes; from the given step on she answers nothing.
    private static func work(
        _ person: EdgePerson, at exchange: Exchange, leaving last: Int, _ gone: GoneMachines,
        taking time: (HandClock, Duration)?
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
                time.map { $0.pass($1) }
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

    /// Orders a question while people work, of whom the first takes so long for each answer.
    func order(
        _ sql: String = question, there: Range<Int>? = nil, leaving: [Int: Int] = [:],
        slow: Duration = .zero
    ) async throws -> AnsweredOrder {
        let priced = try await exchange.quote(
            sql, pool: World.pool, purpose: Purpose("dpv:AcademicResearch")!)
        let present = there ?? people.indices
        gone.set(
            Set(
                people.indices.filter { !present.contains($0) }.map {
                    people[$0].key.id
                }))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for place in present {
                let person = people[place]
                let last = leaving[place] ?? .max
                group.addTask {
                    try await EdgeMarket.work(
                        person, at: exchange, leaving: last, gone,
                        taking: place == 0 ? (hand, slow) : nil)
                }
            }
            defer { group.cancelAll() }
            return try await exchange.order(priced.quote.id, by: buyer)
        }
    }

    func available() async throws -> Int64 { try await exchange.money(of: buyer).available }
}
