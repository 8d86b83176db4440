// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Identity
import Ledger
import Learn
import Market
import Privacy
import Query
import Synchronization
import TestSupport
import Study
import Vault

@testable import Edge

/// People with a few rows each, made up by a rule.
enum Made {
    static let schema = Schema(
        table: "people",
        columns: [
            Schema.Column("age", .integer, unit: "years", bounds: 0...100),
            Schema.Column("region", .category, categories: ["north", "east", "south"]),
            Schema.Column("nickname", .text),
            Schema.Column("buys", .category, categories: ["no", "yes"]),
            Schema.Column("spends", .integer, bounds: 0...1_000),
        ])

    /// So many rows of one person: who is older or from the north buys more often, and spends more.
    static func rows(_ count: Int, _ dice: inout Seeded) -> Rows {
        var columns: [[Int64]] = schema.columns.map { _ in [] }
        for _ in 0..<count {
            let age = Int64.random(in: 0...100, using: &dice)
            let region = Int64.random(in: 0...2, using: &dice)
            let score = age + (region == 0 ? 40 : 0)
            let buys: Int64 = Int64.random(in: 0...140, using: &dice) < score ? 1 : 0
            for (place, value) in [age, region, 0, buys, 5 * score].enumerated() {
                columns[place].append(value)
            }
        }
        return Rows(
            schema: schema,
            columns: zip(schema.columns, columns).map {
                Rows.Column(values: $1, dictionary: $0.kind == .text ? ["x"] : [])
            }, count: count)
    }
}

/// A node's pool, its buyer, and contributors with their rows on machines of their own.
struct World {
    static let start = Timestamp(milliseconds: 1_767_225_600_000)
    static let sql = """
        SELECT region, COUNT(*), AVG(spends) FROM people GROUP BY region
        WITH PRIVACY (epsilon => 2.0)
        """
    static let model = """
        CREATE MODEL m FROM people PREDICT spends USING (features => (age, region), quality => off)
        WITH PRIVACY (epsilon => 2.0, delta => 1e-5)
        """

    let node: SigningKey
    let buyer: SigningKey
    let offer: PoolOffer
    /// In the order of their keys.
    let keys: [SigningKey]
    let people: [Rows]
    /// What one machine has checked the others take over: they are all in one process.
    let known = CheckedSignatures()

    init(_ count: Int, minimum: Int = 5, seed: UInt64 = 1) throws {
        var dice = Seeded(seed)
        node = SigningKey(using: &dice)
        buyer = SigningKey(using: &dice)
        offer = try PoolOffer(
            name: "people", title: "People", tables: [Made.schema],
            purposes: [World.purpose], basePrice: .zero,
            premium: Amount(microunits: 1_000) ?? .zero, feeBasisPoints: 0,
            minimumCohort: minimum, rowsPerPerson: 3, split: .equal, isEdge: true)
        keys = (0..<count).map { _ in SigningKey(using: &dice) }.sorted { $0.id < $1.id }
        people = (0..<count).map { _ in Made.rows(3, &dice) }
    }

    static let purpose = Purpose("dpv:ResearchAndDevelopment")!

    var parties: [PartyID] { keys.map(\.id) }

    /// What tells a contributor from others with equal rows.
    func mark(of place: Int) -> UInt64 { Contribution.mark(of: parties[place].publicKey) }

    func pool(people count: Int) -> QueryPool {
        QueryPool(
            name: offer.name, tables: offer.tables, rowsPerPerson: offer.rowsPerPerson,
            people: count)
    }

    /// What the node asks for: a question, quoted and ordered.
    func task(
        _ sql: String = World.sql, people count: Int = 100,
        change: (inout Quoted) -> Void = { _ in }
    ) throws -> EdgeTask {
        let rounds = try StudyRounds(sql, pool: pool(people: count))
        let salt = Digest(of: Array("salt".utf8))
        var quoted = Quoted(
            pool: offer.name, tables: rounds.tables.map(\.table), purpose: World.purpose,
            question: EdgeTask.commitment(to: rounds.digest, salt: salt), price: 5_000,
            rho: rounds.cost.units, node: node)
        change(&quoted)
        return EdgeTask(
            order: Order(quoted.signed, by: buyer), sql: sql, salt: salt, people: count)
    }

