// SPDX-License-Identifier: Apache-2.0

extension Amount: CustomStringConvertible {
    /// Units with six decimals and a point: `12.345678`.
    public var description: String { Amount.text(microunits) }

    /// Reads decimal text exactly: digits, then at most one point and one to six digits.
    ///
    /// No sign, no space, no exponent, no separator of thousands; nil for anything that is not
    /// a whole number of micro-units or lies above 2^62 of them.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts[0].isEmpty else { return nil }
        var value: Int64 = 0
        func take(_ digit: UInt8) -> Bool {
            guard (0x30...0x39).contains(digit) else { return false }
            let (tens, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, above) = tens.addingReportingOverflow(Int64(digit - 0x30))
            value = sum
            return !over && !above
        }
        for digit in parts[0].utf8 { guard take(digit) else { return nil } }
        let fraction = parts.count == 2 ? Array(parts[1].utf8) : []
        guard parts.count == 1 || (1...6).contains(fraction.count) else { return nil }
        for digit in fraction { guard take(digit) else { return nil } }
        for _ in fraction.count..<6 { guard take(0x30) else { return nil } }
        self.init(microunits: value)
    }

    /// Micro-units of either sign as decimal text: `-0.000001`.
    public static func text(_ microunits: Int64) -> String {
        let digits = String(microunits.magnitude)
        let padded = String(repeating: "0", count: Swift.max(0, 7 - digits.utf8.count)) + digits
        return (microunits < 0 ? "-" : "") + padded.dropLast(6) + "." + padded.suffix(6)
    }
}
