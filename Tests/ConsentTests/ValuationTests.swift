// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing

@testable import Consent

/// Contributors whose rows wait for a valuation.
@Suite struct ValuationTests {
    /// A register in which two people allow studies of the same pool.
    private func register() throws -> (ConsentRegister, alice: Int, berta: Int) {
        var register = ConsentRegister()
        let alice = try register.enter(try grant(party: stranger(1)), at: at(0), index: 1).index
        let berta = try register.enter(try grant(party: stranger(2)), at: at(0), index: 2).index
        return (register, alice, berta)
    }

    @Test func `whoever waits is read by no study, and charged for the valuation alone`() throws {
        var (register, alice, berta) = try register()
        let before = register.root()
        register.awaitValuation(of: stranger(1), in: "pool:steps")
        let waiting = register.root()
        #expect(waiting != before, "everybody who checks the roots sees it")
        #expect(register.usage(of: alice).unvalued && !register.usage(of: berta).unvalued)
        #expect(register.decision(of: alice, for: request()) == .denied(.notValued))
        let cohort = register.cohort(for: request())
        #expect(cohort.grants == [berta])
        #expect(cohort.denied == [.notValued: [alice]], "her feed tells why she was not read")
        #expect(register.chargeable(in: "pool:steps", rho: 1, at: at(10)) == [alice, berta])
        try register.charge([stranger(1)], in: "pool:steps", rho: 1, at: at(10))
        register.value([stranger(1), stranger(2)], in: "pool:steps")
        #expect(register.cohort(for: request()).grants == [alice, berta])
    }

    @Test func `a reservation that was made before ends as it began, and no other is made`() throws
    {
        var (register, _, _) = try register()
        let cohort = register.cohort(for: request())
        let number = try register.reserve(cohort, rho: 100, at: at(10))
        register.awaitValuation(in: "pool:steps")
        try register.commit(number)
        #expect(register.budget(of: stranger(1), in: "pool:steps").spent == 100)
        #expect(throws: ConsentError.changed(grant: 0, .notValued)) {
            try register.reserve(cohort, rho: 100, at: at(10))
        }
    }

    @Test func `everybody of one pool waits, and nobody of another`() throws {
        var (register, alice, berta) = try register()
        let other = try register.enter(
            try grant(party: stranger(1), pool: "pool:sleep"), at: at(0), index: 3
        ).index
        register.awaitValuation(in: "pool:steps")
        #expect([alice, berta].allSatisfy { register.usage(of: $0).unvalued })
        #expect(register.decision(of: other, for: request(pool: "pool:sleep")).isAllowed)
        // Whoever is not there, and what is no pool, changes nothing.
        let root = register.root()
        register.awaitValuation(of: stranger(3), in: "pool:steps")
        register.awaitValuation(in: "pool:nothing")
        register.awaitValuation(in: "no pool's name")
        register.value([stranger(3)], in: "pool:steps")
        #expect(register.root() == root)
    }

    @Test func `what she can mend herself is said before`() throws {
        var (register, alice, _) = try register()
        register.awaitValuation(of: stranger(1), in: "pool:steps")
        let late = request(time: 1 << 50)
        #expect(register.decision(of: alice, for: late) == .denied(.expired))
        #expect(register.decision(of: alice, for: request()) == .denied(.notValued))
        #expect(register.awaitingValuation(in: "pool:steps", at: at(10)) == 1)
        #expect(register.awaitingValuation(in: "pool:steps", at: at(1 << 50)) == 0)
    }

    @Test func `a new grant does not end the waiting`() throws {
        var (register, _, _) = try register()
        register.awaitValuation(of: stranger(1), in: "pool:steps")
        let again = try register.enter(
            try grant(party: stranger(1), starts: 5, given: 5), at: at(6), index: 3
        ).index
        #expect(register.decision(of: again, for: request()) == .denied(.notValued))
    }

    @Test func `whoever is suspended too is told that first`() throws {
        var (register, alice, _) = try register()
        register.awaitValuation(of: stranger(1), in: "pool:steps")
        register.suspend(stranger(1), in: "pool:steps", true)
        #expect(register.decision(of: alice, for: request()) == .denied(.suspended))
        #expect(register.chargeable(in: "pool:steps", rho: 1, at: at(10)) == [1])
    }

    @Test func `a snapshot keeps it`() throws {
        var (register, alice, berta) = try register()
        register.awaitValuation(of: stranger(1), in: "pool:steps")
        var read = try ConsentRegister(snapshot: register.snapshot())
        #expect(read.usage(of: alice).unvalued && !read.usage(of: berta).unvalued)
        #expect(read.root() == register.root())
    }
}
