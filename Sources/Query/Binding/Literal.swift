// SPDX-License-Identifier: Apache-2.0

/// A value times 10^digits, when it fits.
func shifted(_ value: Int64, by digits: Int) -> Int64? {
    let (product, overflow) = value.multipliedReportingOverflow(by: powerOfTen(digits))
    return overflow ? nil : product
}

/// The digits of a number in a query as an exact count of 10^-scale units; nil when they do not
/// fit into 62 bits and `most` digits behind the point.
func exactDecimal(_ digits: String, most: Int) -> (value: Int64, scale: Int)? {
    let parts = digits.split(separator: "e", maxSplits: 1)
    let exponent = parts.count == 2 ? Int(parts[1]) : 0
    let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let exponent, abs(exponent) <= 40, mantissa[0].utf8.count <= 40 else { return nil }
    var fraction = mantissa.count == 2 ? String(mantissa[1]) : ""
    var whole = String(mantissa[0])
    if exponent > 0 {
        fraction += String(repeating: "0", count: max(0, exponent - fraction.utf8.count))
        whole += fraction.prefix(exponent)
        fraction = String(fraction.dropFirst(exponent))
    } else if exponent < 0 {
        whole = String(repeating: "0", count: max(0, -exponent - whole.utf8.count + 1)) + whole
        fraction = whole.suffix(-exponent) + fraction
        whole = String(whole.dropLast(-exponent))
    }
    while fraction.last == "0" { fraction.removeLast() }
    guard fraction.utf8.count <= most, let value = Int64(whole + fraction), value < 1 << 62 else {
        return nil
    }
    return (value, fraction.utf8.count)
}
