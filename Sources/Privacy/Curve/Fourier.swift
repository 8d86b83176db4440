// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// The discrete Fourier transform of a length that is a power of two (Cooley, Tukey 1965).
enum Fourier {
    /// Transforms in place with e^(−2πi·jk/n). Transforming the conjugate again gives n times the
    /// original, conjugated.
    ///
    /// - Requires: both of one length, a power of two.
    static func transform(_ real: inout [Double], _ imaginary: inout [Double]) {
        let count = real.count
        precondition(count == imaginary.count && count & (count - 1) == 0, "not a power of two")
        let turns = (0..<max(1, count / 2)).map { 2 * Double.pi * Double($0) / Double(count) }
        let (cosines, sines) = (turns.map { cos($0) }, turns.map { -sin($0) })
        real.withUnsafeMutableBufferPointer { re in
            imaginary.withUnsafeMutableBufferPointer { im in
                cosines.withUnsafeBufferPointer { c in
                    sines.withUnsafeBufferPointer { s in butterflies(re, im, c, s) }
                }
            }
        }
    }

    private static func butterflies(
        _ re: UnsafeMutableBufferPointer<Double>, _ im: UnsafeMutableBufferPointer<Double>,
        _ cosines: UnsafeBufferPointer<Double>, _ sines: UnsafeBufferPointer<Double>
    ) {
        let count = re.count
        var reversed = 0
        for i in 1..<max(1, count) {
            var bit = count >> 1
            while reversed & bit != 0 {
                reversed ^= bit
                bit >>= 1
            }
            reversed |= bit
            if i < reversed {
                re.swapAt(i, reversed)
                im.swapAt(i, reversed)
            }
        }
        var half = 1
        while half < count {
            let pace = count / (2 * half)
            var start = 0
            while start < count {
                var k = 0
                while k < half {
                    let (a, b) = (start &+ k, start &+ k &+ half)
                    let (c, s) = (cosines[k &* pace], sines[k &* pace])
                    let x = re[b] * c - im[b] * s
                    let y = re[b] * s + im[b] * c
                    re[b] = re[a] - x
                    im[b] = im[a] - y
                    re[a] += x
                    im[a] += y
                    k &+= 1
                }
                start &+= 2 &* half
            }
            half &*= 2
        }
    }
}
