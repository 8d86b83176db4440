// SPDX-License-Identifier: Apache-2.0

/// Why noise could not be set up or drawn. None of the cases depends on data.
public enum NoiseError: Error, Hashable, Sendable {
    /// The scale is not a whole number from 1 to 2^31 − 1.
    case scaleOutOfRange
    /// The sensitivity is zero, so there would be nothing to hide and no noise to add.
    case sensitivityZero
    /// The privacy to spend is zero, which would take infinite noise.
    case nothingToSpend
    /// The noise needed is wider than 2^31 − 1 lattice units.
    case latticeTooFine
    /// More noise was asked of a pool than was drawn for it.
    case poolEmpty
}

extension NoiseError: CustomStringConvertible {
    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .scaleOutOfRange:
            "the scale of the noise must be a whole number of lattice units from 1 to 2147483647"
        case .sensitivityZero:
            "the sensitivity must be at least 1 lattice unit (100 or more is advised)"
        case .nothingToSpend:
            "the privacy to spend comes to nothing; spend more"
        case .latticeTooFine:
            "the noise would be too wide to be drawn, and no number could be read through it; spend more privacy, "
                + "or count less of each (the bound is 2147483647 units of the lattice)"
        case .poolEmpty:
            "the pool has no noise left; draw as many values as there are numbers to release"
        }
    }
}
