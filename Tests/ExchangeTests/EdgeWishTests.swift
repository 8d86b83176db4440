// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Foundation
import Testing

@testable import Exchange

/// What a contributor asks of her machine while it runs and has her folder to itself.
@Suite struct EdgeWishTests {
    @Test func `a machine at work says what she granted, and withdraws`() async throws {
        let market = try await EdgeMarket(people: 1)
        let person = market.people[0]
        // No node is there: what the machine counted itself is told all the same.
        let node = person.member.url
        let service = try EdgeService(
            person.home, of: "me", node: node, every: .milliseconds(10))
        let wishes = EdgeWishes(in: person.home.folder)
        #expect(person.home.folder.isInUse)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await service.run(once: false, for: .seconds(1_800)) { _ in } }
            // An answer takes a moment; where every core is busy it may take long.
            func ask(_ act: EdgeWishes.Wish.Act, as party: String = "me") async throws -> JSON? {
                try await wishes.ask(
                    EdgeWishes.Wish(party: party, node: node, act),
                    for: party == "me" ? .seconds(900) : .milliseconds(300))
            }
            let listed = try #require(try await ask(.list))
            #expect(listed == (try await person.home.listing(by: EdgeLink(node))))
            #expect(listed.array?.map { $0["pool"] } == [.string(World.pool)])
            #expect(listed.array?.first?["in_force"] == .bool(true))
            #expect(try await ask(.list, as: "somebody") == nil, "another party's machine")
            await #expect(throws: ExchangeError.self, "no such pool") {
                try await ask(.withdraw(pool: "club"))
            }
            for (pool, words) in [("club", "nothing is granted"), (World.pool, "localhost")] {
                // Of a pool that it knows it asks the node, which is not there.
                do {
                    _ = try await ask(.cashOut(pool: pool, most: 5))
                    Issue.record("nobody paid out \(pool)")
                } catch {
                    #expect("\(error)".contains(words), "\(pool): \(error)")
                }
            }
            // Nobody waits any more for what is not locked: it is not done.
            let abandoned = person.home.folder.wishes + "/left.wish"
            try WholeFile.replace(
                abandoned,
                by: JSON.object([
                    "party": "me", "node": .string(node), "act": "withdraw",
                    "pool": .string(World.pool),
                ]).canonical())
            _ = try #require(try await ask(.list))
            _ = try #require(try await ask(.list))
            #expect(!FileManager.default.fileExists(atPath: abandoned))
            #expect(try person.record.usage(in: World.pool).withdrawn == nil)
            // The node hears of it later; here it holds at once.
            await #expect(throws: ExchangeError.self) {
                try await ask(.withdraw(pool: World.pool))
            }
            #expect(try person.record.usage(in: World.pool).withdrawn != nil)
            // With nothing left to do it ends.
            try await group.waitForAll()
        }
    }
}
