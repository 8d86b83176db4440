// SPDX-License-Identifier: Apache-2.0

/// Bytes of a CSV stream that are still wanted, with a line end behind them as a sentinel.
final class CSVBuffer {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
    /// How many bytes are in it.
    private(set) var end = 0
    /// What stands behind the last byte.
    var newline: UInt8 = 0x0a { didSet { base[end] = newline } }

    // A search reads eight bytes at once: room behind the last one.
    private static let margin = 16

    init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(capacity: capacity + CSVBuffer.margin)
        base.initialize(repeating: 0, count: capacity + CSVBuffer.margin)
    }

    deinit { base.deallocate() }

    /// The first 64 KiB, by which a dialect is judged.
    var head: Bytes { Bytes(start: base, count: min(end, 1 << 16)) }

    /// How many bytes a byte order mark takes at the start: 3 or none.
    var markLength: Int {
        end >= 3 && base[0] == 0xef && base[1] == 0xbb && base[2] == 0xbf ? 3 : 0
    }

    /// Reads until so many bytes are there; false at the end of the stream.
    @discardableResult
    func fill(from stream: any ByteStream, upTo count: Int) throws(IntakeError) -> Bool {
        while end < count {
            if try read(from: stream, atMost: count - end) == 0 { return false }
        }
        return true
    }

    /// Reads once; 0 at the end of the stream.
    func read(from stream: any ByteStream, atMost count: Int) throws(IntakeError) -> Int {
        let got = try stream.read(into: .init(start: base + end, count: count))
        end += got
        base[end] = newline
        return got
    }

    /// Moves what is still wanted to the front.
    func drop(before start: Int) {
        guard start > 0 else { return }
        base.update(from: base + start, count: end - start)
        end -= start
        base[end] = newline
    }

    /// Makes room for so many bytes.
    func grow(to wanted: Int) {
        guard wanted > capacity else { return }
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted + CSVBuffer.margin)
        larger.initialize(repeating: 0, count: wanted + CSVBuffer.margin)
        larger.update(from: base, count: end)
        base.deallocate()
        base = larger
        capacity = wanted
        base[end] = newline
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Writes the bytes with each doubled quote as one; gives how many were written. The target may
    /// be where the bytes are.
    func writeSingleQuoted(to target: UnsafeMutablePointer<UInt8>) -> Int {
        var write = 0
        var read = 0
        while read < count {
            target[write] = self[read]
            read += self[read] == CSVDialect.quote ? 2 : 1
            write += 1
        }
        return write
    }
}
