// SPDX-License-Identifier: Apache-2.0

/// Some of at most 256 players, as a set of bits.
public struct Coalition: Hashable, Sendable, CustomStringConvertible {
    /// How many players there may be.
    public static let mostPlayers = 256

    private var words = SIMD4<UInt64>()

    /// Nobody.
    public init() {}

    /// The players of a list.
    ///
    /// - Requires: players from 0 to 255.
    public init(_ players: some Sequence<Int>) {
        for player in players { insert(player) }
    }

    /// The players whose bits are set: player 0 is the lowest.
    public init(mask: UInt64) { words[0] = mask }

    /// Everybody of so many players, at most 256.
    public init(everybodyOf count: Int) { self.init(0..<count) }

    /// Whether this player is in it.
    public func contains(_ player: Int) -> Bool {
        words[player >> 6] >> UInt64(player & 63) & 1 == 1
    }

    /// Adds a player; nothing happens when she is there.
    public mutating func insert(_ player: Int) {
        precondition((0..<Self.mostPlayers).contains(player), "a player from 0 to 255")
        words[player >> 6] |= 1 << UInt64(player & 63)
    }

    /// Takes a player out; nothing happens when she is not there.
    public mutating func remove(_ player: Int) {
        precondition((0..<Self.mostPlayers).contains(player), "a player from 0 to 255")
        words[player >> 6] &= ~(1 << UInt64(player & 63))
    }

    /// How many players are in it.
    public var count: Int {
        (0..<4).reduce(0) { $0 + words[$1].nonzeroBitCount }
    }

    /// The players, in ascending order.
    public var players: [Int] { (0..<Self.mostPlayers).filter(contains) }

    /// The players in braces.
    public var description: String {
        "{" + players.map { "\($0)" }.joined(separator: ", ") + "}"
    }
}
