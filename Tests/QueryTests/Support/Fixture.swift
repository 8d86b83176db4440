// SPDX-License-Identifier: Apache-2.0
import Privacy
import Vault
import TestSupport

@testable import Query
@testable import Study

/// A small pool: one table with a column of every kind.
enum Fixture {
    static let kinds = ["walk", "run", "swim"]

    static let schema = Schema(
        table: "days",
        columns: [
            .init("kind", .category, categories: kinds),
            .init("steps", .integer, unit: "steps", bounds: 0...1024),
            .init("money", .decimal(scale: 2), unit: "EUR", bounds: -102_400...102_400),
            .init("score", .decimal(scale: 3)),
            .init("city", .text),
            .init("member", .boolean),
            .init("day", .date),
            .init("woke", .timestamp),
            .init("mood", .category, categories: ["good", "bad"]),
            .init("other", .integer),
        ])

    static func pool(rows: Int = 10) -> QueryPool {
        QueryPool(name: "demo", tables: [schema], rowsPerPerson: rows)
    }

    /// Compiles a question; a wrong one is a defect of the test.
    static func query(_ sql: String, rows: Int = 10) throws -> CompiledQuery {
        try CompiledQuery(sql, pool: pool(rows: rows))
    }

    /// A random contributor, with NULLs, extremes and values outside of the published bounds.
    static func person(rows count: Int, using random: inout Seeded) -> Rows {
        let columns = schema.columns.map { column -> Rows.Column in
            let texts = ["Graz", "Linz", "Wien", "", "Gräz"]
            let values = (0..<count).map { _ in value(of: column, using: &random) }
            return Rows.Column(values: values, dictionary: column.kind == .text ? texts : [])
        }
        return Rows(schema: schema, columns: columns, count: count)
    }

    private static func value(of column: Schema.Column, using random: inout Seeded) -> Int64 {
        if random.next() % 6 == 0 { return Schema.null }
        switch column.kind {
        case .category: return Int64.random(in: 0..<Int64(column.categories.count), using: &random)
        case .boolean: return Int64.random(in: 0...1, using: &random)
        case .text: return Int64.random(in: 0..<5, using: &random)
        case .date: return Int64.random(in: 16_000...20_000, using: &random)
        case .timestamp: return Int64.random(in: 0...2_000_000_000_000_000, using: &random)
        case .integer, .decimal:
            let ends: [Int64] = [0, 1, -1, .max, -.max, 1 << 32, 1023, 102_400, -102_401]
            if random.next() % 3 == 0 { return ends[Int(random.next() % UInt64(ends.count))] }
            return Int64.random(in: -2000...2000, using: &random)
        }
    }
}

/// A cohort in memory.
struct MemoryCohort: CohortReader {
    let people: [Rows]
    var count: Int { people.count }

    func tables(of contributor: Int, reading wanted: [TableColumns]) -> [Rows] {
        [people[contributor]]
    }
}

extension CompiledQuery {
    /// The exact sums in lattice units: what no release shows.
    func sums(of people: [Rows]) -> [Int64] {
        var total = Partial(width: plan.step.width)
        for person in people { total.merge(plan.partial(of: [person])) }
        return total.sums
    }

    /// The answer of exact sums, without noise: sums to the unit of the column, averages to four
    /// digits, "-" for the average of nothing. In the order of the groups, without ORDER BY and LIMIT.
    func exact(of people: [Rows]) -> [[String]] {
        let sums = sums(of: people)
        let kinds = plan.step.statistics.count
        func number(_ group: Int, _ place: Int) -> Double {
            Double(sums[group * kinds + place]) / Double(plan.step.lattice)
        }
        return (0..<plan.step.groups).map { group in
            outputs.map { output in
                switch output.content {
                case .group(let dimension):
                    let after = plan.step.dimensions[(dimension + 1)...].reduce(1) { $0 * $1.codes }
                    let code = group / after % plan.step.dimensions[dimension].codes
                    return code < groupLabels[dimension].count
                        ? groupLabels[dimension][code] : "NULL"
                case .count(let place): return shown(number(group, place), 0)
                case .sum(let place, let scale, let unit):
                    return shown(number(group, place) * Double(unit), scale)
                case .centredSum(let sum, let count, let scale, let bounds):
                    let (low, high) = (Double(bounds.lowerBound), Double(bounds.upperBound))
                    let value =
                        number(group, sum) * (high - low) / 2
                        + number(group, count) * (high + low) / 2
                    return shown(value, scale)
                case .average(let sum, let count, let scale, let bounds):
                    guard number(group, count) > 0 else { return "-" }
                    let (low, high) = (Double(bounds.lowerBound), Double(bounds.upperBound))
                    let offset = number(group, sum) / number(group, count)
                    return shown(
                        (high + low) / 2 + offset * (high - low) / 2, scale,
                        digits: max(0, 4 - scale))
                }
            }
        }
    }

    /// A number of 10^-scale units, to the unit or to more digits, without trailing zeros.
    private func shown(_ value: Double, _ scale: Int, digits more: Int = 0) -> String {
        let units = Int64((value * Double(powerOfTen(more))).rounded())
        var digits = String(units.magnitude)
        let places = scale + more
        while digits.count <= places { digits = "0" + digits }
        var text = digits.dropLast(places) + "." + digits.suffix(places)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return (units < 0 ? "-" : "") + text
    }
}
