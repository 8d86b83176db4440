// SPDX-License-Identifier: Apache-2.0
internal import Value

/// How what a sale brings is shared among its cohort.
package enum SplitRule: String, Sendable, Hashable, CaseIterable {
    /// The same for everybody.
    case equal
    /// By how many rows somebody gave.
    case rows
    /// By what her rows were found to be worth, to the last digit and without noise.
    case value
    /// By one to four shares, as a pool draws them: a band of what her rows are worth by a private model, with noise,
    /// paid for with everybody's privacy; whoever copies or contradicts the model is suspended, and whoever comes
    /// between two draws waits for the next.
    case bands

    /// What people read.
    package var words: String {
        switch self {
        case .equal: "equal"
        case .rows: "by rows"
        case .value: "by value"
        case .bands: "by bands"
        }
    }
}

/// A pot shared out: all of it is paid or goes back, to the last micro-unit.
package struct Shares: Sendable, Hashable {
    /// What each line gets, in micro-units, in the order of the parts.
    package let micros: [Int64]
    /// What goes back to the buyer: the pot, when nobody is worth anything.
    package let returnedMicros: Int64

    /// Shares a pot by parts, by largest remainder.
    ///
    /// - Requires: a pot of 0 or more; parts that are finite and below 9 million.
    package init(potMicros: Int64, by parts: [Double]) throws {
        let claims = parts.enumerated().map { place, part in
            Claim(id: Shares.name(place), value: part)
        }
        let division = try Division(pot: UInt64(potMicros), among: claims)
        // Lines come by ascending name, which is the order of the parts.
        micros = division.lines.map { Int64($0.amount) }
        returnedMicros = Int64(division.returned)
    }

    /// A place as four bytes, the highest first: names sort as places do.
    private static func name(_ place: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: place >> (24 - 8 * $0)) }
    }
}
