// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// Whole numbers as three digits to the base ``CodedTable/codes``, the lowest first, so that one table of all codes shows
/// that a digit is one. Half of the numbers that have three digits stand below zero.
enum Digits {
    static let count = 3
    static let base = Int64(CodedTable.codes)
    private static let half = base * base * (base / 2)

    /// The digits; nil where the number has more.
    static func of(_ number: Int64) -> [KoalaBear]? {
        let (lifted, overflow) = number.addingReportingOverflow(half)
        guard !overflow, lifted >= 0, lifted < base * base * base else { return nil }
        return [lifted % base, lifted / base % base, lifted / base / base].map {
            KoalaBear(reducing: UInt64($0))
        }
    }

    /// A number in units as whole ones, rounded down, and the units that are left.
    ///
    /// - Requires: 1 to 2³⁰ units for one.
    static func whole(_ number: Int64, units: Int64) -> (ones: Int64, rest: Int64) {
        let (ones, rest) = number.quotientAndRemainder(dividingBy: units)
        return rest < 0 ? (ones - 1, rest + units) : (ones, rest)
    }
}
