// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Testing
import TestSupport

@testable import Consent

@Suite struct GrantTests {
    private func sample() throws -> Grant {
        try Grant(
            party: key(1).id, pool: "pool:steps", tables: ["profile", "activity_days"],
            purposes: purposes("PublicBenefit", "AcademicResearch"), priceFloor: .max,
            privacyLimit: .max, privacyPerStudy: 1 << 53, uses: .max, starts: at(0),
            expires: at(86_400), notice: Digest(of: [1]), commitment: Digest(of: [2]),
            given: at(-1))
    }

    @Test func `the canonical bytes are pinned`() throws {
        let text = String(decoding: try sample().canonical, as: UTF8.self)
        #expect(
            text == """
                {"commitment":"\(Digest(of: [2]).hex)","expires":"2026-01-02T00:00:00Z",\
                "format":"dividend-grant/1","given":"2025-12-31T23:59:59Z",\
                "notice":"\(Digest(of: [1]).hex)","party":"\(key(1).id.did)",\
                "pool":"pool:steps","priceFloor":"9223372036854775807",\
                "privacyLimit":"18446744073709551615","privacyPerStudy":"9007199254740992",\
                "purposeList":"dpv-2.3/1","purposes":["dpv:AcademicResearch","dpv:PublicBenefit"],\
                "starts":"2026-01-01T00:00:00Z","tables":["activity_days","profile"],\
                "uses":4294967295}
                """)
        #expect(try sample().id == Digest(of: Array(text.utf8)))
    }

    @Test func `the bytes written by hand are those of the JSON`() throws {
        var random = Seeded(2)
        for _ in 0..<300 {
            let one = try Grant(
                party: stranger(random.next()),
                pool: ["a", "A/b:c_d@e-f.0"].randomElement(using: &random)!,
                tables: Array(
                    ["a", "b_1", "0"].shuffled(using: &random).prefix(
                        .random(in: 0...3, using: &random))),
                purposes: Set(
                    PurposeTree.all.shuffled(using: &random).prefix(
                        .random(in: 0...5, using: &random))),
                priceFloor: .random(in: 0...(.max), using: &random), privacyLimit: random.next(),
                privacyPerStudy: random.next(), uses: .random(in: 0...(.max), using: &random),
                starts: at(.random(in: 0...1_000_000, using: &random)).adding(
                    milliseconds: .random(in: 0...999, using: &random)),
                expires: at(.random(in: 1_000_002...100_000_000, using: &random)),
                notice: Digest(of: [1]), commitment: Digest(of: [2]), given: at(0))
            #expect(try one.canonical == one.json.signable())
            #expect(try Grant(parsing: one.canonical) == one)
        }
    }

    @Test func `a grant reads back, with any white space`() throws {
        let grant = try sample()
        #expect(try Grant(parsing: grant.canonical) == grant)
        let spaced = String(decoding: grant.canonical, as: UTF8.self)
            .split(separator: ",").joined(separator: " ,\n ")
        #expect(try Grant(parsing: Array(spaced.utf8)) == grant)
    }

    @Test func `tables may be given in any order`() throws {
        let one = try grant(tables: ["b", "a"])
        #expect(try one == grant(tables: ["a", "b"]))
        #expect(one.tables == ["a", "b"])
    }

    @Test func `a missing or added member is named`() throws {
        let members = try sample().json.object!
        for name in members.keys {
            var fewer = members
            fewer[name] = nil
            #expect(throws: MemberError(name, "missing")) { try Grant(json: .object(fewer)) }
        }
        var more = members
        more["note"] = "hello"
        #expect(throws: MemberError("note", "no such member")) { try Grant(json: .object(more)) }
    }

    @Test(
        arguments: [
            ("format", "dividend-grant/2"), ("purposeList", "dpv-2.2/1"), ("uses", -1),
            ("uses", 4_294_967_296), ("uses", "1"), ("priceFloor", "-1"), ("priceFloor", "+1"),
            ("priceFloor", "01"), ("priceFloor", 1), ("priceFloor", "9223372036854775808"),
            ("privacyLimit", "18446744073709551616"), ("privacyLimit", "1e3"), ("privacyLimit", ""),
            ("privacyPerStudy", "-0"), ("privacyPerStudy", "٣"), ("party", "did:key:z6Mk"),
            ("party", "did:web:example.com"), ("pool", ""), ("pool", "a b"), ("pool", "caf\u{e9}"),
            ("tables", "activity_days"), ("tables", ["b", "a"]), ("tables", ["a", "a"]),
            ("tables", ["A"]), ("tables", [""]), ("tables", [1]), ("purposes", ["dpv:Purpose"]),
            ("purposes", ["dpv:PublicBenefit", "dpv:AcademicResearch"]),
            ("purposes", ["dpv:PublicBenefit", "dpv:PublicBenefit"]), ("purposes", nil),
            ("starts", "2026-01-01T00:00:00+00:00"), ("starts", "2026-01-01T00:00:00.000Z"),
            ("starts", 0), ("starts", "2026-01-01"), ("starts", "2025-12-31T23:59:58Z"),
            ("given", "1969-12-31T23:59:59Z"), ("expires", "2026-01-01T00:00:00Z"),
            ("notice", "00"), ("commitment", "Z"),
        ] as [(String, JSON)]) func `a wrong value is refused by its name`(
            member: String, value: JSON
        ) throws
    {
        var members = try sample().json.object!
        members[member] = value
        let error = #expect(throws: MemberError.self) { try Grant(json: .object(members)) }
        #expect(error?.member == member)
    }

    @Test func `errors inside a document carry the whole path`() throws {
        var inner = try sample().json.object!
        inner["uses"] = "x"
        let document: JSON = ["grant": .object(inner), "signature": ""]
        let error = #expect(throws: MemberError.self) { try SignedGrant(json: document) }
        #expect(error?.member == "grant.uses")
    }

    @Test(
        arguments: [
            { try grant(priceFloor: -1) }, { try grant(expires: 0) }, { try grant(given: 1) },
            { try grant(pool: String(repeating: "a", count: 129)) },
            { try grant(tables: ["a", "a"]) }, { try grant(tables: (0...64).map { "t\($0)" }) },
            { try grant(starts: -1_767_225_601) }, { try grant(expires: 1 << 53) },
        ] as [@Sendable () throws -> Grant]) func `a grant that makes no sense cannot be made`(
            make: @Sendable () throws -> Grant
        )
    {
        #expect(throws: MemberError.self) { try make() }
    }

    @Test func `every field changes the id`() throws {
        let ids = try [
            grant(), grant(party: stranger(2)), grant(pool: "pool:sleep"), grant(tables: []),
            grant(tables: ["profile"]), grant(purposes: []), grant(priceFloor: 0),
            grant(limit: 1), grant(perStudy: 1), grant(uses: 1), grant(starts: 1, given: 0),
            grant(expires: 999), grant(given: -1),
        ].map(\.id)
        #expect(Set(ids).count == ids.count)
    }

    @Test func `a signature holds for exactly one grant and key`() throws {
        let signer = key(1)
        let mine = try grant(party: signer.id)
        let signed = try #require(SignedGrant(mine, by: signer))
        #expect(signed.verify())
        #expect(SignedGrant(mine, by: key(2)) == nil)
        let other = try grant(party: signer.id, limit: 1001)
        #expect(!SignedGrant(other, signature: signed.signature).verify())
        #expect(!SignedGrant(mine, signature: key(2).sign(SignedGrant.message(of: mine))).verify())
        #expect(!SignedGrant(mine, signature: signer.sign(mine.canonical)).verify())
        #expect(try SignedGrant(parsing: signed.canonical) == signed)
    }

    @Test func `a withdrawal is signed by the grant's key for that grant and time`() throws {
        let id = try grant().id
        let withdrawal = try Withdrawal(of: id, at: at(5), by: key(1))
        #expect(withdrawal.verify(by: key(1).id))
        #expect(!withdrawal.verify(by: key(2).id))
        #expect(try Withdrawal(parsing: withdrawal.canonical) == withdrawal)
        for (member, value) in [
            ("grant", JSON.string(Digest.zero.hex)), ("time", "2026-01-01T00:00:06Z"),
        ] {
            var members = withdrawal.json.object!
            members[member] = value
            #expect(try !Withdrawal(json: .object(members)).verify(by: key(1).id))
        }
        #expect(throws: MemberError.self) {
            try Withdrawal(of: id, at: Timestamp(milliseconds: .max), by: key(1))
        }
    }

    @Test func `a commitment hides behind its salt`() {
        let salts = [Digest(of: [1]), Digest(of: [2])]
        let all = [stranger(1), stranger(2)].flatMap { party in
            salts.map { Commitment.digest(of: party, salt: $0) }
        }
        #expect(Set(all).count == 4)
        #expect(Commitment.digest(of: stranger(1), salt: salts[0]) == all[0])
    }

    @Test func `no bytes make the reader trap, and what it takes reads back the same`() throws {
        let signed = try #require(SignedGrant(try grant(party: key(1).id), by: key(1)))
        let source = signed.canonical
        var random = Seeded(7)
        var taken = 0
        for _ in 0..<6000 {
            var bytes = source
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = .random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(bytes.randomElement(using: &random)!, at: place)
                default: bytes.removeSubrange(place...)
                }
            }
            guard let read = try? SignedGrant(parsing: bytes) else { continue }
            taken += 1
            #expect(try SignedGrant(parsing: read.canonical) == read)
            if read != signed { #expect(read.grant == signed.grant || !read.verify()) }
        }
        #expect(taken > 0, "some edits, such as a changed digit, still make a grant")
    }
}
