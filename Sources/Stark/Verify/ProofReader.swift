// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// Reads a proof from its beginning to its end. No length stands in a proof: what comes next follows from the
/// statement and from what was read.
struct ProofReader {
    private let bytes: [UInt8]
    private(set) var place = 0
    let weakness: Weakness

    init(_ bytes: [UInt8], _ weakness: Weakness = Weakness()) {
        (self.bytes, self.weakness) = (bytes, weakness)
    }

    /// Refuses the proof unless something holds.
    func demand(_ holds: Bool, or error: ProofError) throws(ProofError) {
        guard holds || weakness.forgiven.contains(error) else { throw error }
    }

    mutating func read(_ count: Int) throws(ProofError) -> [UInt8] {
        guard count <= bytes.count - place else { throw .short }
        defer { place += count }
        return Array(bytes[place..<place + count])
    }

    mutating func digest() throws(ProofError) -> [UInt8] { try read(32) }

    mutating func number() throws(ProofError) -> UInt64 {
        try read(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func elements(_ count: Int) throws(ProofError) -> [KoalaBear] {
        guard count <= (bytes.count - place) / 4 else { throw .short }
        var elements: [KoalaBear] = []
        elements.reserveCapacity(count)
        for _ in 0..<count {
            let word = bytes.withUnsafeBytes {
                UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: UInt32.self))
            }
            guard let element = KoalaBear(canonical: word) else {
                throw .notCanonical(byte: place)
            }
            elements.append(element)
            place += 4
        }
        return elements
    }

    mutating func extended(_ count: Int) throws(ProofError) -> [KoalaBear5] {
        guard count <= (bytes.count - place) / 20 else { throw .short }
        let all = try elements(5 * count)
        return (0..<count).map {
            KoalaBear5(
                all[5 * $0], all[5 * $0 + 1], all[5 * $0 + 2], all[5 * $0 + 3], all[5 * $0 + 4])
        }
    }

    func finish() throws(ProofError) {
        try demand(place == bytes.count, or: .long)
    }
}
