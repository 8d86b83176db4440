// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// The frame around one sealed segment in a pack, version 1.
///
/// A pack starts with a header of 32 bytes:
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 8 | magic "DVPACK1" and a line feed |
/// | 8 | 4 | number of the pack |
/// | 12 | 4 | CRC-32C of bytes 0..<12 |
/// | 16 | 16 | zero |
///
/// Records follow without gaps, each starting at a multiple of 16:
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 4 | magic "DVR1" |
/// | 4 | 4 | state: "LIVE" or "GONE" (erased) |
/// | 8 | 4 | n, the length of the sealed bytes |
/// | 12 | 4 | CRC-32C of bytes 0..<4, 8..<12 and 16..<48 |
/// | 16 | 32 | segment id: the SHA-256 digest of the sealed bytes |
/// | 48 | n | the sealed bytes; zeros once erased |
/// | 48 + n | 0…15 | zeros up to a multiple of 16 |
///
/// All numbers are little-endian. The state lies in one aligned word outside of the checksum: it
/// is the only part of a frame that is ever rewritten, and no sector border cuts through it. The
/// checksum guards the frame, the id guards the sealed bytes.
enum PackRecord {
    enum State: UInt32 {
        /// "LIVE", read little-endian.
        case live = 0x4556_494c
        /// "GONE", read little-endian.
        case gone = 0x454e_4f47
    }

    struct Frame {
        /// Nil when the state's word is neither.
        let state: State?
        let length: Int
        let id: Canon.Digest
    }

    static let frameLength = 48
    static let headerLength = 32
    static let alignment = 16
    static let stateOffset = 4
    static let packMagic: [UInt8] = Array("DVPACK1\n".utf8)
    private static let magic: [UInt8] = Array("DVR1".utf8)
    /// The same, read little-endian.
    private static let magicWord: UInt32 = 0x3152_5644

    /// The length of a whole record around so many sealed bytes.
    static func paddedLength(_ length: Int) -> Int {
        (frameLength &+ length &+ alignment &- 1) / alignment * alignment
    }

    /// Appends a live record.
    static func write(_ segment: SealedSegment, to bytes: inout [UInt8]) {
        let start = bytes.count
        var writer = ByteWriter(reserving: frameLength)
        writer.write(raw: magic)
        writer.write(State.live.rawValue)
        writer.write(UInt32(segment.bytes.count))
        writer.write(UInt32(0))
        writer.write(segment.id)
        var frame = writer.bytes
        frame.replaceSubrange(12..<16, with: littleEndian(frame.withUnsafeBytes { checksum($0) }))
        bytes += frame
        bytes += segment.bytes
        let end = start + paddedLength(segment.bytes.count)
        bytes += repeatElement(0, count: end - bytes.count)
    }

    /// Reads a frame; nil when the bytes are none.
    static func frame(_ bytes: UnsafeRawBufferPointer) -> Frame? {
        // The first bytes of every segment that a study reads: no slices, no arrays.
        guard bytes.count >= frameLength, word(bytes, 0) == magicWord,
            word(bytes, 12) == checksum(bytes)
        else { return nil }
        return Frame(
            state: State(rawValue: word(bytes, 4)), length: Int(word(bytes, 8)), id: id(bytes))
    }

    /// Whether a frame is that of a live segment of an id and a length, but for its check value.
    static func isLive(
        _ bytes: UnsafeRawBufferPointer, length: Int, id: Canon.Digest
    ) -> Bool {
        word(bytes, 0) == magicWord && word(bytes, 4) == State.live.rawValue
            && Int(word(bytes, 8)) == length && self.id(bytes) == id
    }

    private static func id(_ bytes: UnsafeRawBufferPointer) -> Canon.Digest {
        Canon.Digest(words: (big(bytes, 16), big(bytes, 24), big(bytes, 32), big(bytes, 40)))
    }

    /// A pack's header.
    static func header(pack: Int) -> [UInt8] {
        var bytes = packMagic + littleEndian(UInt32(pack))
        bytes += littleEndian(CRC32C.checksum(of: bytes))
        return bytes + [UInt8](repeating: 0, count: headerLength - bytes.count)
    }

    static func littleEndian(_ word: UInt32) -> [UInt8] {
        withUnsafeBytes(of: word.littleEndian) { Array($0) }
    }

    private static func checksum(_ frame: UnsafeRawBufferPointer) -> UInt32 {
        var sum = CRC32C()
        sum.update(frame, from: 0, to: 4)
        sum.update(frame, from: 8, to: 12)
        sum.update(frame, from: 16, to: frameLength)
        return sum.value
    }

    private static func big(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
