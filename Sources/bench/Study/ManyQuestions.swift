// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Foundation
internal import Identity
internal import Intake
internal import Ledger
internal import Market
internal import Privacy
internal import Query

/// Small questions in a row, each another one: quoted, ordered, budgets reserved durably, answered,
/// recorded and paid, at the pace of a real exchange.
enum ManyQuestions {
    private static let people = 50

    static func measure(in folder: String, questions: Int) async throws -> [String: Double] {
        let exchange = try await Exchange.create(
            in: HomeFolder(path: folder + "/home"), name: "bench", surroundings: .system)
        let path = folder + "/club.csv"
        try Data(sheet.utf8).write(to: URL(fileURLWithPath: path))
        let mapping = """
            {"table": "walks", "person": "who", "columns": [
              {"source": "day", "name": "day", "kind": "date"},
              {"source": "steps", "name": "steps", "kind": "integer", "bounds": ["0", "50000"]}],
             "key": ["day"]}
            """
        _ = try await exchange.importFile(
            path, owner: .custody(prefix: "club"),
            options: IntakeOptions(mapping: try Mapping(parsing: Array(mapping.utf8))))
        guard let research = Purpose("dpv:ResearchAndDevelopment") else {
            throw SQLBenchError("the purpose is not in the list")
        }
        try await exchange.openPool(
            PoolOffer(
                name: "steps", title: "Steps",
                tables: try await exchange.schemas(named: ["walks"]), purposes: [research],
                basePrice: amount(1_000_000), premium: amount(0), feeBasisPoints: 500,
                minimumCohort: 20, rowsPerPerson: 3, split: .equal))
        let limit = try PrivacyTarget(epsilon: "64", delta: "1e-7").rho.units
        let terms = GrantTerms(
            tables: ["walks"], purposes: [research], priceFloor: 0, privacyLimit: limit,
            privacyPerStudy: limit, uses: 100_000, days: 30)
        let keys = exchange.custodyKeys(
            prefix: "club", labels: try await exchange.custodyLabels(prefix: "club"))
        _ = try await exchange.grant(terms, pool: "steps", by: keys)
        _ = try await exchange.createParty(named: "buyer")
        let buyer = try await exchange.key(of: "buyer")
        try await exchange.deposit(
            amount(1_000_000_000_000), to: buyer.id, reference: "bench")
        var plannings: [Double] = []
        let start = Meter.now
        for question in 0..<questions {
            let sql =
                "SELECT COUNT(*), AVG(steps) FROM steps WHERE steps > \(question) "
                + "WITH PRIVACY (epsilon => 0.05, delta => 1e-7)"
            let planned = Meter.now
            let priced = try await exchange.quote(sql, pool: "steps", purpose: research)
            plannings.append(Meter.since(planned).wall * 1000)
            _ = try await exchange.order(priced.quote.id, by: buyer)
        }
        let wall = Meter.since(start).wall
        return [
            "questions_per_second": Double(questions) / wall,
            "quote_ms": plannings.median,
        ]
    }

    private static func amount(_ microunits: Int64) throws -> Amount {
        guard let amount = Amount(microunits: microunits) else {
            throw SQLBenchError("\(microunits) is no amount")
        }
        return amount
    }

    private static var sheet: String {
        var text = "who,day,steps\n"
        for person in 0..<people {
            for day in 1...3 { text += "person-\(person),2025-03-0\(day),\(1000 + 137 * person)\n" }
        }
        return text
    }
}
