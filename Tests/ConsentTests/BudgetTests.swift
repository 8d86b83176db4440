// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Testing
import TestSupport

@testable import Consent

@Suite struct BudgetTests {
    @Test func `a reservation becomes spent, or goes back while nothing was read`() throws {
        var register = ConsentRegister()
        try register.put(grant())
        let cohort = register.cohort(for: request())
        let first = try register.reserve(cohort, rho: 100, at: at(10))
        #expect(register.usage(of: 0) == Usage(studies: 1, spent: 0, reserved: 100))
        try register.release(first)
        #expect(register.usage(of: 0) == Usage())
        let second = try register.reserve(cohort, rho: 100, at: at(10))
        try register.commit(second)
        #expect(register.usage(of: 0) == Usage(studies: 1, spent: 100, reserved: 0))
        #expect(register.budget(of: stranger(1), in: "pool:steps") == (100, 0))
        #expect(register.budget(of: stranger(1), in: "pool:none") == (0, 0))
    }

    @Test func `nothing is given back after data was read`() throws {
        var register = ConsentRegister()
        try register.put(grant())
        let number = try register.reserve(register.cohort(for: request()), rho: 100, at: at(10))
        try register.beginReading(number)
        #expect(throws: ConsentError.alreadyRead(number)) { try register.release(number) }
        #expect(register.reservations.map(\.isRead) == [true])
        try register.commit(number)
        #expect(register.usage(of: 0).spent == 100)
    }

