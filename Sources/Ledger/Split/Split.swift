// SPDX-License-Identifier: Apache-2.0

/// Why a split is refused.
public enum SplitError: Error, Hashable, Sendable {
    /// All weights are zero, or there are none.
    case noWeight
    /// More lines than a split may have.
    case tooMany(Int)
    /// A portion's denominator is zero, or the portion is more than the whole.
    case badPortion(clause: Int)
    /// A run of portions is more than the whole, or its common denominator is 2^64 or more.
    case portionsExceedWhole(clause: Int)
    /// Only the last clause may take or keep all that is left.
    case unreachable(clause: Int)
    /// A fixed clause asks for more than is left.
    case tooLittle(clause: Int, left: Amount, wanted: Amount)
    /// No clause takes or keeps what is left.
    case leftOver(Amount)
}

extension SplitError: CustomStringConvertible {
    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .noWeight: "no line has a weight above zero, so there is nobody to pay"
        case .tooMany(let count): "\(count) lines are too many for one split; use several"
        case .badPortion(let clause):
            "clause \(clause): a portion is a fraction from 0 to 1 with a denominator above 0"
        case .portionsExceedWhole(let clause):
            "the portions from clause \(clause) on exceed the whole, or have no common denominator"
                + " below 2^64"
        case .unreachable(let clause):
            "clause \(clause) leaves nothing for the clauses after it; put it last"
        case .tooLittle(let clause, let left, let wanted):
            "clause \(clause) wants \(wanted), but \(left) is left"
        case .leftOver(let left):
            "\(left) is left over; end with a clause that takes or keeps what remains"
        }
    }
}

/// Exact division of an amount: the lines always add up to it, to the last micro-unit.
public enum Split {
    /// Who gets the micro-units that do not divide evenly.
    public enum Mode: UInt8, Hashable, Sendable {
        /// One each to those whose share was cut most, the first of equals first (Hamilton's
        /// method): no line is off by a whole unit, and the order of lines favours nobody
        /// but among equals.
        case largestRemainder = 0
        /// One each from the first line down, as Numscript does; lines of weight zero, which
        /// Numscript would serve too, get nothing.
        case floorToFirst = 1
    }

    /// The most lines of one split: sums of so many 64-bit weights and of their products stay
    /// within 128 bits.
    public static let most = 1 << 24

    /// Divides an amount by weights.
    ///
    /// - Returns: One line a weight, in their order; their sum is the amount. Each line is the
    ///   exact share rounded down, or one micro-unit more.
    /// - Throws: ``SplitError/noWeight``, ``SplitError/tooMany(_:)``.
    /// - Cost: O(n) divisions of 128 bits, and O(n log n) for ``Mode/largestRemainder``.
    public static func lines(
        of amount: Amount, weights: [UInt64], mode: Mode = .largestRemainder
    ) throws(SplitError) -> [Amount] {
        guard weights.count <= most else { throw .tooMany(weights.count) }
        let total = weights.reduce(UInt128(0)) { $0 + UInt128($1) }
        guard total > 0 else { throw .noWeight }
        let whole = UInt128(amount.microunits)
        var lines: [Int64] = []
        var remainders: [UInt128] = []
        lines.reserveCapacity(weights.count)
        remainders.reserveCapacity(weights.count)
        var left = amount.microunits
        for weight in weights {
            // At most 2^62 × (2^64 − 1): within 126 bits.
            let (line, remainder) = (whole * UInt128(weight)).quotientAndRemainder(
                dividingBy: total)
            lines.append(Int64(line))
            remainders.append(remainder)
            left -= Int64(line)
        }
        // The remainders add up to `left` totals and each is below one: more than `left` of them
        // are above zero, unless `left` is zero. So every spare unit finds a line with a weight.
        switch mode {
        case .floorToFirst:
            for place in weights.indices where left > 0 && weights[place] > 0 {
                lines[place] += 1
                left -= 1
            }
        case .largestRemainder where left > 0:
            let order = remainders.indices.sorted {
                remainders[$0] == remainders[$1]
                    ? $0 < $1 : remainders[$0] > remainders[$1]
            }
            for place in order.prefix(Int(left)) { lines[place] += 1 }
        case .largestRemainder: break
        }
        return lines.map { Amount(trusted: $0) }
    }
}
