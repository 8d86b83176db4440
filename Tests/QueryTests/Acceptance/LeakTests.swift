// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Privacy
import Testing
import Vault
import TestSupport

@testable import Query
@testable import Study

/// Checks 9, 10, 12, 16, 17 and 20 of the reference: what errors, shapes, lattices, groups, spellings
/// and margins could tell.
@Suite struct LeakTests {
    // MARK: 9, the error oracle

    @Test func `check 9: errors and shapes never depend on a contributor`() throws {
        var writer = TwinWriter(random: Seeded(9))
        var random = Seeded(90)
        let people = TwinPool.people(4, using: &random)
        var source = ByteSource.seeded(91)
        for _ in 0..<Slow.count(150, 4000) {
            let sql = writer.question().text.ours
            // An error is thrown, or none is, before any rows are there to be looked at.
            guard let query = try? CompiledQuery(sql, pool: TwinPool.pool) else { continue }
            let again = try CompiledQuery(sql, pool: TwinPool.pool)
            #expect(again.plan.cost == query.plan.cost)
            #expect(try again.digest == query.digest)
            let one = SensitivityTests.person(using: &random)
            var shapes: Set<[Int]> = []
            for cohort in [people, people + [one], [one], []] {
                let partial = query.plan.partial(ofAll: cohort.map(query.read))
                let answer = try query.plan.release(
                    partial, adding: query.plan.noise(from: &source))
                let table = query.table(from: answer)
                #expect(table.columns == query.outputs.map(\.name))
                if answer.keys == nil { shapes.insert(table.rows.map(\.count)) }
            }
            #expect(shapes.count <= 1, "\(sql)")
        }
    }

    @Test(arguments: [
        "SELECT COUNT(*) FROM demo WHERE other <> 1000 OR 1/(steps-steps) > 0",
        "SELECT COUNT(*) FROM demo WHERE other <> 1000 OR MOD(1, steps - steps) > 0",
        "SELECT COUNT(*) FROM demo WHERE other <> 1000 OR other * other * other > 0",
        "SELECT COUNT(*) FROM demo WHERE other <> 1000 OR EXTRACT(YEAR FROM day) / 0 > 1",
        "SELECT SUM(CLIP(1 / (other - 1000), 0, 9)) FROM demo",
        "SELECT COUNT(ROUND(other * 1e9)), COUNT(DATE_TRUNC('week', day)) FROM demo",
    ])
    func `check 9: no value of one contributor makes an error`(sql: String) throws {
        let query = try Fixture.query(sql)
        for value in [1000, 0, -1, .max, -.max, Schema.null] as [Int64] {
            let columns = Fixture.schema.columns.map { _ in
                Rows.Column(values: [value], dictionary: ["Graz"])
            }
            let person = Rows(schema: Fixture.schema, columns: columns, count: 1)
            let sums = query.plan.partial(of: [person]).sums
            #expect(sums.count == query.plan.partial(of: [Rows(schema: Fixture.schema)]).sums.count)
        }
    }

    // MARK: 10, the precision attack

    @Test(arguments: [0, 1 << 40] as [Int64])
    func `check 10: released numbers of neighbours lie on one lattice, all of it`(
        magnitude: Int64
    ) throws {
        // Whether the exact sum is 0 or 1, and whatever the bounds: every remainder comes as often.
        let query = try Fixture.query(
            "SELECT SUM(CLIP(other, -1099511627776, 1099511627777)) FROM demo", rows: 1)
        let releases = Slow.count(8000, 100_000)
        var source = ByteSource.seeded(10)
        for value in [magnitude, magnitude + 1] {
            let columns = Fixture.schema.columns.map { _ in Rows.Column(values: [value]) }
            let partial = query.plan.partial(
                of: [Rows(schema: Fixture.schema, columns: columns, count: 1)])
            var counts = [Int](repeating: 0, count: 64)
            for _ in 0..<releases {
                let answer = try query.plan.release(
                    partial, adding: query.plan.noise(from: &source))
                counts[Int(answer.values[0] & 63)] += 1
            }
            let expected = Double(releases) / 64
            let square = counts.reduce(0.0) { $0 + pow(Double($1) - expected, 2) / expected }
            // The 1 − 10⁻⁶ point of χ² with 63 degrees of freedom is 131.4.
            #expect(square < 131.4, "remainders \(counts)")
        }
    }

    // MARK: 12, groups that one contributor has