    @Test func `a charge outside of studies is for all named or for none`() throws {
        var register = ConsentRegister()
        try register.put(grant())
        let party = stranger(1)
        try register.charge([party], in: "pool:steps", rho: 40, at: at(10))
        #expect(register.usage(of: 0) == Usage(studies: 0, spent: 40, reserved: 0))
        #expect(register.chargeable(in: "pool:steps", rho: 40, at: at(10)) == [0])
        let root = register.root()
        let limit = try #require(register.grant(at: 0)).privacyLimit
        for (parties, pool, rho) in [
            ([], "pool:steps", 1), ([party, party], "pool:steps", 1),
            ([party, stranger(2)], "pool:steps", 1), ([party], "pool:none", 1),
            ([party], "pool:steps", 0), ([party], "pool:steps", limit),
            ([party], "pool:steps", .max),
        ] as [([PartyID], String, UInt64)] {
            #expect(throws: ConsentError.self) {
                try register.charge(parties, in: pool, rho: rho, at: at(10))
            }
            #expect(register.root() == root)
        }
        #expect(register.chargeable(in: "pool:steps", rho: limit, at: at(10)).isEmpty)
        #expect(register.chargeable(in: "pool:none", rho: 1, at: at(10)).isEmpty)
    }

    @Test func `an empty list of purposes allows no charge either`() throws {
        var register = ConsentRegister()
        try register.put(grant(purposes: []))
        #expect(register.chargeable(in: "pool:steps", rho: 1, at: at(10)).isEmpty)
        #expect(throws: ConsentError.changed(grant: 0, .noPurposes)) {
            try register.charge([stranger(1)], in: "pool:steps", rho: 1, at: at(10))
        }
    }

    @Test func `a reservation ends exactly once`() throws {
        var register = ConsentRegister()
        try register.put(grant())
        let one = try register.reserve(register.cohort(for: request()), rho: 10, at: at(10))
        let two = try register.reserve(register.cohort(for: request()), rho: 10, at: at(10))
        try register.commit(one)
        try register.release(two)
        let root = register.root()
        for number in [one, two, 2, -1] {
            let wanted = ConsentError.unknownReservation(number)
            #expect(throws: wanted) { try register.commit(number) }
            #expect(throws: wanted) { try register.release(number) }
            #expect(throws: wanted) { try register.beginReading(number) }
        }
        #expect(register.root() == root)
    }

    @Test func `two studies racing for one budget cannot both have it`() throws {
        var register = ConsentRegister()
        try register.put(grant(limit: 150))
        try register.put(grant(party: stranger(2), limit: 1000))
        // Both find their cohort before either reserves.
        let one = register.cohort(for: request())
        let two = register.cohort(for: request())
        let first = try register.reserve(one, rho: 100, at: at(10))
        let before = register.root()
        #expect(throws: ConsentError.changed(grant: 0, .privacySpent)) {
            try register.reserve(two, rho: 100, at: at(10))
        }
        // All or nothing: the other member is not charged either.
        #expect(register.root() == before)
        #expect(register.usage(of: 1).reserved == 100)
        // The cohort found anew leaves out whoever has nothing left.
        #expect(register.cohort(for: request()).grants == [1])
        try register.release(first)
        #expect(try register.reserve(two, rho: 100, at: at(10)) == 1)
    }

    @Test func `two studies racing for the last use cannot both have it`() throws {
        var register = ConsentRegister()
        try register.put(grant(uses: 1))
        let cohort = register.cohort(for: request())
        let first = try register.reserve(cohort, rho: 1, at: at(10))
        #expect(throws: ConsentError.changed(grant: 0, .usedUp)) {
            try register.reserve(cohort, rho: 1, at: at(10))
        }
        try register.release(first)
        try register.commit(register.reserve(cohort, rho: 1, at: at(10)))
        #expect(throws: ConsentError.changed(grant: 0, .usedUp)) {
            try register.reserve(cohort, rho: 1, at: at(10))
        }
    }

    @Test func `a withdrawal between cohort and reservation is seen`() throws {
        var register = ConsentRegister()
        let mine = try grant(party: key(1).id)
        try register.put(mine)
        let cohort = register.cohort(for: request())
        try register.withdraw(Withdrawal(of: mine.id, at: at(11), by: key(1)), at: at(11))
        #expect(throws: ConsentError.changed(grant: 0, .withdrawn)) {
            try register.reserve(cohort, rho: 100, at: at(10))
        }
    }

    @Test func `an expiry between cohort and reservation is seen`() throws {
        var register = ConsentRegister()
        try register.put(grant(expires: 100))
        let cohort = register.cohort(for: request(time: 99))
        #expect(throws: ConsentError.changed(grant: 0, .expired)) {
            try register.reserve(cohort, rho: 100, at: at(100))
        }
        // An earlier clock does not make the request earlier.
        let late = Cohort(request: request(time: 100), grants: [0], root: .zero)
        #expect(throws: ConsentError.changed(grant: 0, .expired)) {
            try register.reserve(late, rho: 100, at: at(0))
        }
    }

    @Test func `what is reserved is decided anew, whatever the cohort was found for`() throws {
        var register = ConsentRegister()
        try register.put(grant(limit: 1000, perStudy: 100))
        let cheap = register.cohort(for: request(rho: 1))
        #expect(throws: ConsentError.changed(grant: 0, .studyTooCostly)) {
            try register.reserve(cheap, rho: 101, at: at(10))
        }
        #expect(throws: ConsentError.changed(grant: 0, .noPrivacyCost)) {
            try register.reserve(cheap, rho: 0, at: at(10))
        }
        let none = register.cohort(for: request(pool: "pool:none"))
        #expect(throws: ConsentError.emptyCohort) { try register.reserve(none, rho: 1, at: at(10)) }
        let foreign = Cohort(request: request(), grants: [5], root: .zero)
        #expect(throws: ConsentError.emptyCohort) {
            try register.reserve(foreign, rho: 1, at: at(10))
        }
    }

    @Test func `granting again gives no budget back`() throws {
        var register = ConsentRegister()
        try register.put(grant(limit: 250))
        for _ in 0..<2 {
            try register.commit(
                register.reserve(register.cohort(for: request()), rho: 100, at: at(10)))
        }
        for again in 1...5 as ClosedRange<Int64> {
            let place = try register.put(grant(limit: 250, starts: again), at: again)
            #expect(register.usage(of: place) == Usage(studies: 0, spent: 200, reserved: 0))
            #expect(register.decision(of: place, for: request()) == .denied(.privacySpent))
        }
        // A wider limit is the contributor's to give, and counts what was spent.
        try register.put(grant(limit: 300, starts: 6), at: 6)
        #expect(register.cohort(for: request()).count == 1)
        #expect(register.cohort(for: request(rho: 101)).count == 0)
        // A narrower one stops everything at once.
        try register.put(grant(limit: 150, starts: 7), at: 7)
        #expect(register.cohort(for: request(rho: 1)).count == 0)
    }

    @Test func `what is left is the limit without what is spent and reserved`() throws {
        var register = ConsentRegister()
        try register.put(grant(limit: 250))
        #expect(register.privacyLeft(of: 0) == 250)
        try register.commit(
            register.reserve(register.cohort(for: request()), rho: 100, at: at(10)))
        _ = try register.reserve(register.cohort(for: request()), rho: 100, at: at(10))
        #expect(register.privacyLeft(of: 0) == 50)
        try register.put(grant(limit: 199, starts: 1))
        #expect(register.privacyLeft(of: 1) == 0)
    }

    @Test func `withdrawing and granting again gives no budget back either`() throws {
        var register = ConsentRegister()
        let first = try grant(party: key(1).id, limit: 150)
        try register.put(first)
        try register.commit(
            register.reserve(register.cohort(for: request()), rho: 100, at: at(10)))
        try register.withdraw(Withdrawal(of: first.id, at: at(11), by: key(1)), at: at(11))
        try register.put(grant(party: key(1).id, limit: 150, starts: 12), at: 12)
        #expect(register.usage(of: 1).spent == 100)
        #expect(register.cohort(for: request(rho: 51, time: 20)).count == 0)
        #expect(register.cohort(for: request(rho: 50, time: 20)).count == 1)
    }

    @Test func `a study that runs while the grant is replaced is still charged`() throws {
        var register = ConsentRegister()
        try register.put(grant(limit: 150))
        let running = try register.reserve(
            register.cohort(for: request()), rho: 100, at: at(10))
        try register.put(grant(limit: 150, starts: 2), at: 2)
        #expect(register.usage(of: 1) == Usage(studies: 0, spent: 0, reserved: 100))
        #expect(register.cohort(for: request(rho: 51)).count == 0)
        let beside = try register.reserve(
            register.cohort(for: request(rho: 50)), rho: 50, at: at(10))
        // What goes back under the old grant frees no use of the new one.
        try register.release(running)
        #expect(register.usage(of: 1) == Usage(studies: 1, spent: 0, reserved: 50))
        try register.commit(beside)
        #expect(register.budget(of: stranger(1), in: "pool:steps") == (50, 0))
    }

    @Test func `budgets of other pools and parties are not touched`() throws {
        var register = ConsentRegister()
        try register.put(grant())
        try register.put(grant(pool: "pool:sleep"))
        try register.put(grant(party: stranger(2), purposes: purposes("Marketing")))
        try register.commit(register.reserve(register.cohort(for: request()), rho: 9, at: at(10)))
        #expect(register.usage(of: 0).spent == 9)
        #expect(register.usage(of: 1) == Usage())
        #expect(register.usage(of: 2) == Usage())
    }

    /// Random histories of everything that can happen, in any order, against a plain model: what is
    /// spent and reserved is what the model says, and no reservation was ever taken beyond a limit.
    @Test(arguments: 0..<12) func `no history overspends`(seed: UInt64) throws {
        var random = Seeded(seed)
        var register = ConsentRegister()
        let keys = (0..<6).map { key($0) }
        let numbers = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1.id, $0) })
        var spent = [UInt64](repeating: 0, count: 6)
        var held = [UInt64](repeating: 0, count: 6)
        var limit = [UInt64](repeating: 0, count: 6)
        var found: [Cohort] = []
        var read: Set<Int> = []
        var refused = 0
        for time in 0..<600 as Range<Int64> {
            switch Int.random(in: 0..<10, using: &random) {
            case 0, 1:
                let party = Int.random(in: 0..<6, using: &random)
                let most = UInt64.random(in: 0...2000, using: &random)
                try register.put(
                    grant(
                        party: keys[party].id, limit: most, perStudy: 300,
                        uses: .random(in: 1...9, using: &random), starts: time, expires: 10_000),
                    at: time)
                limit[party] = most
            case 2 where register.count > 0:
                let place = Int.random(in: 0..<register.count, using: &random)
                let signer = keys[numbers[register.party(at: place)]!]
                _ = try? register.withdraw(
                    Withdrawal(of: register.id(at: place), at: at(time), by: signer), at: at(time))
            case 3, 4, 5:
                let rho = UInt64.random(in: 1...350, using: &random)
                found.append(register.cohort(for: request(rho: rho, time: time)))
            case 6, 7:
                guard !found.isEmpty else { break }
                let cohort = found.remove(at: .random(in: 0..<found.count, using: &random))
                let rho = UInt64.random(in: 1...350, using: &random)
                do throws(ConsentError) {
                    _ = try register.reserve(cohort, rho: rho, at: at(time))
                    for place in cohort.grants {
                        let party = numbers[register.party(at: place)]!
                        held[party] += rho
                        #expect(spent[party] + held[party] <= limit[party])
                    }
                } catch { refused += 1 }
            default:
                guard let one = register.reservations.randomElement(using: &random) else { break }
                let parties = one.grants.map { numbers[register.party(at: $0)]! }
                switch Int.random(in: 0..<3, using: &random) {
                case 0:
                    try register.beginReading(one.number)
                    read.insert(one.number)
                case 1:
                    try register.commit(one.number)
                    for party in parties {
                        held[party] -= one.rho
                        spent[party] += one.rho
                    }
                default:
                    if read.contains(one.number) {
                        #expect(throws: ConsentError.alreadyRead(one.number)) {
                            try register.release(one.number)
                        }
                    } else {
                        try register.release(one.number)
                        for party in parties { held[party] -= one.rho }
                    }
                }
            }
            for party in 0..<6 {
                let budget = register.budget(of: keys[party].id, in: "pool:steps")
                #expect(budget == (spent[party], held[party]))
            }
        }
        #expect(refused > 0 && spent.reduce(0, +) > 0, "the history tries both")
    }
}
