// SPDX-License-Identifier: Apache-2.0
internal import Value

/// What each person's rows are worth: threshold Shapley values on rows that nobody has, with copies left out.
///
/// As the library of valuation advises: find copies first, value the rest on hidden rows, take a lower bound, and
/// never pay for less than nothing.
struct Worth {
    private let owners: [[Int]]
    private let rows: LabelledRows
    private let hidden: LabelledRows
    private let radiusSquared: Double
    /// For each person the earlier one whose rows she brings again; nil for most.
    let copied: [Int?]

    /// Lays out everybody's rows and finds who copies whom.
    ///
    /// - Cost: a comparison of any two rows, most of which ends after a few numbers.
    init(_ population: Population, rowsPerPerson most: Int) throws {
        let table = population.table
        func labelled(_ rows: [[Int64]]) throws -> LabelledRows {
            try LabelledRows(
                FeatureRows(rows.map(table.features(of:))),
                labels: rows.map { Int($0[table.target]) }, classes: 2)
        }
        rows = try labelled(population.contributors.flatMap(\.rows))
        hidden = try labelled(population.valuing)
        var next = 0
        owners = population.contributors.map { contributor in
            defer { next += contributor.rows.count }
            return Array(next..<next + contributor.rows.count)
        }
        radiusSquared = try ThresholdRadius.squared(
            training: rows.features, test: hidden.features)
        copied = CopySearch(rows.features, owners).copies(
            within: try CopySearch.radiusSquared(of: hidden.features, rowsPerPerson: most))
    }

    /// The value of each of some people, 0 or more; copies get 0.
    ///
    /// - Parameter caution: standard errors that are taken off each.
    func values(of cohort: [Int], caution: Double, threads: Int) throws -> [Double] {
        let owned = cohort.enumerated().filter { copied[$0.element] == nil }
        let places = owned.flatMap { owners[$0.element] }
        guard !places.isEmpty else { return cohort.map { _ in 0 } }
        let groups = try Groups(
            owned.enumerated().flatMap { group, member in
                owners[member.element].map { _ in group }
            }, count: owned.count)
        let valuation = try NeighbourShapley(rows.picked(places)).values(
            on: hidden, of: .threshold(radiusSquared: radiusSquared), groups: groups,
            threads: threads)
        var values = [Double](repeating: 0, count: cohort.count)
        let bounds = valuation.groups?.lowerBounds(z: caution) ?? []
        for (member, bound) in zip(owned, bounds) { values[member.offset] = max(0, bound) }
        return values
    }
}
