// SPDX-License-Identifier: Apache-2.0

/// Why an experiment cannot begin. Nothing was run when it is thrown.
package struct SimulationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and where.
    package let problem: String
    /// How to mend it.
    package let remedy: String

    /// Names what is wrong, where, and how to mend it.
    init(_ problem: String, remedy: String) {
        self.problem = problem
        self.remedy = remedy
    }

    /// Both.
    package var description: String { "\(problem); \(remedy)" }
}
