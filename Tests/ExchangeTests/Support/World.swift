// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Foundation
import Identity
import Intake
import Ledger
import Market
import Privacy
import Query
import Synchronization
import Vault
import TestSupport

@testable import Exchange

/// A folder of its own, a clock that tests set, and random bits by a seed.
final class World: Sendable {
    let folder: String
    private let clock = Mutex<Int64>(1_767_225_600_000)
    private let random: Mutex<Seeded>
    /// What happens when a study has mapped the vault and not read it yet.
    let meanwhile = Mutex<(@Sendable () async -> Void)?>(nil)

    /// Words that only contributors' files hold: they may be found nowhere else.
    static let planted = ["Zebediah", "Quuxington", "gruenkohl-eintopf", "48611"]
    static let pool = "steps"
    static let purpose = Purpose("dpv:AcademicResearch")!
    static let question =
        "SELECT COUNT(*), SUM(steps) FROM steps WITH PRIVACY (epsilon => 1.0, delta => 1e-6)"

    init(seed: UInt64 = 1) {
        random = Mutex(Seeded(seed))
        folder = NSTemporaryDirectory() + "/dividend-world-" + UUID().uuidString
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var home: HomeFolder { HomeFolder(path: folder + "/home") }

    /// Moves the clock; backwards too.
    func pass(_ milliseconds: Int64) { clock.withLock { $0 += milliseconds } }

    var surroundings: Surroundings { surroundings(.none) }

    /// Each look at the clock takes a millisecond.
    private func surroundings(_ pace: Pace) -> Surroundings {
        Surroundings(
            clock: {
                self.clock.withLock {
                    $0 += 1
                    return Timestamp(milliseconds: $0)
                }
            }, random: { self.random.withLock { $0.next() } }, pace: pace,
            beforeReading: { await self.meanwhile.withLock { $0 }?() })
    }

    func open() async throws -> Exchange {
        try await Exchange.open(home, surroundings: surroundings)
    }

    /// What people are called in the file.
    static func label(_ person: Int) -> String {
        person == 0 ? "Zebediah Quuxington" : "person-\(person)"
    }

    /// Writes a file about some people, three days each.
    func file(
        people: Range<Int>, named name: String = "club.csv", from first: Int = 1
    ) throws -> String {
        var text = "who,day,steps,meal\n"
        for person in people {
            for day in first...first + 2 {
                let steps = person == 0 && day == 2 ? 48611 : 1000 * (person + 1) + day
                text += "\(World.label(person)),2025-03-0\(day),\(steps),"
                text += person == 0 ? "gruenkohl-eintopf\n" : "soup\n"
            }
        }
        let path = folder + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    var options: IntakeOptions {
        get throws {
            let mapping = """
                {"table": "walks", "person": "who", "columns": [
                  {"source": "day", "name": "day", "kind": "date"},
                  {"source": "steps", "name": "steps", "kind": "integer", "bounds": ["0", "50000"]},
                  {"source": "meal", "name": "meal", "kind": "text"}], "key": ["day"]}
                """
            return IntakeOptions(mapping: try Mapping(parsing: Array(mapping.utf8)))
        }
    }

    func keys(of people: Range<Int>, at exchange: Exchange) -> [SigningKey] {
        exchange.custodyKeys(prefix: "club", labels: people.map(World.label))
    }

    static func rho(_ epsilon: String) throws -> UInt64 {
        try PrivacyTarget(epsilon: epsilon, delta: "1e-6").rho.units
    }

    /// What everybody allows.
    static func terms(limit: String = "8.0") throws -> GrantTerms {
        GrantTerms(
            tables: ["walks"], purposes: [Purpose("dpv:ResearchAndDevelopment")!],
            priceFloor: 1_000_000, privacyLimit: try World.rho(limit),
            privacyPerStudy: try World.rho("2.0"), uses: 100, days: 30)
    }

    /// An exchange with one pool, so many people in it, and a buyer with 1000 units.
    func market(
        people: Int = 6, minimum: Int = 5, limit: String = "8.0", pace: Pace = .none
    ) async throws -> (exchange: Exchange, buyer: SigningKey) {
        let exchange = try await Exchange.create(
            in: home, name: "test", surroundings: surroundings(pace))
        _ = try await exchange.importFile(
            file(people: 0..<people), owner: .custody(prefix: "club"), options: options)
        let research = Purpose("dpv:ResearchAndDevelopment")!
        try await exchange.openPool(
            PoolOffer(
                name: World.pool, title: "Steps",
                tables: try await exchange.schemas(named: ["walks"]), purposes: [research],
                basePrice: Amount(microunits: 5_000_001)!,
                premium: Amount(microunits: 70_000)!, feeBasisPoints: 500,
                minimumCohort: minimum, rowsPerPerson: 3, split: .equal))
        try await exchange.grant(
            World.terms(limit: limit), pool: World.pool, by: keys(of: 0..<people, at: exchange))
        _ = try await exchange.createParty(named: "buyer")
        let buyer = try await exchange.key(of: "buyer")
        try await exchange.deposit(
            Amount(microunits: 1_000_000_000)!, to: buyer.id, reference: "test")
        try await exchange.seal()
        return (exchange, buyer)
    }

    /// Every file below a folder, with its bytes.
    func files(below path: String) -> [(name: String, bytes: [UInt8])] {
        let names = FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []
        return names.sorted().compactMap { name in
            var isFolder: ObjCBool = false
            let full = path + "/" + name
            guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder),
                !isFolder.boolValue, let data = FileManager.default.contents(atPath: full)
            else {
                return nil
            }
            return (name, Array(data))
        }
    }

    /// The files that hold some bytes.
    func files(below path: String, holding wanted: [UInt8]) -> [String] {
        files(below: path).filter { Data($0.bytes).range(of: Data(wanted)) != nil }.map(\.name)
    }
}

extension Exchange {
    /// Quotes the usual question.
    nonisolated func quote(_ sql: String = World.question) async throws -> PricedQuestion {
        try await quote(sql, pool: World.pool, purpose: World.purpose)
    }

    /// A quote for one of many questions that nearly ask the same.
    nonisolated func quote(_ turn: Int) async throws -> PricedQuestion {
        try await quote(
            World.question.replacing("FROM steps", with: "FROM steps WHERE steps > \(turn)"))
    }

    /// What everybody was charged, by pseudonym.
    func spent(_ key: SigningKey) -> UInt64 {
        accounts(of: key).map { state.consent.budget(of: $0.id, in: World.pool).spent }.max() ?? 0
    }

    /// Nothing was made or lost, and nothing is left on hold.
    var isSettled: Bool { state.imbalance == nil && state.books.liveHolds().isEmpty }
}
