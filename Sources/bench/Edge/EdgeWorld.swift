// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Edge
internal import Identity
internal import Learn
internal import Ledger
internal import Market
internal import Privacy
internal import Query
internal import Study
internal import Vault

/// A pool of contributors' own machines, its buyer, and people with three rows each, made up by a rule.
struct EdgeWorld {
    static let question =
        "SELECT COUNT(*) FROM people WITH PRIVACY (epsilon => 2.0, delta => 1e-6)"
    static let model = """
        CREATE MODEL m FROM people PREDICT buys USING (features => (age, region))
        WITH PRIVACY (epsilon => 2.0, delta => 1e-6)
        """

    private static let schema = Schema(
        table: "people",
        columns: [
            Schema.Column("age", .integer, unit: "years", bounds: 0...100),
            Schema.Column("region", .category, categories: ["north", "east", "south"]),
            Schema.Column("buys", .category, categories: ["no", "yes"]),
        ])
    private static let start = Timestamp(milliseconds: 1_767_225_600_000)

    private let node: SigningKey
    private let buyer: SigningKey
    private let purpose: Purpose
    private let offer: PoolOffer
    /// In the order of their keys.
    let keys: [SigningKey]
    private let people: [Rows]

    init(_ count: Int, _ dice: inout some RandomNumberGenerator) throws {
        (node, buyer) = (SigningKey(using: &dice), SigningKey(using: &dice))
        guard let purpose = Purpose("dpv:ResearchAndDevelopment") else { throw Gone() }
        self.purpose = purpose
        offer = try PoolOffer(
            name: "people", title: "People", tables: [EdgeWorld.schema], purposes: [purpose],
            basePrice: .zero, premium: Amount(microunits: 1_000) ?? .zero, feeBasisPoints: 0,
            minimumCohort: 5, rowsPerPerson: 3, split: .equal, isEdge: true)
        keys = (0..<count).map { _ in SigningKey(using: &dice) }.sorted { $0.id < $1.id }
        people = (0..<count).map { _ in EdgeWorld.rows(&dice) }
    }

    private static func rows(_ dice: inout some RandomNumberGenerator) -> Rows {
        var columns: [[Int64]] = [[], [], []]
        for _ in 0..<3 {
            let age = Int64.random(in: 0...100, using: &dice)
            let region = Int64.random(in: 0...2, using: &dice)
            let buys: Int64 = Int64.random(in: 0...100, using: &dice) < age ? 1 : 0
            for (place, value) in [age, region, buys].enumerated() {
                columns[place].append(value)
            }
        }
        return Rows(
            schema: schema, columns: columns.map { Rows.Column(values: $0, dictionary: []) },
            count: 3)
    }

    private var pool: QueryPool {
        QueryPool(
            name: offer.name, tables: offer.tables, rowsPerPerson: offer.rowsPerPerson,
            people: keys.count)
    }

    /// A question, quoted and ordered; and the study as the node has it.
    func order(_ sql: String) throws -> (task: EdgeTask, study: SummedStudy) {
        let study: SummedStudy
        let (digest, cost): (Digest, Rho)
        if ModelQuestion.isModel(sql) {
            let model = try CompiledModel(sql, pool: pool)
            (study, digest, cost) = (try SummedStudy(model), try model.digest, model.cost)
        } else {
            let query = try CompiledQuery(sql, pool: pool)
            (study, digest, cost) = (try SummedStudy(query), try query.digest, query.plan.cost)
        }
        let salt = Digest(of: Array("salt".utf8))
        let quote = Quote(
            pool: offer.name, tables: [EdgeWorld.schema.table], purpose: purpose,
            question: EdgeTask.commitment(to: digest, salt: salt), base: .zero, premium: .zero,
            rho: cost.units, epsilon: "2", delta: "1e-6", margins: [], band: "20+",
            issued: EdgeWorld.start, expires: EdgeWorld.start.adding(milliseconds: 900_000))
        let order = Order(SignedQuote(quote, by: node), by: buyer)
        return (EdgeTask(order: order, sql: sql, salt: salt, people: keys.count), study)
    }

    /// A contributor's machine in a study.
    func machine(
        _ place: Int, _ task: EdgeTask, _ known: CheckedSignatures?,
        _ dice: inout some RandomNumberGenerator
    ) throws -> EdgeMachine {
        let grant = try Grant(
            party: keys[place].id, pool: offer.name, tables: [EdgeWorld.schema.table],
            purposes: [purpose], priceFloor: 0, privacyLimit: 10 << 40, privacyPerStudy: 10 << 40,
            uses: 10, starts: EdgeWorld.start,
            expires: EdgeWorld.start.adding(milliseconds: 86_400_000), notice: .zero,
            commitment: .zero)
        let member = EdgeMembership(
            node: node.id, offer: offer, grant: grant, key: keys[place])
        let device = try EdgeDevice(
            task, as: member, keeping: BenchRecord(), known: known, at: EdgeWorld.start)
        return EdgeMachine(
            device, rows: people[place], at: EdgeWorld.start, ByteSource(seededBy: &dice))
    }
}
