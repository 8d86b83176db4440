// SPDX-License-Identifier: Apache-2.0

/// What somebody's records were found to be worth.
public struct Claim: Sendable, Hashable {
    /// Whose it is: a name in bytes, used for breaking ties.
    public let id: [UInt8]
    /// The estimated value.
    public let value: Double
    /// Its standard error over test records; may be infinite.
    public let standardError: Double
    /// How many records were given.
    public let records: Int
    /// How many of them are later copies, and were not valued.
    public let copies: Int

    /// Takes a value with its standard error.
    public init(
        id: [UInt8], value: Double, standardError: Double = 0, records: Int = 0, copies: Int = 0
    ) {
        (self.id, self.value, self.standardError) = (id, value, standardError)
        (self.records, self.copies) = (records, copies)
    }

    /// value - z · standard error.
    func lowerBound(z: Double) -> Double { z == 0 ? value : value - z * standardError }
}

/// One line of a division: what somebody gets, and all it was computed from.
public struct ShareLine: Sendable, Hashable {
    /// The claim.
    public let claim: Claim
    /// The lower confidence bound that was taken for its value.
    public let lowerBound: Double
    /// The bound in units of 10^-12, 0 for a negative one: from here on only whole numbers count.
    public let weight: UInt64
    /// What it comes to, in the pot's units.
    public let amount: UInt64
    /// What a cap took off; part of what is returned.
    public let capped: UInt64

    /// Whether the bound is below zero. It costs nobody anything, but is a sign: records that mislead,
    /// or too few test records. Hold back, look, let people appeal.
    public var isNegative: Bool { lowerBound < 0 }
}
