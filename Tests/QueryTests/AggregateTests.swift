// SPDX-License-Identifier: Apache-2.0
import Testing
import Vault
import TestSupport

@testable import Query
@testable import Study

/// The local step against a plain loop over the rows.
@Suite struct AggregateTests {
    @Test func `filter, groups and sums are those of a plain loop`() throws {
        let sql = """
            SELECT COUNT(*), COUNT(money), COUNT(DISTINCT contributor), SUM(money), AVG(steps)
            FROM demo WHERE score > 0 OR member GROUP BY kind, member
            """
        let query = try Fixture.query(sql, rows: 100_000)
        let filter = try KernelTests.expression("score > 0 OR member")
        var random = Seeded(51)
        for turn in 0..<40 {
            let person = Fixture.person(rows: turn * 3, using: &random)
            let groups = query.plan.step.listedGroups
            let kinds = query.plan.step.statistics.count
            // The statistics of rows, group by group, then the contributors.
            var expected = [Double](repeating: 0, count: groups * (kinds + 1))
            for row in 0..<person.count
            where Oracle(rows: person, row: row).value(filter) == .truth(true) {
                func value(_ column: Int) -> Int64? {
                    let value = person.columns[column].values[row]
                    return value == Schema.null ? nil : value
                }
                let group = 3 * (value(0) ?? 3) + (value(5) ?? 2)
                /// What the row adds to a statistic.
                func added(to statistic: Statistic) -> Double {
                    switch statistic {
                    case .rows(nil): return 1
                    case .sum: return Double(min(max(value(2) ?? 0, -102_400), 102_400)) / 102_400
                    case .centredSum:
                        return value(1).map { Double(min(max($0, 0), 1024)) / 512 - 1 } ?? 0
                    case .rows(let having):
                        // Rows that have no money, or no steps.
                        let isMoney = "\(having as Any)".contains("column(2)")
                        return value(isMoney ? 2 : 1) == nil ? 1 : 0
                    case .people: return 0
                    }
                }
                for (place, statistic) in query.plan.step.statistics.enumerated() {
                    expected[Int(group) * kinds + place] += added(to: statistic)
                }
                expected[groups * kinds + Int(group)] = 1
            }
            let sums = query.plan.partial(of: [person]).sums
            #expect(sums.count == expected.count)
            for (sum, expected) in zip(sums, expected) {
                let lattice = Double(query.plan.step.lattice)
                #expect(abs(Double(sum) - expected * lattice) <= 0.51)
            }
        }
    }

    @Test func `more rows than a block give what their parts give together`() throws {
        let sql = "SELECT COUNT(*), SUM(steps), COUNT(DISTINCT contributor) FROM demo GROUP BY kind"
        let query = try Fixture.query(sql, rows: 100_000)
        var random = Seeded(52)
        let few = Fixture.person(rows: 1000, using: &random)
        var many = few
        for _ in 0..<39 { many.append(few) }
        #expect(many.count > 2 * ProgramRun<PlainWord>.block)
        let (one, all) = (query.plan.partial(of: [few]).sums, query.plan.partial(of: [many]).sums)
        let rows = 2 * query.plan.step.listedGroups
        for place in one.indices {
            if place < rows {
                #expect(abs(all[place] - 40 * one[place]) <= 20, "but for rounding")
            } else {
                #expect(all[place] == one[place], "a person counts once")
            }
        }
    }

    @Test func `sums of the widest values do not overflow`() throws {
        let bounds = "-4503599.627370496, 4503599.627370496"
        let query = try Fixture.query(
            "SELECT SUM(CLIP(score * 1.000000, \(bounds))) FROM demo", rows: 100_000)
        for (value, sign) in [(Int64.max, 1), (-.max, -1)] as [(Int64, Int64)] {
            let columns = Fixture.schema.columns.map { column in
                Rows.Column(
                    values: [Int64](
                        repeating: column.name == "score" ? value / 1_000_000 : 0, count: 20_000))
            }
            let person = Rows(schema: Fixture.schema, columns: columns, count: 20_000)
            let sum = query.plan.partial(of: [person]).sums[0]
            #expect(sum == sign * 20_000 * query.plan.step.lattice)
        }
    }

    @Test func `a sum over many people is not biased by rounding`() throws {
        // 1 of 1024 steps is no whole number of lattice units at bounds of 0…1023.
        let query = try Fixture.query("SELECT SUM(CLIP(steps, 0, 1023)) FROM demo", rows: 1)
        var total = 0.0
        for steps in 1...1022 as ClosedRange<Int64> {
            let columns = Fixture.schema.columns.map { _ in Rows.Column(values: [steps]) }
            let person = Rows(schema: Fixture.schema, columns: columns, count: 1)
            total += Double(query.plan.partial(of: [person]).sums[0])
        }
        let exact = Double(1022 * 1023 / 2) / 1023 * Double(query.plan.step.lattice)
        #expect(abs(total - exact) < 50, "truncation would lose about 511 units")
    }

    @Test(arguments: [1, 2, 3, 8])
    func `threads and the order of people never change the sums`(threads: Int) async throws {
        let query = try Fixture.query(
            "SELECT kind, COUNT(*), AVG(money), SUM(steps) FROM demo GROUP BY kind")
        var random = Seeded(53)
        var people = (0..<300).map { _ in
            Fixture.person(rows: Int.random(in: 0...25, using: &random), using: &random)
        }
        let expected = query.sums(of: people)
        people.shuffle(using: &random)
        let partial = try await query.plan.run(over: MemoryCohort(people: people), threads: threads)
        #expect(partial.sums == expected)
    }

    @Test func `a row adds to one group at most, whatever its codes are`() throws {
        let query = try Fixture.query("SELECT COUNT(*) FROM demo GROUP BY kind, member")
        for code in [Int64.min, -1, 0, 2, 3, 4, .max] {
            let columns = Fixture.schema.columns.map { _ in Rows.Column(values: [code]) }
            let person = Rows(schema: Fixture.schema, columns: columns, count: 1)
            let sums = query.plan.partial(of: [person]).sums
            #expect(sums.filter { $0 != 0 } == [query.plan.step.lattice])
        }
    }
}
