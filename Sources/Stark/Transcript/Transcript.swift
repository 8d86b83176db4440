// SPDX-License-Identifier: Apache-2.0
package import Fields

/// The verifier's coins, made from everything that was said before (Fiat and Shamir 1986).
///
/// A state of 32 bytes is chained through SHA-256. What is absorbed comes with its name and length, so
/// that no two ways of absorbing look alike; what is squeezed is fed back, so that no two squeezes give
/// the same.
///
///     absorb:  state = SHA-256(state ‖ 0x00 ‖ name length u8 ‖ name ‖ length u64 ‖ bytes)
///     squeeze: block = SHA-256(state ‖ 0x01 ‖ counter u32), as many as are wanted;
///              then state = SHA-256(state ‖ 0x02)
package struct Transcript: Sendable {
    private var state: [UInt8]
    private let weakness: Weakness
    private var drawn = 0

    /// Something said or drawn.
    enum Event: Hashable, Sendable {
        case absorbed(String, [UInt8])
        case element(KoalaBear5)
        case places([Int])
    }

    /// Begins a conversation about something.
    package init(domain: String) {
        self.init(domain: domain, Weakness())
    }

    init(domain: String, _ weakness: Weakness) {
        self.weakness = weakness
        state = [UInt8](repeating: 0, count: 32)
        absorb("domain", Array(domain.utf8))
    }

    /// Takes bytes.
    package mutating func absorb(_ name: String, _ said: [UInt8]) {
        weakness.listener?(.absorbed(name, said))
        guard let bytes = weakness.heard[name] ?? said else { return }
        let label = Array(name.utf8)
        state = SHA256.digest(
            state + [0, UInt8(label.count)] + label + littleEndian(UInt64(bytes.count)) + bytes)
    }

    /// Takes whole numbers, eight little-endian bytes each.
    package mutating func absorb(_ name: String, numbers: [UInt64]) {
        absorb(name, numbers.flatMap(littleEndian))
    }

    /// Takes elements, four or twenty canonical bytes each.
    package mutating func absorb(_ name: String, _ elements: [KoalaBear]) {
        absorb(name, elements.bytes)
    }

    /// Takes elements, four or twenty canonical bytes each.
    package mutating func absorb(_ name: String, _ elements: [KoalaBear5]) {
        absorb(name, elements.bytes)
    }

    /// A uniform element of the extension: words of 31 bits, those that are not below p left out.
    package mutating func element() -> KoalaBear5 {
        var words: [KoalaBear] = []
        squeeze { word in
            if let element = KoalaBear(canonical: word & 0x7fff_ffff) { words.append(element) }
            return words.count == 5
        }
        let element = KoalaBear5(words[0], words[1], words[2], words[3], words[4])
        defer { drawn += 1 }
        weakness.listener?(.element(element))
        return weakness.given[drawn] ?? element
    }

    /// Uniform numbers below a power of two, in the order they are drawn; they may repeat.
    package mutating func indices(_ count: Int, bits: Int) -> [Int] {
        var indices: [Int] = []
        let mask = UInt32(truncatingIfNeeded: 1 << bits - 1)
        squeeze { word in
            indices.append(Int(word & mask))
            return indices.count == count
        }
        weakness.listener?(.places(indices))
        return weakness.places ?? indices
    }

    /// Whether a nonce took so many bits of work: it, hashed after the state, begins with as many zeros.
    package func accepts(nonce: UInt64, bits: Int) -> Bool {
        guard bits > 0 else { return nonce == 0 }
        let digest = SHA256.digest(state + [3] + littleEndian(nonce))
        let head = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return head.leadingZeroBitCount >= bits
    }

    /// The smallest nonce that takes so many bits of work: 2 to that many hashes on average.
    package func nonce(bits: Int, threads: Int = 1) -> UInt64 {
        guard bits > 0 else { return 0 }
        let batch: UInt64 = 8192
        var start: UInt64 = 0
        while true {
            let found = Parallel.map(threads, threads: threads) { [start] part in
                nonce(bits: bits, from: start + UInt64(part) * batch, count: batch)
            }
            if let nonce = found.compactMap(\.self).first { return nonce }
            start += UInt64(threads) * batch
        }
    }

    /// The smallest of some nonces that takes so many bits of work; nil where none does.
    private func nonce(bits: Int, from start: UInt64, count: UInt64) -> UInt64? {
        let digests = RowHash.digests(ofNumbers: start, count: Int(count), prefix: state + [3])
        // The first byte of a digest is the highest of the number that its zeros are counted of.
        return digests.withUnsafeBytes { bytes in
            (0..<Int(count)).first { place in
                let head = bytes.loadUnaligned(fromByteOffset: 32 * place, as: UInt64.self)
                return UInt64(bigEndian: head).leadingZeroBitCount >= bits
            }.map { start + UInt64($0) }
        }
    }

    /// Hands out words of the stream until the taker has enough.
    private mutating func squeeze(_ take: (UInt32) -> Bool) {
        var counter: UInt32 = 0
        var isEnough = false
        while !isEnough {
            let block = SHA256.digest(state + [1] + littleEndian(counter))
            for start in stride(from: 0, to: 32, by: 4) where !isEnough {
                let word = block[start..<start + 4].reversed().reduce(UInt32(0)) {
                    $0 << 8 | UInt32($1)
                }
                isEnough = take(word)
            }
            counter += 1
        }
        state = SHA256.digest(state + [2])
    }
}

func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
}
