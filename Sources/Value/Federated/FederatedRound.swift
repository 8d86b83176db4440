// SPDX-License-Identifier: Apache-2.0

/// One round of federated averaging: the model before it, and what each client would change.
///
/// A coalition's model is rebuilt with a **fixed denominator**: W + Σ_{i ∈ S} (nᵢ / N) · Dᵢ, N over all
/// clients. The usual rebuild, with Σ_{i ∈ S} nᵢ below the line, applies a tiny client's update at full
/// weight when she is alone, and makes an honest one look harmful.
///
/// A player may be a client, or a group of clients whose sum is all that secure aggregation shows.
public struct FederatedRound: Sendable, Hashable {
    /// W: the model that all started from.
    public let model: [Double]
    /// Dᵢ: how each player changed it.
    public let updates: [[Double]]
    /// nᵢ / N for each player.
    public let weights: [Double]

    /// Takes the model, the updates and how many records each is from.
    ///
    /// - Throws: ``ValueError`` for no players or more than 256, lengths that differ, a number that is
    ///   not finite, a negative size, or sizes of zero altogether.
    public init(model: [Double], updates: [[Double]], sizes: [Int]) throws(ValueError) {
        let allowed = 1...Coalition.mostPlayers
        guard allowed.contains(updates.count) else {
            throw .players(updates.count, allowed: allowed)
        }
        guard sizes.count == updates.count else {
            throw .shape("sizes", expected: updates.count, got: sizes.count)
        }
        for (player, update) in updates.enumerated() {
            guard update.count == model.count else {
                throw .shape("numbers in an update", expected: model.count, got: update.count)
            }
            if let bad = update.firstIndex(where: { !$0.isFinite }) {
                throw .number("updates", row: player, column: bad)
            }
        }
        if let bad = model.firstIndex(where: { !$0.isFinite }) {
            throw .number("model", row: 0, column: bad)
        }
        let total = sizes.reduce(0.0) { $0 + Double($1) }
        guard total > 0, sizes.allSatisfy({ $0 >= 0 }) else {
            throw .setting("sizes that are not negative, and not all 0, wanted")
        }
        (self.model, self.updates) = (model, updates)
        weights = sizes.map { Double($0) / total }
    }

    /// How many players there are.
    public var players: Int { updates.count }

    /// W + Σ_{i ∈ S} (nᵢ / N) · Dᵢ, added in the order of the players.
    public func model(of coalition: Coalition) -> [Double] {
        var sum = model
        for player in 0..<players where coalition.contains(player) {
            let weight = weights[player]
            updates[player].withUnsafeBufferPointer { update in
                sum.withUnsafeMutableBufferPointer { sum in
                    for place in sum.indices { sum[place] += weight * update[place] }
                }
            }
        }
        return sum
    }

    /// The exact Shapley values of the round, up to 16 players.
    ///
    /// - Parameter quality: How good a model is, say its accuracy on records nobody trains on.
    /// - Throws: ``ValueError/players(_:allowed:)``, ``ValueError/utility(_:)``.
    /// - Cost: 2ⁿ evaluations.
    public func exactValues(quality: ([Double]) -> Double) throws(ValueError) -> RoundValues {
        let game = try SmallGame(players: players) { quality(model(of: $0)) }
        return RoundValues(values: game.shapley(), evaluations: game.utilities.count)
    }
}

/// What each player added in one round, or in several.
public struct RoundValues: Sendable, Hashable {
    /// The value of each player.
    public private(set) var values: [Double]
    /// How many models were evaluated for it.
    public private(set) var evaluations: Int
    /// How many rounds were skipped, since nearly nothing changed in them.
    public private(set) var skipped: Int

    /// Takes values and what they cost.
    public init(values: [Double], evaluations: Int, skipped: Int = 0) {
        (self.values, self.evaluations, self.skipped) = (values, evaluations, skipped)
    }

    /// Adds a later round of the same players.
    public mutating func add(_ round: RoundValues) {
        precondition(round.values.count == values.count, "rounds of the same players")
        for player in values.indices { values[player] += round.values[player] }
        evaluations += round.evaluations
        skipped += round.skipped
    }
}
