// SPDX-License-Identifier: Apache-2.0

/// x/√(1 + x²), from −1 to 1: what a hidden unit makes of its sum. Of multiplications, divisions and a root alone, so
/// that it is the same to the last bit on every machine, and so is its slope.
enum AlgebraicSigmoid {
    /// What lies beyond ±``most`` counts as that, so that no square is more than a double holds; what is no number as 0.
    static let most = 1e100

    /// The value, and the slope (1 + x²)^(−3/2).
    @inline(__always)
    static func at(_ x: Double) -> (value: Double, slope: Double) {
        let inside = x == x ? min(max(x, -most), most) : 0
        let root = 1 / (1 + inside * inside).squareRoot()
        return (inside * root, root * root * root)
    }
}
