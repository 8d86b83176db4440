// SPDX-License-Identifier: Apache-2.0

/// A sum of money in whole micro-units of its asset: never negative, at most 2^62.
///
/// The bound leaves room for the sum of any two amounts in an Int64 that is checked, and for the
/// difference of any two in one that is not. 2^62 micro-units are 4.6 × 10¹² units.
@frozen public struct Amount: Hashable, Comparable, Sendable {
    /// Micro-units: 1,000,000 are one unit of the asset.
    public let microunits: Int64

    /// The largest amount, in micro-units: 2^62.
    public static let largest: Int64 = 1 << 62

    /// Nothing.
    public static let zero = Amount(trusted: 0)
    /// The largest amount there is.
    public static let max = Amount(trusted: largest)

    /// Takes micro-units; nil when negative or above 2^62.
    @inlinable public init?(microunits: Int64) {
        guard microunits >= 0, microunits <= 1 << 62 else { return nil }
        self.microunits = microunits
    }

    @usableFromInline init(trusted microunits: Int64) { self.microunits = microunits }

    /// The sum; nil above 2^62.
    @inlinable public func adding(_ other: Amount) -> Amount? {
        let (sum, overflow) = microunits.addingReportingOverflow(other.microunits)
        return overflow ? nil : Amount(microunits: sum)
    }

    /// The difference; nil below zero.
    @inlinable public func subtracting(_ other: Amount) -> Amount? {
        Amount(microunits: microunits - other.microunits)
    }

    /// Orders by size.
    @inlinable public static func < (left: Amount, right: Amount) -> Bool {
        left.microunits < right.microunits
    }
}

extension Collection<Amount> {
    /// The sum; nil above 2^62. Cost: one pass.
    public func total() -> Amount? {
        var sum = Amount.zero
        for amount in self {
            guard let next = sum.adding(amount) else { return nil }
            sum = next
        }
        return sum
    }
}