    /// People who have one city each: the nth city has n people.
    private static func cities(_ count: Int) -> [[Rows]] {
        let names = (1...count).map { "city \($0)" }
        return names.indices.flatMap { place in
            let columns = Fixture.schema.columns.map { column in
                Rows.Column(
                    values: [column.kind == .text ? Int64(place) : 0],
                    dictionary: column.kind == .text ? names : [])
            }
            let person = Rows(schema: Fixture.schema, columns: columns, count: 1)
            return [[Rows]](repeating: [person], count: place + 1)
        }
    }

    @Test func `check 12: groups of n show as often as is published, and of one hardly ever`()
        throws
    {
        let query = try CompiledQuery(
            "SELECT city, COUNT(*) FROM demo GROUP BY city "
                + "WITH PRIVACY (epsilon => 4, delta => 0.002)",
            pool: QueryPool(
                name: "demo", tables: [Fixture.schema], rowsPerPerson: 1, fewestInGroup: 1))
        let selection = try #require(query.plan.selection)
        let partial = query.plan.partial(ofAll: Self.cities(40))
        let releases = Slow.count(1200, 30_000)
        var source = ByteSource.seeded(12)
        var shown = [Int](repeating: 0, count: 40)
        for _ in 0..<releases {
            let answer = try query.plan.release(partial, adding: query.plan.noise(from: &source))
            for key in answer.keys ?? [] {
                guard case .text(let name) = key.parts[0] else { continue }
                let place = String(decoding: name, as: UTF8.self).dropFirst(5)
                shown[(Int(place) ?? 1) - 1] += 1
            }
        }
        // Half of δ is for the selection: at most that part of the lone groups may show.
        let alone = 0.001 * Double(releases)
        #expect(Double(shown[0]) <= alone + 5 * alone.squareRoot())
        for count in 1...40 {
            let expected =
                Double(
                    selection.keepProbability(votes: Int64(count) * selection.unit).text(digits: 9))
                ?? 0
            let spread = (expected * (1 - expected) / Double(releases)).squareRoot()
            let part = Double(shown[count - 1]) / Double(releases)
            // Five standard errors, and three groups more where next to none are expected.
            #expect(abs(part - expected) <= 5 * spread + 3 / Double(releases), "\(count)")
        }
        #expect(shown[39] > releases * 9 / 10 && shown[0] < releases / 10, "both ends are met")
    }

    @Test func `check 12: whoever names a group in many rows votes for it once`() throws {
        let query = try Fixture.query("SELECT city, COUNT(*) FROM demo GROUP BY city")
        let columns = Fixture.schema.columns.map { column in
            Rows.Column(
                values: [Int64](repeating: 0, count: 500),
                dictionary: column.kind == .text ? ["Graz"] : [])
        }
        let person = Rows(schema: Fixture.schema, columns: columns, count: 500)
        let votes = query.plan.partial(of: [person]).votes
        #expect(votes == [query.plan.selection?.vote(groups: 1)])
        // Equal texts that stand twice in a dictionary are one group.
        var twice = person
        twice.columns[4] = .init(values: (0..<500).map { $0 % 2 }, dictionary: ["Graz", "Graz"])
        #expect(query.plan.partial(of: [twice]).votes == votes)
    }

    @Test func `check 13: of too many groups as many count as are paid for, whatever the order`()
        throws
    {
        let query = try Fixture.query("SELECT city, COUNT(*) FROM demo GROUP BY city")
        let selection = try #require(query.plan.selection)
        #expect(selection.mostGroups == 10)
        let names = (0..<50).map { "city \($0)" }
        func kept(_ order: [Int]) -> Set<GroupKey> {
            let columns = Fixture.schema.columns.map { column in
                Rows.Column(
                    values: order.map(Int64.init), dictionary: column.kind == .text ? names : [])
            }
            let partial = query.plan.partial(
                of: [Rows(schema: Fixture.schema, columns: columns, count: order.count)])
            #expect(partial.votes == [Int64](repeating: selection.vote(groups: 10), count: 10))
            return Set(partial.places.keys)
        }
        let first = kept(Array(0..<50))
        #expect(first.count == 10)
        #expect(kept(Array((0..<50).reversed())) == first)
        // A contributor with other rows in them loses others.
        #expect(kept(Array((0..<50).reversed()) + [3, 3, 3]) != first)
    }

    // MARK: 16 and 17, spellings

