// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Testing

@testable import Consent

@Suite struct SnapshotTests {
    /// A register in which every kind of thing has happened.
    private func busy() throws -> ConsentRegister {
        var register = ConsentRegister()
        for party in 0..<30 as Range<UInt64> {
            try register.put(
                grant(
                    party: key(party).id, pool: party % 3 == 0 ? "pool:sleep" : "pool:steps",
                    tables: party % 2 == 0 ? ["activity_days"] : ["activity_days", "profile"]))
        }
        try register.put(grant(party: key(1).id, starts: 1), at: 1)
        try register.withdraw(
            Withdrawal(of: register.id(at: 2), at: at(2), by: key(2)), at: at(2))
        let cohort = register.cohort(for: request())
        try register.commit(register.reserve(cohort, rho: 10, at: at(3)))
        let number = try register.reserve(cohort, rho: 20, at: at(3))
        try register.beginReading(number)
        _ = try register.reserve(
            register.cohort(for: request(pool: "pool:sleep")), rho: 30, at: at(3))
        return register
    }

    @Test func `a snapshot reads back to the same state`() throws {
        var register = try busy()
        let bytes = register.snapshot()
        var copy = try ConsentRegister(snapshot: bytes)
        #expect(copy.root() == register.root())
        #expect(copy.snapshot() == bytes)
        #expect(copy.reservations == register.reservations)
        #expect(copy.cohort(for: request()) == register.cohort(for: request()))
        for place in 0..<register.count {
            #expect(copy.grant(at: place) == register.grant(at: place))
            #expect(copy.usage(of: place) == register.usage(of: place))
        }
        // Both go on alike.
        for number in [1, 2] { try register.commit(number) }
        for number in [1, 2] { try copy.commit(number) }
        try register.put(grant(party: key(2).id, starts: 40), at: 40)
        try copy.put(grant(party: key(2).id, starts: 40), at: 40)
        #expect(copy.root() == register.root())
        #expect(copy.snapshot() == register.snapshot())
    }

    @Test func `the root of a history is the same on any machine`() throws {
        var register = try busy()
        #expect(
            register.root().hex
                == "3ca5f7083ac6d7c6e708b62c9988e30e82d5aea518d38708f78cf4387f354ab5")
    }

    @Test func `an empty register reads back`() throws {
        var empty = ConsentRegister()
        var copy = try ConsentRegister(snapshot: empty.snapshot())
        #expect(copy.root() == empty.root())
        #expect(copy.count == 0)
    }

    @Test func `what was withdrawn, replaced or spent stays so across a snapshot`() throws {
        var register = try busy()
        var copy = try ConsentRegister(snapshot: register.snapshot())
        #expect(copy.decision(of: 1, for: request()) == .denied(.superseded))
        #expect(copy.decision(of: 2, for: request()) == .denied(.withdrawn))
        #expect(copy.budget(of: key(1).id, in: "pool:steps") == (10, 20))
        let again = try copy.enter(register.grant(at: 1)!, at: at(9), index: 99)
        #expect(!again.isNew)
        #expect(throws: ConsentError.alreadyRead(1)) { try copy.release(1) }
        try copy.put(grant(party: key(4).id, starts: 5), at: 5)
        #expect(copy.usage(of: copy.count - 1).spent == 10)
    }

    @Test func `any flipped bit is found`() throws {
        var register = try busy()
        let bytes = register.snapshot()
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 1 << UInt8(place % 8)
            #expect(throws: FormatError.self) { try ConsentRegister(snapshot: changed) }
        }
    }

    @Test func `any cut is found, and anything added`() throws {
        var register = try busy()
        let bytes = register.snapshot()
        for length in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: FormatError.self) {
                try ConsentRegister(snapshot: Array(bytes.prefix(length)))
            }
        }
        #expect(throws: FormatError.self) { try ConsentRegister(snapshot: bytes + [0]) }
    }

    /// A snapshot whose root was made to fit, but whose state could not have come about.
    @Test(
        arguments: [
            { $0.budgets[0].reserved += 1 }, { $0.budgets[1].studies = 0 },
            { $0.budgets[0].current = 1 }, { $0.budgets[0].current = 1000 },
            { $0.budgets[0].spent = .max },
            { $0.budgets[0].latest = Timestamp(milliseconds: .min) },
            { $0.budgets[0].withdrawn = Timestamp(milliseconds: .max) },
            { $0.nextReservation = 1 }, { $0.nextReservation = .max },
            { $0.pools[0] = "a b" }, { $0.pools[1] = $0.pools[0] },
            { $0.tableSets[0] = TableSet(["b", "a"]) }, { $0.tableSets[1] = $0.tableSets[0] },
            { $0.grants[0] = $0.grants[1] },
            { $0.open[2] = Reservation(number: 2, grants: [1, 1], rho: 1, isRead: false) },
            { $0.open[2] = Reservation(number: 2, grants: [0], rho: .max, isRead: false) },
        ] as [@Sendable (inout ConsentRegister) -> Void]) func `a state that cannot be is refused`(
            change: @Sendable (inout ConsentRegister) -> Void
        ) throws
    {
        var register = try busy()
        change(&register)
        for place in register.budgets.indices { register.budgetTree.open(place) }
        for place in register.grants.indices { register.grantTree.open(place) }
        let bytes = register.snapshot()
        #expect(throws: FormatError.self) { try ConsentRegister(snapshot: bytes) }
    }

    @Test func `a snapshot that claims a huge count costs nothing`() throws {
        var register = ConsentRegister()
        var bytes = register.snapshot()
        for place in 12..<32 { bytes[place] = 0xff }
        #expect(throws: FormatError.self) { try ConsentRegister(snapshot: bytes) }
    }

    @Test func `the error says where`() throws {
        var register = try busy()
        var bytes = register.snapshot()
        bytes[0] ^= 1
        #expect(throws: FormatError("not a snapshot of a consent register", at: 0)) {
            try ConsentRegister(snapshot: bytes)
        }
        bytes[0] ^= 1
        bytes[8] = 2
        #expect(throws: FormatError("version 1 wanted", at: 8)) {
            try ConsentRegister(snapshot: bytes)
        }
        bytes[8] = 1
        bytes[bytes.count - 1] ^= 1
        #expect(throws: FormatError("the root does not fit the state", at: bytes.count - 32)) {
            try ConsentRegister(snapshot: bytes)
        }
    }
}
