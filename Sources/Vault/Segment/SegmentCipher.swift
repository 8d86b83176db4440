// SPDX-License-Identifier: Apache-2.0
internal import enum Crypto.AES
internal import Foundation

/// Seals and opens the numbered blocks of one segment (AES-256-GCM, see ``Segment``).
enum SegmentCipher {
    static let nonceLength = 12

    /// Appends the sealed block: ciphertext and tag.
    static func seal(
        _ plain: [UInt8], number: Int, key: SegmentKey, to bytes: inout [UInt8]
    ) {
        guard let nonce = try? AES.GCM.Nonce(data: nonceBytes(number)),
            let box = try? AES.GCM.seal(plain, using: key.material, nonce: nonce)
        else { preconditionFailure("a segment key has 32 bytes, a nonce 12") }
        bytes += box.ciphertext
        bytes += box.tag
    }

    /// The contents of a block, or nil when it was not sealed under this key with this number.
    ///
    /// `scratch` is working room that is kept between calls. swift-crypto opens without additional
    /// data twice as fast as with, which is one more reason that the format uses none.
    static func open(
        _ block: UnsafeRawBufferPointer, number: Int, key: SegmentKey, scratch: inout [UInt8]
    ) -> Data? {
        let length = nonceLength + block.count
        if scratch.count < length {
            scratch = [UInt8](repeating: 0, count: max(length, 2 * scratch.count))
        }
        return scratch.withUnsafeMutableBytes { room in
            room.storeBytes(of: UInt32(truncatingIfNeeded: number).littleEndian, as: UInt32.self)
            UnsafeMutableRawBufferPointer(rebasing: room[nonceLength..<length])
                .copyMemory(from: block)
            let combined = Data(bytes: room.baseAddress!, count: length)
            guard let box = try? AES.GCM.SealedBox(combined: combined) else { return nil }
            return try? AES.GCM.open(box, using: key.material)
        }
    }

    private static func nonceBytes(_ number: Int) -> [UInt8] {
        let low = UInt32(truncatingIfNeeded: number)
        return (0..<nonceLength).map { place in
            place < 4 ? UInt8(truncatingIfNeeded: low >> UInt32(place * 8)) : 0
        }
    }
}
