// SPDX-License-Identifier: Apache-2.0

/// A split as a list of clauses, each drawing on what the ones before it left.
///
/// Portions that follow one another form a run: each is a fraction of what was left when the run
/// began. A ``Clause/remaining`` or ``Clause/kept`` right after a run takes the run's own rest and
/// is rounded together with it, as in Numscript's allotments.
public struct SplitRule: Hashable, Sendable {
    /// One payee's claim.
    public enum Clause: Hashable, Sendable {
        /// All that is left, up to this much.
        case max(Amount)
        /// Exactly this much; refused when less is left.
        case fixed(Amount)
        /// A fraction of what was left when the run of portions began.
        case portion(UInt64, of: UInt64)
        /// All that is left.
        case remaining
        /// All that is left, and it stays with the payer.
        case kept
    }

    /// What a split gives to whom.
    public struct Outcome: Hashable, Sendable {
        /// One line a clause; zero for ``Clause/kept``.
        public let lines: [Amount]
        /// What stays with the payer. Together with the lines, it is the amount.
        public let kept: Amount
    }

    /// The clauses in order.
    public let clauses: [Clause]
    /// Who gets what does not divide evenly.
    public let mode: Split.Mode

    /// Takes clauses that make sense together.
    ///
    /// - Throws: ``SplitError/badPortion(clause:)``, ``SplitError/portionsExceedWhole(clause:)``,
    ///   ``SplitError/unreachable(clause:)``, ``SplitError/noWeight`` for no clauses,
    ///   ``SplitError/tooMany(_:)``.
    public init(
        _ clauses: [Clause], mode: Split.Mode = .largestRemainder
    ) throws(SplitError) {
        guard !clauses.isEmpty else { throw .noWeight }
        guard clauses.count < Split.most else { throw .tooMany(clauses.count) }
        self.clauses = clauses
        self.mode = mode
        var place = 0
        while place < clauses.count {
            switch clauses[place] {
            case .portion: place = try SplitRule.run(clauses, from: place).upperBound
            case .remaining where place < clauses.count - 1,
                .kept where place < clauses.count - 1:
                throw .unreachable(clause: place)
            default: place += 1
            }
        }
    }

    /// Divides an amount.
    ///
    /// - Throws: ``SplitError/tooLittle(clause:left:wanted:)``, ``SplitError/leftOver(_:)``.
    /// - Cost: that of ``Split/lines(of:weights:mode:)``.
    public func outcome(of amount: Amount) throws(SplitError) -> Outcome {
        var lines: [Amount] = []
        var left = amount
        var kept = Amount.zero
        while lines.count < clauses.count {
            switch clauses[lines.count] {
            case .max(let most): lines.append(min(most, left))
            case .fixed(let wanted):
                guard wanted <= left else {
                    throw .tooLittle(clause: lines.count, left: left, wanted: wanted)
                }
                lines.append(wanted)
            case .remaining: lines.append(left)
            case .kept:
                lines.append(.zero)
                kept = left
                left = .zero
            case .portion:
                let run = try SplitRule.run(clauses, from: lines.count)
                // The last weight is the run's own rest: it goes on to the next clause.
                let shares = try Split.lines(of: left, weights: run.weights, mode: mode)
                for share in shares.dropLast() {
                    lines.append(share)
                    left = left.subtracting(share) ?? .zero
                }
                continue
            }
            left = left.subtracting(lines[lines.count - 1]) ?? .zero
        }
        guard left == .zero else { throw .leftOver(left) }
        return Outcome(lines: lines, kept: kept)
    }

    /// The weights of the portions from a clause on, over their common denominator, and the weight
    /// of the whole that they leave.
    private static func run(
        _ clauses: [Clause], from first: Int
    ) throws(SplitError) -> (weights: [UInt64], upperBound: Int) {
        var fractions: [(UInt64, UInt64)] = []
        var common: UInt64 = 1
        for case .portion(let part, let whole) in clauses[first...].prefix(while: \.isPortion) {
            guard whole > 0, part <= whole else {
                throw .badPortion(clause: first + fractions.count)
            }
            let shrink = divisor(part, whole)
            fractions.append((part / shrink, whole / shrink))
            let (next, overflow) = common.multipliedReportingOverflow(
                by: (whole / shrink) / divisor(common, whole / shrink))
            guard !overflow else { throw .portionsExceedWhole(clause: first) }
            common = next
        }
        var rest = common
        var weights: [UInt64] = []
        for (part, whole) in fractions {
            let weight = part * (common / whole)
            guard weight <= rest else { throw .portionsExceedWhole(clause: first) }
            rest -= weight
            weights.append(weight)
        }
        return (weights + [rest], first + fractions.count)
    }

    /// The greatest common divisor; the other number when one is zero.
    private static func divisor(_ left: UInt64, _ right: UInt64) -> UInt64 {
        var (a, b) = (left, right)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}

extension SplitRule.Clause {
    fileprivate var isPortion: Bool {
        if case .portion = self { true } else { false }
    }
}
