// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// Which rows of one contributor a question is about: those of a table, of tables side by side, or
/// what is worked out from them first.
///
/// Everything happens inside one contributor. What a join or a summary gives are ordinary rows, so
/// the rest of a question does not know where its rows came from. Total: any rows give rows.
indirect enum RowPlan: Hashable, Sendable {
    /// A table, by its place among those read.
    case table(Int)
    /// Pairs of rows that agree in some columns, side by side: the left columns, then the right ones.
    case join(RowPlan, RowPlan, on: [Pair], schema: Schema)
    /// One row for each combination of keys, with what was worked out from its rows.
    case summary(RowPlan, Summary)

    /// Columns that have to agree, by place on each side.
    struct Pair: Hashable, Sendable {
        let left: Int
        let right: Int
    }

    /// The rows of a contributor.
    func rows(of tables: [Rows]) -> Rows {
        switch self {
        case .table(let place): tables[place]
        case .join(let left, let right, let pairs, let schema):
            Join(left.rows(of: tables), right.rows(of: tables), on: pairs, schema: schema).rows
        case .summary(let source, let summary): summary.rows(of: source.rows(of: tables))
        }
    }

    /// One spelling for one meaning; part of a study's canonical bytes.
    var canonical: String {
        switch self {
        case .table(let place): "t\(place)"
        case .join(let left, let right, let pairs, _):
            "join(\(left.canonical),\(right.canonical),"
                + pairs.map { "\($0.left)=\($0.right)" }.joined(separator: ",") + ")"
        case .summary(let source, let summary):
            "summary(\(source.canonical),\(summary.canonical))"
        }
    }

    /// Whether rows are taken as they are stored, so that nothing but their number shows in the time
    /// that they take.
    var isPlain: Bool { if case .table = self { true } else { false } }
}
