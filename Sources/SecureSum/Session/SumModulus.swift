// SPDX-License-Identifier: Apache-2.0

/// The modulus of masked numbers: what a machine word holds.
public enum SumModulus: UInt8, Hashable, Sendable {
    /// 2^32.
    case bits32 = 32
    /// 2^64.
    case bits64 = 64

    /// How many bytes a number takes.
    public var bytes: Int { Int(rawValue) / 8 }

    /// The smaller modulus that is above 2 · (n · R + 10 · σ · √n), so that a sum of n numbers of at
    /// most R each, with noise of σ each, keeps its sign; nil when not even 2^64 is.
    ///
    /// Without noise nothing can overflow. With it, the sum of n discrete Gaussians passes 10 · σ · √n
    /// with probability below 2 · e^-50 in a coordinate; one that did would wrap, which harms that
    /// number and nobody's privacy.
    init?(parties: Int, bound: UInt64, sigma: Int) {
        // ⌈√n⌉ by counting: a session has at most 2^16 parties.
        var root = 1
        while root * root < parties { root += 1 }
        let spread = 10 * UInt128(sigma) * UInt128(root)
        let least = 2 * (UInt128(parties) * UInt128(bound) + spread)
        if least < 1 << 32 {
            self = .bits32
        } else if least < 1 << 64 {
            self = .bits64
        } else {
            return nil
        }
    }
}
