// SPDX-License-Identifier: Apache-2.0

/// The squared L2 norm of a vector of Int64, exactly: carries · 2^128 + low.
struct WideNorm {
    private(set) var carries: UInt64 = 0
    private(set) var low: UInt128 = 0

    /// Adds up the squares. Each is at most 2^126, so the carries count at most a quarter of the
    /// coordinates.
    init(of vector: UnsafeBufferPointer<Int64>) {
        for value in vector {
            let size = value.magnitude
            let (sum, overflow) = low.addingReportingOverflow(UInt128(size) &* UInt128(size))
            low = sum
            if overflow { carries &+= 1 }
        }
    }

    /// ⌊2^64 · R/‖v‖⌋ for R² below the squared norm; for norms past 2^128 at most 2 less.
    func ratio(of radiusSquared: UInt128) -> UInt64 {
        // √(R²·2^128 / norm). The quotient is below 2^128 because R² is below the norm.
        guard carries > 0 else {
            return low.dividingFullWidth((radiusSquared, 0)).quotient.squareRoot
        }
        // Keep the top 127 bits of the norm, rounded up so that the ratio is rounded down.
        let shift = UInt128(65 - carries.leadingZeroBitCount)
        let divisor = ((UInt128(carries) << (128 - shift)) | (low >> shift)) + 1
        let shifted = (high: radiusSquared >> shift, low: radiusSquared << (128 - shift))
        return divisor.dividingFullWidth(shifted).quotient.squareRoot
    }

    /// Whether root² · norm ≤ target, exactly.
    func times(square root: UInt64, isAtMost target: (high: UInt128, low: UInt128)) -> Bool {
        let square = UInt128(root) &* UInt128(root)
        let product = square.multipliedFullWidth(by: low)
        let (carried, overflow) = square.multipliedReportingOverflow(by: UInt128(carries))
        let (high, overflows) = product.high.addingReportingOverflow(carried)
        if overflow || overflows { return false }
        return high < target.high || (high == target.high && product.low <= target.low)
    }
}