    /// What a contributor's machine knows.
    func member(
        _ place: Int, change: (inout Allowed) -> Void = { _ in }
    ) throws -> EdgeMembership {
        var allowed = Allowed()
        change(&allowed)
        let grant = try Grant(
            party: keys[place].id, pool: allowed.pool, tables: [Made.schema.table],
            purposes: allowed.purposes, priceFloor: allowed.floor,
            privacyLimit: allowed.limit, privacyPerStudy: allowed.limit, uses: 10,
            starts: World.start, expires: World.start.adding(milliseconds: allowed.milliseconds),
            notice: .zero, commitment: .zero)
        return EdgeMembership(node: node.id, offer: offer, grant: grant, key: keys[place])
    }

    /// A contributor's machine in a study.
    func machine(
        _ place: Int, _ task: EdgeTask, record: MemoryRecord = MemoryRecord(),
        change: (inout Allowed) -> Void = { _ in }
    ) throws -> Machine {
        Machine(
            try EdgeDevice(
                task, as: member(place, change: change), keeping: record, known: known,
                at: World.start),
            rows: people[place], record: record, seed: UInt64(place) + 1000)
    }

    /// The study of a task as the node has it.
    func study(_ task: EdgeTask) throws -> SummedStudy {
        let pool = pool(people: task.people)
        return ModelQuestion.isModel(task.sql)
            ? try SummedStudy(CompiledModel(task.sql, pool: pool))
            : try SummedStudy(CompiledQuery(task.sql, pool: pool))
    }

    /// What a quote says.
    struct Quoted {
        var pool: String
        var tables: [String]
        var purpose: Purpose
        var question: Digest
        var price: Int64
        var rho: UInt64
        var node: SigningKey

        var signed: SignedQuote {
            SignedQuote(
                Quote(
                    pool: pool, tables: tables, purpose: purpose, question: question,
                    base: Amount(microunits: price) ?? .zero, premium: .zero, rho: rho,
                    epsilon: "2", delta: "1e-7", margins: [], band: "20+", issued: World.start,
                    expires: World.start.adding(milliseconds: 900_000)), by: node)
        }
    }

    /// What a contributor allows.
    struct Allowed {
        var pool = "people"
        var purposes: Set<Purpose> = [World.purpose]
        var floor: Int64 = 1_000
        var limit: UInt64 = 10 << 40
        var milliseconds: Int64 = 86_400_000
    }
}

/// A record in memory that outlives the machines that use it.
final class MemoryRecord: SpentRecord {
    struct Full: Error {}

    struct State {
        var usage: [String: Usage] = [:]
        var orders: Set<Digest> = []
        var isBroken = false
    }

    let state = Mutex(State())

    func usage(in pool: String) throws -> Usage {
        try state.withLock {
            guard !$0.isBroken else { throw Full() }
            return $0.usage[pool] ?? Usage()
        }
    }

    func hasBegun(_ order: Digest) throws -> Bool {
        state.withLock { $0.orders.contains(order) }
    }

    func begin(_ order: Digest, in pool: String, spending rho: UInt64) throws {
        try state.withLock {
            guard !$0.isBroken, $0.orders.insert(order).inserted else { throw Full() }
            $0.usage[pool, default: Usage()].spent += rho
            $0.usage[pool, default: Usage()].studies += 1
        }
    }

    /// What was spent in the pool.
    var spent: UInt64 { state.withLock { $0.usage["people"]?.spent ?? 0 } }
}

/// A contributor's machine: its part of a study, its rows and its random bytes.
final class Machine {
    private var device: EdgeDevice
    let rows: Rows
    let record: MemoryRecord
    private var source: ByteSource
    private(set) var asked = 0
    /// Whose shares for it do not open.
    var accused: PartyID? { device.accused }

    init(_ device: consuming EdgeDevice, rows: Rows, record: MemoryRecord, seed: UInt64) {
        self.device = device
        (self.rows, self.record) = (rows, record)
        var dice = Seeded(seed)
        source = ByteSource(seededBy: &dice)
    }

    func answer(
        _ message: StepMessage, at now: Timestamp = World.start
    ) throws -> StepMessage? {
        try device.answer(
            message, at: now,
            rows: { _ in
                asked += 1
                return [rows]
            }, from: &source)
    }
}
