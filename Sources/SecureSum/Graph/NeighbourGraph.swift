// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// Who is whose neighbour, for one roster: the same for everybody who holds the same roster.
///
/// Complete, or a ring whose order is a Fisher-Yates shuffle drawn from the key stream of the seed.
struct NeighbourGraph: Sendable {
    /// How many parties are registered; those that are not in the roster keep their place.
    let parties: Int
    private let reach: Int
    private let ring: [Int]
    private let places: [Int]

    /// The graph of a session for a seed that nobody could choose.
    init(_ session: SumSession, seed: Digest) {
        parties = session.parties.count
        guard let degree = session.degree else {
            (reach, ring, places) = (0, [], [])
            return
        }
        var ring = Array(0..<parties)
        var stream = StreamNumbers(key: SecretBytes(seed))
        for place in stride(from: parties - 1, to: 0, by: -1) {
            ring.swapAt(place, stream.below(place + 1))
        }
        var places = ring
        for (place, party) in ring.enumerated() { places[party] = place }
        (self.reach, self.ring, self.places) = (degree.neighbours / 2, ring, places)
    }

    /// The neighbours of a party in ascending order, without itself.
    func neighbours(of party: Int) -> [Int] {
        guard reach > 0 else { return (0..<parties).filter { $0 != party } }
        let place = places[party]
        return (1...reach)
            .flatMap { [ring[(place + $0) % parties], ring[(place + parties - $0) % parties]] }
            .sorted()
    }

    /// Whether two parties are neighbours; nobody is its own.
    func areNeighbours(_ one: Int, _ other: Int) -> Bool {
        guard one != other else { return false }
        guard reach > 0 else { return true }
        let way = abs(places[one] - places[other])
        return min(way, parties - way) <= reach
    }
}

/// Numbers from a key stream, for the shuffle.
struct StreamNumbers {
    private let key: SecretBytes
    private var words: [UInt64] = []
    private var block: UInt32 = 0

    init(key: SecretBytes) { self.key = key }

    /// A number from 0..<n, n of at most 32 bits: little-endian words of 64 bits, those too high for
    /// an even share thrown away.
    mutating func below(_ n: Int) -> Int {
        let size = UInt64(n)
        // 2^64 mod n: so many words at the top would favour the low numbers.
        let surplus = (0 &- size) % size
        while true {
            let word = next()
            if word <= .max - surplus { return Int(word % size) }
        }
    }

    private mutating func next() -> UInt64 {
        if words.isEmpty {
            words = KeyStream.words(key: key, count: 512, fromBlock: block).reversed()
            block += 64
        }
        return words.removeLast()
    }
}
