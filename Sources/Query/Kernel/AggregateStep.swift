// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Privacy
package import Study
package import Vault

/// The local step of a SELECT: one contributor's rows, filtered, grouped and added up.
///
/// Its blocks are, as far as the question needs them: the statistics of rows, the contributors
/// counted, and a tree of counts for each value whose quantiles are asked. One row moves a number
/// by at most `lattice` units.
package struct AggregateStep: LocalStep {
    /// A way to tell rows apart.
    struct Dimension: Hashable, Sendable {
        /// What tells them apart.
        enum Value: Hashable, Sendable {
            case scalar(Scalar)
            /// The text of a column.
            case text(Int)
        }
        let value: Value
        /// How many codes there are, NULL included as the last; the value is the code. Nil when the
        /// values are found in the data.
        let codes: Int?
    }

    /// A value whose quantiles are asked.
    struct Tree: Hashable, Sendable {
        let value: Scalar
        let tree: QuantileTree
    }

    let tables: [TableColumns]
    let source: RowPlan
    let filter: Scalar?
    let dimensions: [Dimension]
    /// Groups that are found in the data; nil where all dimensions are listed.
    let found: FoundGroups?
    let statistics: [Statistic]
    let countsPeople: Bool
    let trees: [Tree]
    /// Lattice units in a count of 1.
    let lattice: Int64
    /// How many rows of a contributor are looked at where the answer is to be proven, so that nobody is scaled
    /// down; nil where all are, and heavy contributors scaled. Then a proof's numbers are whole multiples of
    /// what was counted or added up.
    let provenRows: Int?
    package let blocks: [StudyBlock]

    package var groups: StudyGroups {
        if let found { return .found(found) }
        return .listed(listedGroups)
    }

    /// How many groups are listed; 1 where they are found.
    var listedGroups: Int {
        found == nil ? dimensions.reduce(1) { $0 * ($1.codes ?? 1) } : 1
    }

    package var reads: [TableColumns] { tables }

    package var canonical: JSON {
        var members: [String: JSON] = [
            "tables": .array(
                tables.map { table in
                    [
                        "schema": .string(table.schema.digest.hex),
                        "columns": .array(table.columns.map { .integer(Int64($0)) }),
                    ]
                }),
            "rows": .string(source.canonical),
            "filter": filter.map { .string($0.canonical) } ?? .null,
            "groups": .array(dimensions.map { .string($0.canonical) }),
            "statistics": .array(statistics.map { .string($0.canonical) }),
            "people": .integer(countsPeople ? 1 : 0),
            "trees": .array(
                trees.map { .string("\($0.value.canonical):\($0.tree.canonical)") }),
            "lattice": .string(String(lattice)),
        ]
        if let provenRows { members["proven"] = .integer(Int64(provenRows)) }
        return .object(members)
    }

    /// Lattice units in as much as a row moves a statistic at most: all of them, or, where the answer is to be
    /// proven, as many as give each one of it whole units.
    func lattice(of statistic: Statistic) -> Int64 {
        provenRows == nil ? lattice : lattice / statistic.unit * statistic.unit
    }

    /// The step made ready, with room to work in.
    package struct Scratch {
        var listed: AggregateRun<PlainWord>?
        var found: FoundRun?
        /// The table whose rows are taken as they are; nil where they are worked out first.
        let plain: Int?
    }

    package func makeScratch() -> Scratch {
        var plain: Int?
        if case .table(let place) = source { plain = place }
        return Scratch(
            listed: found == nil ? AggregateRun(self) : nil,
            found: found.map { FoundRun(self, finding: $0) }, plain: plain)
    }

    package func contribute(
        _ tables: [Rows], to contribution: inout Contribution, using scratch: inout Scratch
    ) {
        if let plain = scratch.plain {
            scratch.listed?.contribute(tables[plain], to: &contribution)
            scratch.found?.contribute(tables[plain], to: &contribution)
            return
        }
        let rows = source.rows(of: tables)
        scratch.listed?.contribute(rows, to: &contribution)
        scratch.found?.contribute(rows, to: &contribution)
    }
}

extension AggregateStep {
    /// Names the step, for what is drawn from it and not from the data.
    var digest: Digest {
        guard let bytes = try? canonical.signable() else {
            preconditionFailure("a step is texts and small whole numbers")
        }
        return Digest(of: bytes)
    }
}

extension AggregateStep.Dimension {
    fileprivate var canonical: String {
        let name =
            switch value {
            case .scalar(let scalar): scalar.canonical
            case .text(let column): "text c\(column)"
            }
        return "\(name):\(codes.map(String.init) ?? "found")"
    }
}

extension QuantileTree {
    fileprivate var canonical: String {
        "\(bounds.lowerBound),\(bounds.upperBound),\(branching),\(height)"
    }
}
