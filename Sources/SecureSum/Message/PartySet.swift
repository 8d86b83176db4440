// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// Some of the parties of a session: one bit each, so that nobody can be listed twice, or as both
/// present and gone.
public struct PartySet: Hashable, Sendable {
    /// How many parties the session has.
    public let universe: Int
    private var words: [UInt64]

    /// The empty set.
    init(universe: Int) {
        self.universe = universe
        words = [UInt64](repeating: 0, count: (universe + 63) / 64)
    }

    /// The set of these parties, all of them below `universe`.
    init(_ members: some Sequence<Int>, universe: Int) {
        self.init(universe: universe)
        for member in members { insert(member) }
    }

    /// How many there are.
    public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// Their numbers, ascending.
    public var members: [Int] { (0..<universe).filter { contains($0) } }

    /// Whether a party is one of them; no number out of bounds is.
    public func contains(_ party: Int) -> Bool {
        guard (0..<universe).contains(party) else { return false }
        return words[party / 64] >> UInt64(party % 64) & 1 == 1
    }

    /// Whether all of them are in another set of the same session.
    public func isSubset(of other: PartySet) -> Bool {
        universe == other.universe && zip(words, other.words).allSatisfy { $0 & ~$1 == 0 }
    }

    /// Adds a party; false when it was there already.
    @discardableResult
    mutating func insert(_ party: Int) -> Bool {
        let bit: UInt64 = 1 << UInt64(party % 64)
        let isNew = words[party / 64] & bit == 0
        words[party / 64] |= bit
        return isNew
    }

    func write(to writer: inout ByteWriter) {
        for word in words { writer.write(word) }
    }

    /// Reads as many bits as there are parties, filled up with zeros to words of 64.
    init(_ reader: inout ByteReader, universe: Int) throws(FormatError) {
        self.init(universe: universe)
        for place in words.indices {
            let start = reader.offset
            words[place] = try reader.read(UInt64.self)
            let used = min(64, universe - 64 * place)
            guard used == 64 || words[place] >> UInt64(used) == 0 else {
                throw FormatError("bits beyond the last party", at: start)
            }
        }
    }
}
