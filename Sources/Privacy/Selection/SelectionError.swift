// SPDX-License-Identifier: Apache-2.0

/// Why a selection of groups could not be planned. None of the cases depends on data.
public enum SelectionError: Error, Hashable, Sendable {
    /// A contributor must be allowed from 1 to 65,536 groups.
    case mostGroups(Int)
    /// A group must be asked for from 1 to 2^31 contributors.
    case fewestContributors(Int)
    /// δ is not in [10^−30, 10^−2), or below what the arithmetic can tell from zero.
    case delta(ExactDecimal)
    /// ε is not in (0, 64], or so small that certainty would take more than 65,536 contributors.
    case epsilon(ExactDecimal)
    /// A vote must count from 1 to 2^31 − 1 lattice units.
    case unit(Int64)
    /// The noise could not be planned.
    case noise(NoiseError)
}

extension SelectionError: CustomStringConvertible {
    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .mostGroups(let count):
            "a contributor may be in 1 to 65536 groups, not \(count)"
        case .fewestContributors(let count):
            "the fewest contributors of a group must be 1 to 2147483648, not \(count)"
        case .delta(let value):
            "delta \(value) is out of bounds; it must be at least 1e-30 and below 0.01"
        case .epsilon(let value):
            "epsilon \(value) is out of bounds for so many groups; it must be at most 64, and large "
                + "enough that 65536 contributors make a group certain"
        case .unit(let units):
            "a vote must count 1 to 2147483647 lattice units, not \(units)"
        case .noise(let error): error.description
        }
    }
}
