// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// A number to be shown: an error bar, an ε. It is made from exact integers and never read back by
/// anything that clips, adds noise or keeps a budget, so its rounding can do no harm.
public struct DisplayNumber: Hashable, Sendable {
    /// Which way the number may be off.
    public enum Rounding: Hashable, Sendable {
        /// Never below the exact value.
        case up
        /// Never above the exact value.
        case down
    }

    /// The value, off by some 10^−14 of itself on the side of ``rounding``.
    public let value: Double
    /// On which side of the exact value this lies.
    public let rounding: Rounding

    init(_ value: Double, rounding: Rounding) {
        self.value = value
        self.rounding = rounding
    }

    /// The value in decimal with so many significant digits, 1 to 15, still on its side of the exact
    /// value.
    public func text(digits: Int = 4) -> String {
        let kept = min(max(digits, 1), 15)
        guard value.isFinite, value > 0 else { return value == 0 ? "0" : "unbounded" }
        let nearest = String(format: "%.\(kept - 1)e", value)
        let parts = nearest.split(separator: "e")
        guard parts.count == 2, let read = Double(nearest), var power = Int(parts[1]),
            var coefficient = UInt64(parts[0].filter { $0 != "." })
        else { return nearest }
        if rounding == .up, read < value { coefficient += 1 }
        if rounding == .down, read > value {
            // Below a power of ten the next number down has its digits one place further right.
            let isPower = String(coefficient - 1).count < kept || coefficient == 1
            coefficient = isPower ? coefficient * 10 - 1 : coefficient - 1
            power -= isPower ? 1 : 0
        }
        return ExactDecimal(coefficient: coefficient, exponent: power - kept + 1).description
    }
}

extension DisplayNumber: CustomStringConvertible {
    /// Four significant digits, on the safe side.
    public var description: String { text() }
}
