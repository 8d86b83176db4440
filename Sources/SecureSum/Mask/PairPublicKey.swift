// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// The public half of a ``PairKey``: 32 bytes in their one spelling, and no point of small order, with
/// which every secret would agree on zero (RFC 7748, section 6.1).
///
/// Identity's key for envelopes finds those points by an X25519 operation. A list of keys has two for
/// each party, so here they are known beforehand: the coordinates of the points whose order divides 8
/// on the curve and on its twist, of which all but five are not reduced.
struct PairPublicKey: Hashable, Sendable {
    private let words: Digest

    var bytes: [UInt8] { words.bytes }

    /// Takes 32 bytes; nil for any other number of them, for a number of 2^255 − 19 or more, and for a
    /// point of small order.
    init?(bytes: [UInt8]) {
        guard bytes.count == 32, PairPublicKey.isReduced(bytes), let words = Digest(bytes: bytes),
            !PairPublicKey.smallOrder.contains(words)
        else { return nil }
        self.words = words
    }

    private static func isReduced(_ bytes: [UInt8]) -> Bool {
        let isHigh = bytes[31] == 0x7f && bytes[1..<31].allSatisfy { $0 == 0xff }
        return bytes[31] < 0x80 && !(isHigh && bytes[0] >= 0xed)
    }

    /// 0, 1, −1 and the two of order 8.
    static let smallOrder: [Digest] = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    ].compactMap { Digest(hex: $0) }
}
