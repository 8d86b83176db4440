// SPDX-License-Identifier: Apache-2.0

/// An amount of privacy: ρ of zero-concentrated differential privacy, as a whole count of 2^−40.
///
/// Bun, Steinke, "Concentrated Differential Privacy", arXiv:1605.02065, Definition 1.1. Amounts that
/// are spent one after the other add up (Lemma 1.7), also when each is chosen after seeing the
/// answers before it (Whitehouse et al., arXiv:2203.05481). A ledger of such counts is exact: what
/// is spent is rounded up once, on entry, and never again.
public struct Rho: Hashable, Sendable, Comparable {
    /// The binary digits below the point: one unit is 2^−40, about 10^−12.
    public static let fractionBits = 40
    /// No privacy spent.
    public static let zero = Rho(units: 0)
    /// The largest amount: just below ρ = 2^24, which protects nothing.
    public static let maximum = Rho(units: .max)

    /// The count of 2^−40.
    public let units: UInt64

    /// Takes a count of 2^−40.
    public init(units: UInt64) {
        self.units = units
    }

    /// Adds two amounts.
    ///
    /// - Throws: ``RhoError/tooLarge`` when the sum exceeds ``maximum``.
    public func adding(_ other: Rho) throws(RhoError) -> Rho {
        let (sum, overflow) = units.addingReportingOverflow(other.units)
        guard !overflow else { throw .tooLarge }
        return Rho(units: sum)
    }

    /// Takes an amount away; nil when more would be taken than there is.
    public func subtracting(_ other: Rho) -> Rho? {
        units < other.units ? nil : Rho(units: units - other.units)
    }

    /// The cost of doing the same `count` times.
    ///
    /// - Throws: ``RhoError/tooLarge`` when the product exceeds ``maximum``.
    public func times(_ count: UInt64) throws(RhoError) -> Rho {
        let (product, overflow) = units.multipliedReportingOverflow(by: count)
        guard !overflow else { throw .tooLarge }
        return Rho(units: product)
    }

    /// So many of some equal parts, rounded down, so that `count` parts never exceed the whole; the whole itself
    /// for a count of 0.
    ///
    /// - Requires: no more parts than there are.
    public func part(_ share: UInt64 = 1, of count: UInt64) -> Rho {
        guard count > 0 else { return self }
        precondition(share <= count, "no more parts than there are")
        return Rho(units: UInt64(UInt128(units) * UInt128(share) / UInt128(count)))
    }

    /// Orders by the amount.
    public static func < (left: Rho, right: Rho) -> Bool { left.units < right.units }
}

/// Why an amount of privacy could not be computed.
public enum RhoError: Error, Hashable, Sendable {
    /// The amount exceeds ``Rho/maximum``.
    case tooLarge
    /// The noise has width zero, which costs infinitely much.
    case noNoise
}

extension RhoError: CustomStringConvertible {
    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .tooLarge:
            "the privacy cost is 2^24 or more, which protects nothing; add more noise or ask for less"
        case .noNoise: "noise of width zero protects nothing; give a sigma of at least 1"
        }
    }
}

extension Rho: CustomStringConvertible {
    /// The amount in decimal, rounded up to nine digits, for people; the ledger keeps ``units``.
    public var description: String {
        let one: UInt128 = 1 << UInt128(Self.fractionBits)
        let billionths = (UInt128(units) * 1_000_000_000 + (one - 1)) / one
        let whole = billionths / 1_000_000_000
        var digits = String(billionths % 1_000_000_000)
        digits = String(repeating: "0", count: 9 - digits.count) + digits
        while digits.hasSuffix("0"), digits.count > 1 { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}
