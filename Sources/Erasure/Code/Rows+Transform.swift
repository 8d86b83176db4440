// SPDX-License-Identifier: Apache-2.0

/// The additive transforms of Lin, Chung and Han (FOCS 2014) between the values of a polynomial and
/// its coefficients.
///
/// With sⱼ(x) = Π (x + i) for i below 2ʲ, the coefficients are those of the products
/// Xᵢ = Π sⱼ over the bits j of i. In the coordinates of ``Symbol``, sⱼ(x) is `x >> j`: it is
/// additive, s₀(x) = x, and sⱼ₊₁ = sⱼ² + sⱼ because sⱼ(2ʲ) = 1.
extension Rows {
    /// Turns coefficients into values: row first + i becomes the value at point + i.
    ///
    /// The count is a power of two, and the point a multiple of it.
    ///
    /// - Cost: count / 2 · log₂ count products of rows.
    func evaluate(_ count: Int, from first: Int, at point: Int) {
        var half = count / 2
        while half > 0 {
            for block in stride(from: 0, to: count, by: 2 * half) {
                // Xᵢ₊ₕ = sₕ · Xᵢ, where sₕ is the same in all of a half, and 1 more in the other.
                let (lower, upper) = (first + block, first + block + half)
                add(upper, times: Rows.factor(point + block, half), to: lower, count: half)
                add(lower, to: upper, count: half)
            }
            half /= 2
        }
    }

    /// Turns values into coefficients: the steps of ``evaluate(_:from:at:)`` backwards.
    func interpolate(_ count: Int, from first: Int, at point: Int) {
        var half = 1
        while half < count {
            for block in stride(from: 0, to: count, by: 2 * half) {
                let (lower, upper) = (first + block, first + block + half)
                add(lower, to: upper, count: half)
                add(upper, times: Rows.factor(point + block, half), to: lower, count: half)
            }
            half *= 2
        }
    }

    /// sⱼ at a point, for the half 2ʲ.
    private static func factor(_ point: Int, _ half: Int) -> Symbol {
        Symbol(UInt16(point / half))
    }

    /// Adds to all coefficients, a power of two of them, those of the derivative.
    ///
    /// The derivative of every sⱼ is 1, so that of Xᵢ is the sum of Xᵢ without one of its factors
    /// (Lin, Al-Naffouri and Han 2016).
    func addDerivative() {
        // A row is read before anything is added to it: what is added to it comes from rows behind.
        for row in 1..<count {
            let width = row & -row
            add(row, to: row - width, count: width)
        }
    }
}
