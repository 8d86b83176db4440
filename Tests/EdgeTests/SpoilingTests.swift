// SPDX-License-Identifier: Apache-2.0
import Identity
import Market
import SecureSum
import TestSupport
import Testing

@testable import Edge

/// One machine seals nonsense for the others: they stop, say whose it was, and who lies alone is believed by nobody.
@Suite struct SpoilingTests {
    private let world: World

    init() throws { world = try World(20) }

    /// The steps of keys and shares; the machines of some places seal what does not open.
    private func shared(
        _ task: EdgeTask, _ machines: [Machine], nonsense: Set<Int>
    ) throws -> Box {
        let box = Box(try StudyHost(world.study(task), of: task.order.id, among: world.parties))
        for step in [SumStep.keys, .shares] {
            for (place, machine) in machines.enumerated() {
                let party = world.parties[place]
                let message = try #require(box.message(for: party))
                var answer = try #require(try machine.answer(message))
                if step == .shares, nonsense.contains(place) {
                    var body = answer.body
                    // The tag of each neighbour's shares, 82 bytes apart.
                    for last in stride(from: 75 + 81, to: body.count, by: 82) { body[last] ^= 1 }
                    answer = StepMessage(round: 0, step: .shares, body: body)
                }
                try box.take(answer, from: party)
            }
            _ = try box.close()
        }
        return box
    }

    private final class Box {
        private var host: StudyHost
        init(_ host: consuming StudyHost) { self.host = host }
        var blame: [PartyID: Set<PartyID>] { host.blame }
        var spoilers: Set<PartyID> { host.spoilers }
        var silent: Set<PartyID> { host.silent }
        var waiting: Set<PartyID> { host.waiting }
        func message(for party: PartyID) -> StepMessage? { host.message(for: party) }
        func take(_ message: StepMessage, from party: PartyID) throws {
            try host.take(message, from: party)
        }
        func take(complaint party: PartyID, about other: PartyID) throws {
            try host.take(complaint: party, about: other)
        }
        func close() throws -> Bool { try host.close() }
    }

    @Test func `whoever seals nonsense for all is named by all`() throws {
        let task = try world.task()
        let machines = try world.keys.indices.map { try world.machine($0, task) }
        let box = try shared(task, machines, nonsense: [3])
        for (place, machine) in machines.enumerated() where place != 3 {
            let message = try #require(box.message(for: world.parties[place]))
            #expect(throws: EdgeRefusal.sum(.sealedShares(of: 3))) { try machine.answer(message) }
            #expect(machine.accused == world.parties[3])
            // Out is out.
            #expect(throws: EdgeRefusal.turn) { try machine.answer(message) }
            try box.take(complaint: world.parties[place], about: world.parties[3])
            // Two in twenty can have agreed to lie.
            #expect(box.spoilers.isEmpty == (box.blame[world.parties[3]]!.count <= 2))
        }
        #expect(box.spoilers == [world.parties[3]])
        #expect(box.waiting == [world.parties[3]], "nobody waits for those who are out")
        #expect(throws: HostError.tooFew(have: 0, need: 15)) { try box.close() }
        #expect(box.silent == [world.parties[3]])
    }

    @Test func `a complaint counts once, in its step, and of somebody who is there`() throws {
        let task = try world.task()
        let machines = try world.keys.indices.map { try world.machine($0, task) }
        let box = try shared(task, machines, nonsense: [])
        let (first, other) = (world.parties[0], world.parties[1])
        let stranger = world.node.id
        for (party, about) in [(first, first), (first, stranger), (stranger, other)] {
            #expect(throws: HostError.otherRound(0)) {
                try box.take(complaint: party, about: about)
            }
        }
        try box.take(complaint: first, about: other)
        #expect(throws: HostError.otherRound(0)) {
            try box.take(complaint: first, about: other)
        }
        #expect(box.spoilers.isEmpty)
        // The study goes on without the one who complained, and with the one who was blamed.
        for (place, machine) in machines.enumerated() where place != 0 {
            let party = world.parties[place]
            let message = try #require(box.message(for: party))
            try box.take(try #require(try machine.answer(message)), from: party)
        }
        _ = try box.close()
        #expect(throws: HostError.otherRound(0)) {
            try box.take(complaint: other, about: first)
        }
        #expect(!box.waiting.contains(first) && box.waiting.contains(other))
    }
}
