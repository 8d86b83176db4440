// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Synchronization
import Testing

@testable import Node

/// Long work: a few at once, a few more wait, nobody else.
@Suite struct PlacesTests {
    private final class Gate: Sendable {
        private struct State {
            var isOpen = false
            var inside = 0
            var most = 0
        }
        private let state = Mutex(State())
        var most: Int { state.withLock { $0.most } }
        var inside: Int { state.withLock { $0.inside } }

        func open() { state.withLock { $0.isOpen = true } }

        func pass() async {
            state.withLock {
                $0.inside += 1
                $0.most = max($0.most, $0.inside)
            }
            while !state.withLock({ $0.isOpen }) { await Task.yield() }
            state.withLock { $0.inside -= 1 }
        }
    }

    @Test func `two work, three wait, the others are sent away`() async {
        let places = Places(2, waiting: 3)
        let gate = Gate()
        let words = await withTaskGroup(of: String.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        try await places.take(for: "bob") { await gate.pass() }
                        return "done"
                    } catch let problem as Problem {
                        return problem.headers[.retryAfter] == nil ? "?" : problem.code
                    } catch { return "\(error)" }
                }
            }
            var words: [String] = []
            while words.count < 15, let word = await group.next() { words.append(word) }
            gate.open()
            for await word in group { words.append(word) }
            return words
        }
        #expect(words.prefix(15).allSatisfy { $0 == "too_many" })
        #expect(words.suffix(5).allSatisfy { $0 == "done" })
        #expect(gate.most == 2)
    }

    @Test func `nobody takes all places`() async throws {
        let places = Places(1, waiting: 9, each: 2)
        let gate = Gate()
        let words = await withTaskGroup(of: String.self) { group in
            for who in ["bob", "bob", "bob", "bob", "alice"] {
                group.addTask {
                    do {
                        try await places.take(for: who) { await gate.pass() }
                        return who
                    } catch { return "refused" }
                }
            }
            var words: [String] = []
            while words.count < 2, let word = await group.next() { words.append(word) }
            gate.open()
            for await word in group { words.append(word) }
            return words
        }
        #expect(words.prefix(2) == ["refused", "refused"])
        #expect(words.suffix(3).sorted() == ["alice", "bob", "bob"])
        #expect(gate.inside == 0)
    }

    @Test func `a place comes back from work that fails, and lanes do the work`() async throws {
        struct Failure: Error {}
        let places = Places(1, waiting: 0)
        await #expect(throws: Failure.self) {
            try await places.take(for: "bob") { throw Failure() }
        }
        let sum = try await places.take(for: "bob") {
            try await Lane.run {
                await withTaskGroup(of: Int.self) { group in
                    for number in 1...100 { group.addTask { number } }
                    return await group.reduce(0, +)
                }
            }
        }
        #expect(sum == 5050)
    }
}
