// SPDX-License-Identifier: Apache-2.0

/// Numbers as people read them.
enum Numerals {
    /// A number with so many digits behind the point, halves away from zero; "-" for none.
    static func text(_ value: Double, digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "-" }
        var unit: Int64 = 1
        for _ in 0..<digits { unit *= 10 }
        let scaled = Int64((value * Double(unit)).rounded())
        guard digits > 0 else { return "\(scaled)" }
        let rest = String(abs(scaled) % unit)
        let zeros = String(repeating: "0", count: digits - rest.count)
        return "\(scaled < 0 ? "-" : "")\(abs(scaled) / unit).\(zeros)\(rest)"
    }

    /// An amount of micro-units with two digits behind the point, from whole numbers alone.
    static func money(_ micros: Int64) -> String {
        let hundredths = (abs(micros) + 5_000) / 10_000
        let rest = hundredths % 100
        return "\(micros < 0 ? "-" : "")\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
