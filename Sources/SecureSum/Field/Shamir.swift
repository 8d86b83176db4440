// SPDX-License-Identifier: Apache-2.0
internal import Privacy

/// Secrets of 32 bytes shared among many so that any `threshold` of them rebuild one and fewer learn
/// nothing (Shamir 1979), over the field of 2^16 elements: sixteen polynomials side by side.
enum Shamir {
    /// One party's share: the value of the polynomials at its point.
    struct Share: Sendable {
        let point: UInt16
        let value: SecretBytes
    }

    /// Shares a secret.
    ///
    /// - Parameters:
    ///   - points: where the polynomials are read; they differ and none is zero.
    ///   - threshold: how many rebuild it, at least 1.
    /// - Cost: a multiplication for each point and each of the threshold, and 32 random bytes for
    ///   each but one of the threshold.
    static func split(
        _ secret: SecretBytes, at points: [UInt16], threshold: Int, from source: inout ByteSource
    ) -> [Share] {
        // The highest coefficient may be zero: leaving that out would tell something.
        let coefficients = (1..<max(1, threshold)).map { _ in SecretBytes(from: &source) }
        return points.map { point in
            let high = coefficients.reversed().reduce(SecretBytes.zero) {
                ($0 + $1).times(point)
            }
            return Share(point: point, value: high + secret)
        }
    }

    /// The secret of which these are shares, all of them used.
    ///
    /// - Requires: as many as the threshold or more, their points different and not zero. Fewer, or a
    ///   wrong one among them, give another secret and no error.
    static func rebuild(_ shares: some Collection<Share>) -> SecretBytes {
        let weights = BinaryField.weights(atZeroFrom: shares.map(\.point))
        return zip(shares, weights).reduce(SecretBytes.zero) { $0 + $1.0.value.times($1.1) }
    }
}
