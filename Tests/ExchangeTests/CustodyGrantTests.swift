// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Exchange

/// A grant that an operator gives for everybody in custody.
@Suite struct CustodyGrantTests {
    @Test func `whoever has withdrawn stays out until she is asked by herself`() async throws {
        let world = World()
        let (exchange, _) = try await world.market(people: 6)
        let key = world.keys(of: 2..<3, at: exchange)[0]
        _ = try await exchange.withdraw(key, from: World.pool)
        let before = await exchange.standings(of: key).map { $0.usage }
        world.pass(1_000)
        let given = try await exchange.grantAll(World.terms(), pool: World.pool, custody: "club")
        #expect(given.people == 5 && given.withdrawn == 1 && given.without == 0)
        #expect(
            await exchange.standings(of: key).map { $0.usage } == before, "nothing of hers changed")
        world.pass(1_000)
        try await exchange.grant(World.terms(), pool: World.pool, by: [key])
        world.pass(1_000)
        let all = try await exchange.grantAll(World.terms(), pool: World.pool, custody: "club")
        #expect(all.people == 6 && all.withdrawn == 0)
    }
}
