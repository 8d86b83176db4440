// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Testing
import TestSupport

@testable import Consent

@Suite struct ConsentRegisterTests {
    @Test func `a signed grant is taken once`() throws {
        var register = ConsentRegister()
        let signed = try #require(SignedGrant(try grant(party: key(1).id), by: key(1)))
        let first = try register.admit(signed, at: at(1), index: 9)
        #expect(first == Admission(index: 0, isNew: true, replaced: nil))
        let root = register.root()
        let second = try register.admit(signed, at: at(2), index: 10)
        #expect(second == Admission(index: 0, isNew: false, replaced: nil))
        #expect(register.root() == root)
        #expect(register.count == 1)
        #expect(register.grant(at: 0) == signed.grant)
        #expect(register.id(at: 0) == signed.grant.id)
        #expect(register.party(at: 0) == key(1).id)
        #expect(register.journalIndex(at: 0) == 9)
        #expect(register.index(of: signed.grant.id) == 0)
        #expect(register.index(of: .zero) == nil)
    }

    @Test func `a signature of another key is refused and changes nothing`() throws {
        var register = ConsentRegister()
        let before = register.root()
        let mine = try grant(party: key(1).id)
        let forged = SignedGrant(mine, signature: key(2).sign(SignedGrant.message(of: mine)))
        #expect(throws: ConsentError.badSignature) {
            try register.admit(forged, at: at(1), index: 0)
        }
        #expect(register.root() == before)
        #expect(register.count == 0)
    }

    @Test func `a newer grant takes the older one's place, in its pool only`() throws {
        var register = ConsentRegister()
        try register.put(grant(limit: 10))
        try register.put(grant(pool: "pool:sleep"))
        try register.put(grant(party: stranger(2)))
        let newer = try register.put(
            grant(limit: 500, given: -1), expecting: .notNewer(than: at(0)))
        #expect(newer == nil)
        let taken = try register.enter(grant(limit: 500, starts: 1), at: at(2), index: 3)
        #expect(taken == Admission(index: 3, isNew: true, replaced: 0))
        #expect(register.usage(of: 0).superseded)
        #expect(!register.usage(of: 1).superseded)
        #expect(register.decision(of: 0, for: request()) == .denied(.superseded))
        #expect(register.cohort(for: request()).grants == [2, 3])
        #expect(register.cohort(for: request(pool: "pool:sleep")).grants == [1])
    }

    @Test func `an older grant cannot be brought back`() throws {
        var register = ConsentRegister()
        let wide = try grant(limit: 1000)
        let narrow = try grant(limit: 10, starts: 1)
        try register.put(wide)
        try register.put(narrow)
        // Sent again it is only known; kept back until now it is not newer.
        #expect(try register.enter(wide, at: at(5), index: 7).isNew == false)
        #expect(register.usage(of: 0).superseded)
        #expect(try register.put(grant(limit: 999), expecting: .notNewer(than: at(1))) == nil)
        #expect(register.cohort(for: request()).grants == [])
        #expect(register.cohort(for: request(rho: 10)).grants == [1])
    }

    @Test func `a grant kept back until after a withdrawal does not undo it`() throws {
        var register = ConsentRegister()
        let first = try grant(party: key(1).id)
        try register.put(first)
        try register.withdraw(Withdrawal(of: first.id, at: at(20), by: key(1)), at: at(20))
        let kept = try grant(party: key(1).id, starts: 19)
        #expect(try register.put(kept, at: 21, expecting: .notNewer(than: at(20))) == nil)
        #expect(register.cohort(for: request(time: 30)).count == 0)
        try register.put(grant(party: key(1).id, starts: 21), at: 21)
        #expect(register.cohort(for: request(time: 30)).grants == [1])
    }

    @Test func `a withdrawal ends the grant before the very next study`() throws {
        var register = ConsentRegister()
        let signed = try #require(SignedGrant(try grant(party: key(1).id), by: key(1)))
        try register.admit(signed, at: at(1), index: 0)
        try register.put(grant(party: stranger(2)))
        #expect(register.cohort(for: request()).grants == [0, 1])
        let withdrawal = try Withdrawal(of: signed.grant.id, at: at(9), by: key(1))
        #expect(try register.withdraw(withdrawal, at: at(9)) == 0)
        #expect(register.usage(of: 0).withdrawn == at(9))
        // Also for a study that claims to start before the withdrawal.
        #expect(register.cohort(for: request(time: 5)).grants == [1])
        #expect(register.decision(of: 0, for: request(time: 5)) == .denied(.withdrawn))
    }

    @Test func `a withdrawal is taken once and only from the grant's own key`() throws {
        var register = ConsentRegister()
        let mine = try grant(party: key(1).id)
        try register.put(mine)
        let foreign = try Withdrawal(of: mine.id, at: at(2), by: key(2))
        #expect(throws: ConsentError.badSignature) { try register.withdraw(foreign, at: at(2)) }
        let unknown = try Withdrawal(of: .zero, at: at(2), by: key(1))
        #expect(throws: ConsentError.unknownGrant(.zero)) {
            try register.withdraw(unknown, at: at(2))
        }
        try register.withdraw(Withdrawal(of: mine.id, at: at(2), by: key(1)), at: at(2))
        let root = register.root()
        try register.withdraw(Withdrawal(of: mine.id, at: at(3), by: key(1)), at: at(3))
        #expect(register.root() == root)
        #expect(register.usage(of: 0).withdrawn == at(2))
    }

    @Test func `withdrawing a grant that was replaced names the one in force`() throws {
        var register = ConsentRegister()
        let old = try grant(party: key(1).id)
        try register.put(old)
        try register.put(grant(party: key(1).id, starts: 1))
        let late = try Withdrawal(of: old.id, at: at(3), by: key(1))
        #expect(throws: ConsentError.superseded(by: 1)) { try register.withdraw(late, at: at(3)) }
        #expect(register.cohort(for: request()).grants == [1])
    }

    @Test func `what comes from the future is refused, but for a clock a little ahead`() throws {
        var register = ConsentRegister()
        let ahead = ConsentError.fromTheFuture(said: at(302), arrived: at(1))
        #expect(try register.put(grant(starts: 302), at: 1, expecting: ahead) == nil)
        try register.put(grant(party: key(1).id, starts: 301), at: 1)
        let id = register.id(at: 0)
        let late = try Withdrawal(of: id, at: at(303), by: key(1))
        #expect(throws: ConsentError.fromTheFuture(said: at(303), arrived: at(2))) {
            try register.withdraw(late, at: at(2))
        }
    }

    @Test func `a grant that has expired on arrival does not push out the one in force`() throws {
        var register = ConsentRegister()
        try register.put(grant())
        let dead = try grant(starts: 1, expires: 5)
        #expect(try register.put(dead, at: 5, expecting: .expired(at(5))) == nil)
        #expect(register.cohort(for: request()).grants == [0])
    }

    @Test func `an expired grant leaves the cohort by itself`() throws {
        var register = ConsentRegister()
        try register.put(grant(expires: 100))
        try register.put(grant(party: stranger(2), expires: 101))
        #expect(register.cohort(for: request(time: 99)).grants == [0, 1])
        #expect(register.cohort(for: request(time: 100)).grants == [1])
        #expect(register.cohort(for: request(time: 101)).grants == [])
    }

    @Test func `the cohort is what the decision function says, grant by grant`() throws {
        var random = Seeded(11)
        var register = ConsentRegister()
        let pools = ["pool:steps", "pool:sleep"]
        let tables = [["activity_days"], ["activity_days", "profile"], ["profile"], []]
        for time in 0..<400 as Range<Int64> {
            let one = try grant(
                party: stranger(.random(in: 0..<150, using: &random)),
                pool: pools.randomElement(using: &random)!,
                tables: tables.randomElement(using: &random)!,
                purposes: Set(PurposeTree.all.shuffled(using: &random).prefix(4)),
                priceFloor: .random(in: 90...110, using: &random),
                limit: .random(in: 50...300, using: &random),
                perStudy: .random(in: 50...300, using: &random),
                uses: .random(in: 0...2, using: &random), starts: time,
                expires: time + .random(in: 1...400, using: &random))
            try register.put(one, at: time)
        }
        var sizes: Set<Int> = []
        for _ in 0..<300 {
            let ask = Request(
                pool: pools.randomElement(using: &random)!,
                tables: tables.randomElement(using: &random)!,
                purpose: PurposeTree.all.randomElement(using: &random)!, price: 105, rho: 60,
                time: at(.random(in: 0...500, using: &random)))
            let cohort = register.cohort(for: ask)
            sizes.insert(cohort.count)
            let slow = (0..<register.count).filter {
                register.decision(of: $0, for: ask).isAllowed
            }
            #expect(cohort.grants == slow)
            if cohort.count > 0, Bool.random(using: &random) {
                try register.commit(register.reserve(cohort, rho: 60, at: ask.time))
            }
        }
        #expect(sizes.count > 5)
    }

    @Test func `the cohort's root is over the ids of its grants`() throws {
        var register = ConsentRegister()
        for party in 1...20 as ClosedRange<UInt64> {
            try register.put(grant(party: stranger(party), limit: party < 10 ? 50 : 1000))
        }
        let cohort = register.cohort(for: request())
        #expect(cohort.grants == Array(9..<20))
        var tree = StateTree(leaves: cohort.grants.map { register.id(at: $0) })
        #expect(cohort.root == tree.root)
        #expect(register.cohort(for: request(pool: "pool:none")).root != cohort.root)
    }

    @Test func `a contributor can be shown to be in a cohort`() throws {
        var register = ConsentRegister()
        for party in 0..<50 as Range<UInt64> {
            try register.put(grant(party: stranger(party), limit: party % 2 == 0 ? 50 : 1000))
        }
        let cohort = register.cohort(for: request())
        for place in 0..<50 {
            let proof = register.proof(of: place, in: cohort)
            #expect((proof != nil) == (place % 2 == 1))
            try proof?.verify(leaf: register.id(at: place), root: cohort.root)
            if let proof {
                #expect(throws: ProofError.self) {
                    try proof.verify(leaf: register.id(at: 0), root: cohort.root)
                }
            }
        }
    }

    @Test func `sweeping out dead grants changes no answer`() throws {
        var register = ConsentRegister()
        for round in 0..<10 as Range<Int64> {
            for party in 0..<40 as Range<UInt64> {
                try register.put(grant(party: stranger(party), starts: round), at: round)
            }
        }
        #expect(register.members[0].places.count < 200)
        #expect(register.cohort(for: request()).grants == Array(360..<400))
    }

    @Test func `the root depends on every entry and on nothing else`() throws {
        func register(_ change: (inout ConsentRegister) throws -> Void) throws -> Digest {
            var register = ConsentRegister()
            try register.put(grant(party: key(1).id))
            try register.put(grant(party: stranger(2)))
            try change(&register)
            return register.root()
        }
        let plain = try register { _ in }
        #expect(try register { _ in } == plain)
        // Asking for roots and cohorts in between changes nothing.
        #expect(
            try register {
                _ = $0.root(); _ = $0.cohort(for: request())
            } == plain)
        let roots = try [
            plain,
            register { try $0.put(grant(party: stranger(3))) },
            register { try $0.put(grant(party: stranger(2), starts: 1)) },
            register {
                try $0.withdraw(Withdrawal(of: $0.id(at: 0), at: at(2), by: key(1)), at: at(2))
            },
            register { _ = try $0.reserve($0.cohort(for: request()), rho: 100, at: at(1)) },
            register { _ = try $0.reserve($0.cohort(for: request()), rho: 101, at: at(1)) },
            register {
                try $0.beginReading($0.reserve($0.cohort(for: request()), rho: 100, at: at(1)))
            },
            register {
                try $0.commit($0.reserve($0.cohort(for: request()), rho: 100, at: at(1)))
            },
            register {
                try $0.release($0.reserve($0.cohort(for: request()), rho: 100, at: at(1)))
            },
        ]
        #expect(Set(roots).count == roots.count)
    }
}

extension ConsentRegister {
    /// Takes a grant without a signature.
    @discardableResult
    mutating func put(_ grant: Grant, at seconds: Int64 = 1) throws -> Int {
        try enter(grant, at: at(seconds), index: UInt64(count)).index
    }

    /// Expects that a grant is refused with this error and that nothing changes.
    mutating func put(
        _ grant: Grant, at seconds: Int64 = 1, expecting wanted: ConsentError
    ) throws -> Int? {
        let before = root()
        do throws(ConsentError) {
            return try enter(grant, at: at(seconds), index: UInt64(count)).index
        } catch {
            #expect(error == wanted)
            #expect(root() == before)
            return nil
        }
    }
}