    private static let same = [
        "SELECT kind, AVG(steps), COUNT(*) FROM demo WHERE member AND money > 1 GROUP BY kind",
        "select KIND , avg( Steps ) as a, count(*) AS n\nfrom demo.days -- again\n"
            + "where money > 1.00 and MEMBER group by 1",
        "SELECT COUNT(*), kind AS k, AVG(steps) FROM demo AS d WHERE (d.money > 1e0) AND (member) "
            + "GROUP BY k HAVING COUNT(*) > 3 ORDER BY 1 DESC LIMIT 2",
        "EXPLAIN SELECT kind, AVG(steps), COUNT(*) FROM demo WHERE money > 1 AND member GROUP BY kind "
            + "WITH PRIVACY (delta => 0.0000001, epsilon => 1.0);",
    ]

    @Test func `check 16: one question has one digest, however it is spelled`() throws {
        let digests = try Self.same.map { try Fixture.query($0).digest }
        #expect(Set(digests).count == 1)
        let other = try Fixture.query(Self.same[0] + " WITH PRIVACY (epsilon => 1.1)")
        #expect(try other.digest != digests[0])
    }

    @Test func `check 17: every other way to ask is another question, and is charged`() throws {
        let ways =
            (1...60).map { "SELECT COUNT(*) FROM demo WHERE steps >= 0 AND other <> \(-$0)" }
            + (1...60).map { "SELECT SUM(CASE WHEN steps < \($0) THEN 1 ELSE 1 END) FROM demo" }
            + [
                "SELECT SUM(steps) FROM demo", "SELECT AVG(steps) FROM demo",
                "SELECT SUM(steps * 1) FROM demo", "SELECT SUM(steps + 0) FROM demo",
                "SELECT COUNT(*) FROM demo WHERE steps < 5 OR steps >= 5",
                "SELECT COUNT(*) FROM demo WHERE NOT steps IS NULL",
            ]
        var digests: Set<Canon.Digest> = []
        for way in ways {
            let query = try Fixture.query(way)
            #expect(digests.insert(try query.digest).inserted, "\(way)")
            // The charge is what the noise is: for each block R²/2σ², never less.
            let spent = zip(query.plan.step.blocks, query.plan.noises).reduce(0.0) { sum, pair in
                let ratio =
                    Double(pair.0.bound.largest) / Double(pair.1.rungs[0].noise.sigma)
                return sum + ratio * ratio / 2
            }
            #expect(Double(query.plan.cost.units) / 0x1p40 >= spent * (1 - 1e-12))
            #expect(spent > 0.019, "epsilon 1 at 1e-7 is a rho of 0.0202")
        }
    }

    @Test func `check 17: what averaging wins is what the charges say`() throws {
        let query = try Fixture.query("SELECT COUNT(*) FROM demo", rows: 1)
        let partial = query.plan.nobody
        let sigma = Double(query.plan.mechanism.noise.sigma)
        var source = ByteSource.seeded(17)
        // The error of the mean of n answers has a variance of σ²/n; fewer charges, less known.
        for ways in [1, 16, 64] {
            var squares = 0.0
            let turns = 400
            for _ in 0..<turns {
                var sum = 0.0
                for _ in 0..<ways {
                    sum += Double(
                        try query.plan.release(partial, adding: query.plan.noise(from: &source))
                            .values[0])
                }
                squares += pow(sum / Double(ways) / sigma, 2)
            }
            // χ² of 400: five standard errors are 0.354.
            #expect(abs(squares / Double(turns) * Double(ways) - 1) < 0.354)
        }
    }

    // MARK: 20, margins

    @Test(arguments: ["COUNT(*)", "SUM(steps)", "AVG(steps)", "VAR(steps)"])
    func `check 20: intervals cover the truth in 95 of 100 releases`(item: String) throws {
        let query = try Fixture.query("SELECT \(item) FROM demo", rows: 1)
        let people = (0..<3000).map { number in
            let columns = Fixture.schema.columns.map { _ in
                Rows.Column(values: [Int64(number % 5 * 200)])
            }
            return [Rows(schema: Fixture.schema, columns: columns, count: 1)]
        }
        let partial = query.plan.partial(ofAll: people)
        let exact = AnswerReader(query.plan, query.noiseless(people)).read(
            query.contents[0], group: 0
        ).value
        var source = ByteSource.seeded(20)
        let releases = Slow.count(3000, 200_000)
        let covered = try (0..<releases).count { _ in
            let answer = try query.plan.release(partial, adding: query.plan.noise(from: &source))
            let reading = AnswerReader(query.plan, answer).read(query.contents[0], group: 0)
            return abs(reading.value - exact) <= reading.margin
        }
        // Two and a half standard errors of 3,000 are one in a hundred; ten of 200,000 are half a one.
        let part = Double(covered) / Double(releases)
        let allowed = Slow.isOn ? 0.945...0.955 : 0.94...0.96
        #expect(allowed.contains(part), "\(part)")
    }
}
