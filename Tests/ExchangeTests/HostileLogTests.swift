// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Identity
import Ledger
import Market
import Storage
import Testing
import TestSupport

@testable import Exchange

/// Logs that a hostile node might publish: an error at most, never a trap, never a broken sum.
@Suite struct HostileLogTests {
    private static let extremes: [JSON] = [
        .integer(0), .integer(-1), .integer(.max), .integer(.min), "0", "-1", "1",
        "4611686018427387904", "9223372036854775807", "18446744073709551615",
        "99999999999999999999",
        "", "walks", "steps", "dpv:ResearchAndDevelopment", "9999-12-31T23:59:59.999Z",
        "0001-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z", .null, .array([]), .object([:]),
        .string(String(repeating: "0", count: 64)), .string(String(repeating: "a", count: 3000)),
        .bool(true),
    ]

    @Test func `entries with extreme members never trap and never break the books`() async throws {
        let world = World()
        let (exchange, buyer) = try await world.market()
        _ = try await exchange.order(exchange.quote().quote.id, by: buyer)
        _ = try await exchange.withdraw(world.keys(of: 0..<1, at: exchange)[0], from: World.pool)
        _ = try await exchange.order(exchange.quote().quote.id, by: buyer)
        _ = try await exchange.payOut(World.pool)
        _ = try await exchange.provePending()
        _ = try await exchange.cashOut(
            world.keys(of: 1..<2, at: exchange)[0], most: Amount(microunits: 1 << 50)!)
        try await exchange.seal()
        var leaves: [[UInt8]] = []
        try exchange.store.read(from: 0) { leaves += $1.map(\.leaf) }
        // The replay before each entry.
        var stages = [Replay(trusting: leaves.count)]
        for (index, leaf) in leaves.enumerated() {
            var next = stages[index]
            try next.take(leaf, at: UInt64(index))
            stages.append(next)
        }
        var random = Seeded(12)
        var taken = 0
        for _ in 0..<2500 {
            let index = Int.random(in: 0..<leaves.count, using: &random)
            let entry = try JSON(parsing: leaves[index])
            let damaged = HostileLogTests.damage(entry, &random)
            guard let leaf = try? damaged.signable() else { continue }
            var replay = stages[index]
            do {
                try replay.take(leaf, at: UInt64(index))
                taken += 1
                // What follows meets a state that it was not made for.
                for later in leaves[(index + 1)...] {
                    try? replay.take(later, at: UInt64(replay.head.log.size))
                }
                #expect(
                    replay.head.state.imbalance == nil, "\(String(decoding: leaf, as: UTF8.self))")
            } catch {
                #expect(!"\(error)".isEmpty)
            }
        }
        #expect(taken > 10, "some of it is taken, so that what follows is tried")
    }

    /// Puts something extreme in the place of one member, at any depth.
    private static func damage(_ json: JSON, _ random: inout Seeded) -> JSON {
        switch json {
        case .object(var members):
            guard let name = members.keys.sorted().randomElement(using: &random) else { break }
            members[name] = damage(members[name] ?? .null, &random)
            return .object(members)
        case .array(var items) where !items.isEmpty && Int.random(in: 0..<4, using: &random) > 0:
            let place = Int.random(in: 0..<items.count, using: &random)
            items[place] = damage(items[place], &random)
            return .array(items)
        default: break
        }
        return extremes.randomElement(using: &random) ?? .null
    }
}
