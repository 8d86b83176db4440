// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// Which part of a stream each person is in: it follows from her key and from what the first round let out, and neither from rows
/// nor from who else is there.
///
/// The noise of that round nobody knows before it is fixed who is read. So nobody can make keys until they fall into one part
/// together, where a few would decide what a step does. Any two fall together as by chance: the hash is SipHash-2-4 (Aumasson and
/// Bernstein 2012), and what was let out is its key.
struct StreamParts: Hashable, Sendable {
    /// How many parts there are.
    let count: Int
    private let first: UInt64
    private let second: UInt64

    /// - Parameter values: what was let out.
    init(among count: Int, drawnBy values: [Double]) {
        self.count = count
        let words = values.map { String($0.bitPattern, radix: 16) }.joined(separator: " ")
        let bytes = Digest(of: Array("dividend/parts/v1 \(words)".utf8)).bytes
        func word(_ place: Int) -> UInt64 {
            bytes[place..<place + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
        (first, second) = (word(0), word(8))
    }

    /// The part of whoever has this mark, from 1 on.
    func part(of mark: UInt64) -> Int {
        1 + Int(truncatingIfNeeded: StreamParts.hash(mark, by: (first, second)) % UInt64(count))
    }

    /// One spelling for one meaning.
    var canonical: String { "\(count) \(first) \(second)" }

    /// SipHash-2-4 of the eight bytes of a word, the lowest first.
    static func hash(_ word: UInt64, by key: (UInt64, UInt64)) -> UInt64 {
        var state = SipState(key)
        state.take(word)
        // How many bytes there were, before bytes that are left.
        state.take(8 << 56)
        return state.end()
    }
}

/// What SipHash keeps.
private struct SipState {
    private var (a, b, c, d): (UInt64, UInt64, UInt64, UInt64)

    init(_ key: (UInt64, UInt64)) {
        (a, b) = (key.0 ^ 0x736f_6d65_7073_6575, key.1 ^ 0x646f_7261_6e64_6f6d)
        (c, d) = (key.0 ^ 0x6c79_6765_6e65_7261, key.1 ^ 0x7465_6462_7974_6573)
    }

    mutating func take(_ word: UInt64) {
        d ^= word
        mix()
        mix()
        a ^= word
    }

    mutating func end() -> UInt64 {
        c ^= 0xff
        for _ in 0..<4 { mix() }
        return a ^ b ^ c ^ d
    }

    private mutating func mix() {
        a &+= b
        b = (b << 13 | b >> 51) ^ a
        a = a << 32 | a >> 32
        c &+= d
        d = (d << 16 | d >> 48) ^ c
        a &+= d
        d = (d << 21 | d >> 43) ^ a
        c &+= b
        b = (b << 17 | b >> 47) ^ c
        c = c << 32 | c >> 32
    }
}
