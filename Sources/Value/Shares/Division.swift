// SPDX-License-Identifier: Apache-2.0

/// A pot divided by value, in whole units: what is paid and what goes back add up to the pot, exactly.
///
///     wᵢ = round(max(0, boundᵢ) · 10^12),   qᵢ = ⌊pot · wᵢ / Σ w⌋,
///
/// and the units that are left go to the largest remainders, of equal ones to the smaller name. Each
/// share is within one unit of the exact one; who has more value has no less; nothing depends on the
/// order of the claims. When nobody is worth anything the pot goes back: it is never split equally, or
/// junk would be paid.
public struct Division: Sendable, Hashable {
    /// What everybody gets, by ascending name.
    public let lines: [ShareLine]
    /// What goes back to whoever paid: the pot when nobody is worth anything, and what a cap took off.
    public let returned: UInt64

    /// The most claims, so that no sum leaves 128 bits.
    public static let mostClaims = 1 << 32

    /// Divides a pot.
    ///
    /// - Parameters:
    ///   - pot: Any number of units.
    ///   - claims: One for each name, in any order.
    ///   - z: How many standard errors below its estimate a value is taken: 1.645 is right in 95 of
    ///     100 cases; 0 takes the estimates.
    ///   - cap: The most that one name gets. What is above it is **returned**, not given to others:
    ///     else others gained by somebody's cap, and names made up to pass it would move money.
    /// - Throws: ``ValueError/repeated(_:)`` when a name is there twice, ``ValueError/setting(_:)`` for
    ///   a bad z, ``ValueError/number(_:row:column:)`` for a value that is not finite, a standard error
    ///   that is negative or no number, or a bound from 9.2 million on.
    /// - Cost: a sort.
    public init(
        pot: UInt64, among claims: [Claim], z: Double = 0, cap: UInt64? = nil
    ) throws(ValueError) {
        guard z >= 0, z.isFinite else { throw .setting("a z that is finite and at least 0 wanted") }
        guard claims.count <= Self.mostClaims else {
            throw .setting("\(claims.count) claims; at most \(Self.mostClaims) wanted")
        }
        let order = claims.indices.sorted {
            claims[$0].id.lexicographicallyPrecedes(claims[$1].id)
        }
        for (one, next) in zip(order, order.dropFirst()) where claims[one].id == claims[next].id {
            throw .repeated("a name")
        }
        var bounds: [Double] = []
        var weights: [UInt64] = []
        for place in order {
            let claim = claims[place]
            guard claim.value.isFinite, claim.standardError >= 0 else {
                throw .number("claims", row: place, column: 0)
            }
            let bound = claim.lowerBound(z: z)
            guard let weight = Self.weight(bound) else {
                throw .number("claims", row: place, column: 0)
            }
            bounds.append(bound)
            weights.append(weight)
        }
        let amounts = Self.amounts(pot: pot, weights)
        var paid: UInt64 = 0
        lines = order.indices.map { line in
            let amount = min(amounts[line], cap ?? .max)
            paid += amount
            return ShareLine(
                claim: claims[order[line]], lowerBound: bounds[line], weight: weights[line],
                amount: amount, capped: amounts[line] - amount)
        }
        returned = pot - paid
    }

    /// A bound in units of 10^-12, halves away from zero; nil when it does not fit.
    private static func weight(_ bound: Double) -> UInt64? {
        guard bound > 0 else { return 0 }
        let scaled = (bound * 1e12).rounded(.toNearestOrAwayFromZero)
        return scaled < 0x1p63 ? UInt64(scaled) : nil
    }

    /// Whole shares of a pot by weights, in the order of the names; all 0 for weights of 0.
    static func amounts(pot: UInt64, _ weights: [UInt64]) -> [UInt64] {
        let total = weights.reduce(UInt128(0)) { $0 + UInt128($1) }
        guard total > 0 else { return weights.map { _ in 0 } }
        var amounts: [UInt64] = []
        var remainders: [UInt128] = []
        var left = pot
        for weight in weights {
            let (amount, remainder) = (UInt128(pot) * UInt128(weight))
                .quotientAndRemainder(dividingBy: total)
            amounts.append(UInt64(amount))
            remainders.append(remainder)
            left -= UInt64(amount)
        }
        // Fewer units are left than there are remainders above zero.
        let largest = weights.indices.sorted {
            remainders[$0] == remainders[$1] ? $0 < $1 : remainders[$0] > remainders[$1]
        }
        for line in largest.prefix(Int(left)) { amounts[line] += 1 }
        return amounts
    }
}
