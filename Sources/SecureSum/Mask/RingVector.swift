// SPDX-License-Identifier: Apache-2.0

/// A vector of numbers modulo 2^32 or 2^64, which masks are added to.
///
/// Signed numbers are held in two's complement. As bytes: each number in 4 or 8 of them,
/// little-endian, one after the other.
struct RingVector: Sendable {
    /// How many numbers there are.
    let count: Int
    /// The modulus.
    let modulus: SumModulus
    /// The numbers in the machine's own order, the last word filled up with zeros.
    private var words: [UInt64]

    /// A vector of zeros.
    init(zeros count: Int, modulus: SumModulus) {
        self.count = count
        self.modulus = modulus
        words = [UInt64](repeating: 0, count: (count * modulus.bytes + 7) / 8)
    }

    /// Takes signed numbers, each modulo 2^32 or 2^64.
    init(_ numbers: [Int64], modulus: SumModulus) {
        self.init(zeros: numbers.count, modulus: modulus)
        words.withUnsafeMutableBytes { room in
            switch modulus {
            case .bits32:
                let room = room.assumingMemoryBound(to: UInt32.self)
                for place in numbers.indices {
                    room[place] = UInt32(truncatingIfNeeded: numbers[place])
                }
            case .bits64:
                let room = room.assumingMemoryBound(to: UInt64.self)
                for place in numbers.indices { room[place] = UInt64(bitPattern: numbers[place]) }
            }
        }
    }

    /// Reads the bytes; nil unless they are exactly as many as the numbers take.
    init?(bytes: [UInt8], count: Int, modulus: SumModulus) {
        guard bytes.count == count * modulus.bytes else { return nil }
        self.init(zeros: count, modulus: modulus)
        bytes.withUnsafeBytes { bytes in add(bytes, at: 0, negated: false) }
    }

    /// The bytes.
    var bytes: [UInt8] {
        words.withUnsafeBytes { words in
            switch modulus {
            case .bits32:
                var out = words.assumingMemoryBound(to: UInt32.self).map(\.littleEndian)
                out.removeLast(out.count - count)
                return out.withUnsafeBytes { Array($0) }
            case .bits64:
                let out = words.assumingMemoryBound(to: UInt64.self).map(\.littleEndian)
                return out.withUnsafeBytes { Array($0) }
            }
        }
    }

    /// The numbers with their signs: those from half the modulus on are negative.
    var signed: [Int64] {
        words.withUnsafeBytes { words in
            switch modulus {
            case .bits32:
                words.assumingMemoryBound(to: UInt32.self)[..<count].map {
                    Int64(Int32(bitPattern: $0))
                }
            case .bits64:
                words.assumingMemoryBound(to: UInt64.self).map { Int64(bitPattern: $0) }
            }
        }
    }

    /// Adds a vector of as many numbers of the same modulus.
    mutating func add(_ other: RingVector) {
        precondition(count == other.count && modulus == other.modulus, "vectors of one kind")
        other.words.withUnsafeBytes { other in
            let used = UnsafeRawBufferPointer(rebasing: other[..<(count * modulus.bytes)])
            add(host: used, at: 0, negated: false)
        }
    }

    /// Adds the key stream of a key, or takes it away: one number of full width for each place.
    ///
    /// - Cost: about a nanosecond for each number of four bytes.
    mutating func add(streamOf key: SecretBytes, negated: Bool) {
        KeyStream.read(key: key, byteCount: count * modulus.bytes) { stream, offset in
            add(stream, at: offset, negated: negated)
        }
    }

    /// Adds numbers from little-endian bytes, from a place on.
    private mutating func add(
        _ bytes: UnsafeRawBufferPointer, at offset: Int, negated: Bool
    ) {
        add(host: bytes, at: offset, negated: negated, isLittleEndian: true)
    }

    /// Adds numbers that lie one after the other. −x is (x ^ −1) − (−1), so one loop does both.
    private mutating func add(
        host bytes: UnsafeRawBufferPointer, at offset: Int, negated: Bool,
        isLittleEndian: Bool = false
    ) {
        words.withUnsafeMutableBytes { room in
            switch modulus {
            case .bits32:
                let mask: UInt32 = negated ? .max : 0
                let sums = room.assumingMemoryBound(to: UInt32.self)
                let (start, many) = (offset / 4, bytes.count / 4)
                for place in 0..<many {
                    let raw = bytes.loadUnaligned(fromByteOffset: 4 &* place, as: UInt32.self)
                    let value = isLittleEndian ? UInt32(littleEndian: raw) : raw
                    sums[start &+ place] &+= (value ^ mask) &- mask
                }
            case .bits64:
                let mask: UInt64 = negated ? .max : 0
                let sums = room.assumingMemoryBound(to: UInt64.self)
                let (start, many) = (offset / 8, bytes.count / 8)
                for place in 0..<many {
                    let raw = bytes.loadUnaligned(fromByteOffset: 8 &* place, as: UInt64.self)
                    let value = isLittleEndian ? UInt64(littleEndian: raw) : raw
                    sums[start &+ place] &+= (value ^ mask) &- mask
                }
            }
        }
    }
}
