// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing

@testable import Consent

/// Contributors whose rows are kept out for the time being.
@Suite struct SuspendTests {
    /// A register in which two people allow studies of the same pool.
    private func register() throws -> (ConsentRegister, alice: Int, berta: Int) {
        var register = ConsentRegister()
        let alice = try register.enter(try grant(party: stranger(1)), at: at(0), index: 1).index
        let berta = try register.enter(try grant(party: stranger(2)), at: at(0), index: 2).index
        return (register, alice, berta)
    }

    @Test func `a suspended contributor is in no cohort, and is charged nothing`() throws {
        var (register, alice, berta) = try register()
        let before = register.root()
        register.suspend(stranger(1), in: "pool:steps", true)
        let suspended = register.root()
        #expect(suspended != before)
        #expect(register.usage(of: alice).suspended && !register.usage(of: berta).suspended)
        #expect(register.decision(of: alice, for: request()) == .denied(.suspended))
        let cohort = register.cohort(for: request())
        #expect(cohort.grants == [berta])
        #expect(cohort.denied == [.suspended: [alice]], "her feed tells why she was not read")
        #expect(register.chargeable(in: "pool:steps", rho: 1, at: at(10)) == [berta])
        #expect(throws: ConsentError.changed(grant: alice, .suspended)) {
            try register.charge([stranger(1)], in: "pool:steps", rho: 1, at: at(10))
        }
        register.suspend(stranger(1), in: "pool:steps", false)
        let lifted = register.root()
        #expect(lifted == before, "lifted, everything is as it was")
    }

    @Test func `neither a new grant nor another pool changes it`() throws {
        var (register, _, _) = try register()
        register.suspend(stranger(1), in: "pool:steps", true)
        let again = try register.enter(
            try grant(party: stranger(1), starts: 5, given: 5), at: at(6), index: 3
        ).index
        let other = try register.enter(
            try grant(party: stranger(1), pool: "pool:sleep"), at: at(6), index: 4
        ).index
        #expect(register.decision(of: again, for: request()) == .denied(.suspended))
        #expect(register.decision(of: other, for: request(pool: "pool:sleep")).isAllowed)
    }

    @Test func `what changes nothing says so`() throws {
        var (register, _, _) = try register()
        for (party, pool, suspended, isNew) in [
            (1, "pool:steps", false, false), (3, "pool:steps", true, false),
            (1, "pool:sleep", true, false), (1, "no pool's name", true, false),
            (1, "pool:steps", true, true), (1, "pool:steps", true, false),
        ] {
            let changed = register.suspend(stranger(UInt64(party)), in: pool, suspended)
            #expect(changed == isNew, "\(party) in \(pool)")
        }
    }

    @Test func `a study that has its reservation ends as it began`() throws {
        var (register, _, _) = try register()
        let cohort = register.cohort(for: request())
        let number = try register.reserve(cohort, rho: 100, at: at(10))
        register.suspend(stranger(1), in: "pool:steps", true)
        try register.commit(number)
        #expect(register.budget(of: stranger(1), in: "pool:steps").spent == 100)
        #expect(throws: ConsentError.self) {
            try register.reserve(cohort, rho: 100, at: at(10))
        }
    }

    @Test func `a snapshot keeps it`() throws {
        var (register, alice, _) = try register()
        register.suspend(stranger(1), in: "pool:steps", true)
        let read = try ConsentRegister(snapshot: register.snapshot())
        #expect(read.usage(of: alice).suspended)
    }
}
