// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Foundation
import Identity
import Ledger
import Market
import Testing
import TestSupport

@testable import Exchange

/// What an auditor finds from public bytes alone.
@Suite struct AuditTests {
    /// A log with a sale, a withdrawal, a second sale and a payout, exported.
    private func busy(_ world: World) async throws -> (exchange: Exchange, copy: String) {
        let (exchange, buyer) = try await world.market()
        _ = try await exchange.order(exchange.quote().quote.id, by: buyer)
        _ = try await exchange.withdraw(world.keys(of: 0..<1, at: exchange)[0], from: World.pool)
        _ = try await exchange.order(exchange.quote().quote.id, by: buyer)
        _ = try await exchange.payOut(World.pool)
        let copy = world.folder + "/public"
        try await exchange.exportPublic(to: copy)
        return (exchange, copy)
    }

    @Test func `an honest copy holds, and says what it cannot show`() async throws {
        let world = World()
        let (exchange, copy) = try await busy(world)
        let node = await exchange.nodeID
        let report = try Auditor(folder: copy, expecting: node, since: copy).verify()
        #expect(report.checkpoint.size == report.replay.head.log.size)
        #expect(report.replay.kinds["study.commit"] == 2 && report.replay.kinds["payout"] == 1)
        #expect(report.unchecked.contains { $0.contains("noise") })
        #expect(!report.unchecked.contains { $0.contains("--since") || $0.contains("--node") })
        #expect(throws: AuditFinding.self) {
            try Auditor(
                folder: copy, expecting: SigningKey(seed: [UInt8](repeating: 7, count: 32))?.id
            )
            .verify()
        }
        #expect(throws: AuditFinding.self) { try Auditor(folder: world.folder).verify() }
    }

    @Test func `one flipped bit anywhere is found and located`() async throws {
        let world = World()
        let exchange = try await Exchange.create(
            in: world.home, name: "t", surroundings: world.surroundings)
        _ = try await exchange.createParty(named: "buyer")
        let buyer = try await exchange.key(of: "buyer")
        try await exchange.deposit(Amount(microunits: 9)!, to: buyer.id, reference: "")
        let copy = world.folder + "/public"
        try await exchange.exportPublic(to: copy)
        let node = await exchange.nodeID
        var random = Seeded(3)
        for (name, bytes) in world.files(below: copy) {
            for place in bytes.indices {
                try flip(name, bytes, place, .random(in: 0..<8, using: &random), copy, node)
            }
        }
        #expect(throws: Never.self) { try Auditor(folder: copy, expecting: node).verify() }
    }

    @Test func `flipped bits in a log with sales are found too`() async throws {
        let world = World()
        let (exchange, copy) = try await busy(world)
        let node = await exchange.nodeID
        var random = Seeded(4)
        for (name, bytes) in world.files(below: copy) {
            for _ in 0..<12 {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                try flip(name, bytes, place, .random(in: 0..<8, using: &random), copy, node)
            }
        }
    }

    private func flip(
        _ name: String, _ bytes: [UInt8], _ place: Int, _ bit: UInt8, _ copy: String,
        _ node: PartyID
    ) throws {
        var damaged = bytes
        damaged[place] ^= 1 << bit
        let file = URL(fileURLWithPath: copy + "/" + name)
        try Data(damaged).write(to: file)
        do {
            _ = try Auditor(folder: copy, expecting: node).verify()
            Issue.record("\(name): bit \(bit) of byte \(place) was flipped and not found")
        } catch {
            #expect(!error.place.isEmpty && !error.problem.isEmpty)
        }
        try Data(bytes).write(to: file)
    }

    @Test func `a file that is missing or cut is found`() async throws {
        let world = World()
        let (_, copy) = try await busy(world)
        for (name, bytes) in world.files(below: copy) {
            let file = URL(fileURLWithPath: copy + "/" + name)
            try Data(bytes.dropLast()).write(to: file)
            #expect(throws: AuditFinding.self, "\(name) cut") { try Auditor(folder: copy).verify() }
            try FileManager.default.removeItem(at: file)
            #expect(throws: AuditFinding.self, "\(name) gone") {
                try Auditor(folder: copy).verify()
            }
            try Data(bytes).write(to: file)
        }
    }

    @Test func `a later copy must continue an earlier one`() async throws {
        let world = World()
        let (exchange, copy) = try await busy(world)
        let kept = world.folder + "/kept"
        try Data(try await exchange.checkpoint().utf8).write(to: URL(fileURLWithPath: kept))
        try await exchange.openPool(
            PoolOffer(
                name: "more", title: "", tables: try await exchange.schemas(named: ["walks"]),
                purposes: [.init("dpv:ResearchAndDevelopment")!], basePrice: .zero, premium: .zero,
                feeBasisPoints: 0, minimumCohort: 5, rowsPerPerson: 1, split: .equal))
        let later = world.folder + "/later"
        try await exchange.exportPublic(to: later)
        #expect(try Auditor(folder: later, since: kept).verify().continues)
        #expect(try Auditor(folder: later, since: copy).verify().continues)
        // The older copy does not continue the newer one.
        #expect(throws: AuditFinding.self) { try Auditor(folder: copy, since: later).verify() }
        #expect(throws: AuditFinding.self) {
            try Auditor(folder: later, since: world.folder + "/none").verify()
        }
    }

    @Test func `a copy written over an older one leaves no stale files`() async throws {
        let world = World()
        let (exchange, copy) = try await busy(world)
        let before = world.files(below: copy).map(\.name)
        _ = try await exchange.createParty(named: "late")
        try await exchange.deposit(
            .zero, to: try await exchange.key(of: "late").id, reference: "")
        try await exchange.exportPublic(to: copy)
        #expect(world.files(below: copy).count == before.count)
        #expect(throws: Never.self) { try Auditor(folder: copy).verify() }
    }

    /// What a dishonest operator might write instead, signed with the node's own key.
    @Test(arguments: Cheat.allCases)
    func `a cheating operator is found out`(cheat: Cheat) async throws {
        let world = World()
        let (exchange, copy) = try await busy(world)
        var forger = try Forger(copy: copy, node: exchange.node)
        let place = try forger.commit(cheat)
        try forger.write(to: world.folder + "/forged", origin: exchange.origin)
        do {
            _ = try Auditor(folder: world.folder + "/forged").verify()
            Issue.record("\(cheat) was not found")
        } catch {
            #expect(error.place == "entry \(place)", "\(error)")
        }
    }

    @Test func `a checkpoint over more entries than there are is an error, not a flood`()
        async throws
    {
        let world = World()
        let (exchange, copy) = try await busy(world)
        let huge = try Checkpoint(origin: exchange.origin, size: .max, root: .zero)
        let note = try huge.signed(by: exchange.node)
        try Data(note.bytes).write(to: URL(fileURLWithPath: copy + "/checkpoint"))
        #expect(throws: AuditFinding.self) { try Auditor(folder: copy).verify() }
    }
}

