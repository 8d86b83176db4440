// SPDX-License-Identifier: Apache-2.0
public import Canon
public import Vault

/// What a study computes from one contributor's rows, and from nothing else.
///
/// A local step is pure, deterministic and total: the same rows give the same numbers on every
/// machine, and no row makes it fail, trap or take a time that depends on more than the number of
/// rows. Division by zero, overflow and the like are "no value" inside it. It never sees two
/// contributors, so nothing it does can mix them.
public protocol LocalStep: Sendable {
    /// What the step needs room for while it works; made once a thread.
    associatedtype Scratch

    /// The step as a value: two steps with equal canonical bytes give equal numbers.
    var canonical: JSON { get }

    /// The columns it reads, table by table.
    var reads: [TableColumns] { get }

    /// The groups that its numbers belong to.
    var groups: StudyGroups { get }

    /// The numbers it gives for each group, in blocks that are clipped together.
    var blocks: [StudyBlock] { get }

    /// Makes room to work in.
    func makeScratch() -> Scratch

    /// Adds one contributor's numbers, in lattice units, to an empty contribution.
    ///
    /// - Requires: `tables` in the order of ``reads``.
    /// - Cost: linear in the rows.
    func contribute(
        _ tables: [Rows], to contribution: inout Contribution, using scratch: inout Scratch)
}

/// Which groups a study has an answer for.
public enum StudyGroups: Hashable, Sendable {
    /// So many, known to everybody before anything is read; each of them is answered.
    case listed(Int)
    /// Those that are found in the data. Only groups that enough contributors have, with noise, are
    /// answered, so that nobody's own group shows.
    case found(FoundGroups)
}

/// Some columns of one table.
public struct TableColumns: Hashable, Sendable {
    /// What the table looks like.
    public let schema: Schema
    /// The columns, by place in the schema, ascending.
    public let columns: [Int]

    /// Names columns of a table.
    public init(schema: Schema, columns: [Int]) {
        self.schema = schema
        self.columns = columns
    }

    /// Whether the rows of a table hold these columns, of so many that it has.
    ///
    /// Takes plain numbers, so that looking at a contributor's tables counts no references that
    /// threads share.
    static func areFilled(
        _ columns: [Int], of count: Int, in tables: [Rows], at table: Int
    ) -> Bool {
        guard tables[table].columns.count == count else { return false }
        for column in columns
        where tables[table].columns[column].values.count != tables[table].count {
            return false
        }
        return true
    }
}
