// SPDX-License-Identifier: Apache-2.0
package import Vault

/// What a query may be about: the published side of a pool.
package struct QueryPool: Hashable, Sendable {
    /// The pool's name, as it stands after FROM.
    package let name: String
    /// The tables of the pool.
    package let tables: [Schema]
    /// How many rows of one contributor count in full; more are scaled down together.
    package let rowsPerPerson: Int
    /// How many contributors may be expected at least, as far as that is public.
    package let people: Int
    /// How many contributors a group of private values has at least, but for noise.
    package let fewestInGroup: Int
    /// What a question may call besides what is always there: the models that came with it.
    package let functions: [RowFunction]

    /// Describes a pool.
    package init(
        name: String, tables: [Schema], rowsPerPerson: Int, people: Int = 100,
        fewestInGroup: Int = 5, functions: [RowFunction] = []
    ) {
        self.name = name
        self.tables = tables
        self.rowsPerPerson = rowsPerPerson
        self.people = max(1, people)
        self.fewestInGroup = max(1, fewestInGroup)
        self.functions = functions
    }
}