/// Ways to cheat.
enum Cheat: String, CaseIterable, Sendable {
    case payLess, payNobody, skipReserve, otherCohort, failAfterAnswer, forgeGrant, dropWithdrawal
    case backdate, answerTwice, changeThePast
}

/// Changes a log and signs it anew.
struct Forger {
    private var leaves: [[UInt8]] = []
    private let node: SigningKey

    init(copy: String, node: SigningKey) throws {
        self.node = node
        let note = try #require(PublicFolder.read(copy + "/checkpoint"))
        let key = try #require(VerifierKey(name: Exchange.origin(of: node.id), party: node.id))
        let size = try Checkpoint(verifying: note, by: key).size
        for file in TileLayout.added(from: 0, to: size) {
            guard case .entries = file.kind else { continue }
            let bytes = try #require(PublicFolder.read(copy + "/" + file.path))
            leaves += try TileReader.entries(bytes, count: file.width)
        }
    }

    private func place(of kind: String, last: Bool = false) throws -> Int {
        let kinds = try leaves.map { try Entry(leaf: $0).kind }
        return try #require(last ? kinds.lastIndex(of: kind) : kinds.firstIndex(of: kind))
    }

    private mutating func edit(_ place: Int, _ members: [String: JSON]) throws {
        let entry = try Entry(leaf: leaves[place])
        guard case .object(var body) = entry.body else { return }
        body.merge(members) { $1 }
        leaves[place] = try Entry(
            kind: entry.kind, time: entry.time, body: .object(body), sealed: entry.sealed
        ).leaf()
    }

    /// Cheats; gives the entry at which it must be found.
    mutating func commit(_ cheat: Cheat) throws -> Int {
        switch cheat {
        case .payLess:
            let at = try place(of: "payout")
            try edit(at, ["total": "5"])
            return at
        case .payNobody:
            // The payout is left out: the block after it has another state.
            let at = try place(of: "payout")
            leaves.remove(at: at)
            return at
        case .skipReserve:
            let at = try place(of: "study.reserve")
            leaves.remove(at: at)
            return at
        case .otherCohort:
            let at = try place(of: "study.reserve", last: true)
            let first = try Entry(leaf: leaves[place(of: "study.reserve")])
            try edit(at, ["cohort": first.body["cohort"] ?? .null])
            return at
        case .failAfterAnswer:
            let at = try place(of: "study.commit")
            let entry = try Entry(leaf: leaves[at])
            leaves.insert(
                try Entry(
                    kind: "study.fail", time: entry.time,
                    body: ["order": entry.body["order"] ?? .null, "reason": "interrupted"]
                ).leaf(), at: at + 1)
            return at + 1
        case .forgeGrant:
            let at = try place(of: "grant")
            let entry = try Entry(leaf: leaves[at])
            guard case .object(var body) = entry.body, case .object(var grant)? = body["grant"]
            else {
                return at
            }
            grant["uses"] = 100_000
            body["grant"] = .object(grant)
            try edit(at, body)
            return at
        case .dropWithdrawal:
            // The next cohort would have had her in it.
            leaves.remove(at: try place(of: "withdraw"))
            return try place(of: "study.reserve", last: true)
        case .backdate:
            let at = try place(of: "payout")
            let entry = try Entry(leaf: leaves[at])
            leaves[at] = try Entry(
                kind: entry.kind, time: Timestamp(milliseconds: 5), body: entry.body
            ).leaf()
            return at
        case .answerTwice:
            let at = try place(of: "study.commit")
            leaves.insert(leaves[at], at: at + 1)
            return at + 1
        case .changeThePast:
            let at = try place(of: "account.deposit")
            try edit(at, ["amount": "999999999"])
            return try #require(
                leaves.indices.first {
                    $0 > at && (try? Entry(leaf: leaves[$0]).kind) == Block.kind
                })
        }
    }

    func write(to folder: String, origin: String) throws {
        var log = MerkleLog()
        for leaf in leaves { log.append(MerkleLog.leafHash(leaf)) }
        try TileWriter.files(of: log, from: 0, to: log.size, entry: { leaves[$0] }) { file in
            try PublicFolder.write(file.bytes, to: folder + "/" + file.path)
        }
        let key = try #require(VerifierKey(name: origin, party: node.id))
        try PublicFolder.write(Array("\(key)\n".utf8), to: folder + "/key")
        let checkpoint = try Checkpoint(origin: origin, size: log.size, root: log.root)
        try PublicFolder.write(try checkpoint.signed(by: node).bytes, to: folder + "/checkpoint")
    }
}
