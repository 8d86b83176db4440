// SPDX-License-Identifier: Apache-2.0
import Canon
import HTTPTypes
import NIOCore
import Synchronization
import Testing

@testable import Node

/// The same request again does nothing and is answered the same.
@Suite struct RepeatTests {
    private let key = Digest(of: [1])
    private let request = Digest(of: [2])
    private let answer = Repeats.Answer(
        status: .created, headers: [:], body: ByteBuffer(string: "{}"))

    private func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

    private final class Count: Sendable {
        private let count = Mutex(0)
        func add() { count.withLock { $0 += 1 } }
        var value: Int { count.withLock { $0 } }
    }

    private func word(_ turn: Repeats.Turn) -> String {
        switch turn {
        case .first: "first"
        case .done: "done"
        case .wait: "wait"
        case .other: "other"
        }
    }

    @Test func `the first does it, who comes meanwhile waits, who comes later is answered`() {
        let repeats = Repeats()
        #expect(word(repeats.begin(key, request, at: at(0))) == "first")
        #expect(word(repeats.begin(key, request, at: at(1))) == "wait")
        #expect(word(repeats.begin(key, Digest(of: [3]), at: at(1))) == "other")
        repeats.end(key, with: answer)
        #expect(word(repeats.begin(key, request, at: at(2))) == "done")
        #expect(word(repeats.begin(key, Digest(of: [3]), at: at(2))) == "other")
        #expect(word(repeats.begin(Digest(of: [9]), request, at: at(2))) == "first")
    }

    @Test func `what was refused may be tried again, and a day later the key is free`() {
        let repeats = Repeats()
        #expect(word(repeats.begin(key, request, at: at(0))) == "first")
        repeats.end(key, with: nil)
        #expect(word(repeats.begin(key, request, at: at(1))) == "first")
        repeats.end(key, with: answer)
        #expect(word(repeats.begin(key, request, at: at(Repeats.milliseconds - 1))) == "done")
        #expect(word(repeats.begin(key, request, at: at(Repeats.milliseconds + 2))) == "first")
    }

    @Test func `an answer that ran out gives its bytes back, one under way never runs out`() {
        let repeats = Repeats()
        for day in 0..<3 {
            let moment = at(Int64(day) * (Repeats.milliseconds + 1))
            #expect(word(repeats.begin(key, request, at: moment)) == "first")
            #expect(repeats.bytes == 0)
            let later = moment.adding(milliseconds: 2 * Repeats.milliseconds)
            #expect(word(repeats.begin(key, request, at: later)) == "wait")
            repeats.end(key, with: answer)
            #expect(repeats.bytes == answer.body.readableBytes)
        }
    }

    @Test func `of a thousand at once one does it, and all are answered`() async {
        let repeats = Repeats()
        let done = Count()
        let (key, request, answer) = (key, request, answer)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<1000 {
                group.addTask {
                    while true {
                        switch repeats.begin(key, request, at: at(5)) {
                        case .first:
                            done.add()
                            await Task.yield()
                            repeats.end(key, with: answer)
                            return true
                        case .done: return true
                        case .wait: await repeats.wait(for: key)
                        case .other: return false
                        }
                    }
                }
            }
            for await isAnswered in group { #expect(isAnswered) }
        }
        #expect(done.value == 1)
    }
}

/// How fast changes may come.
@Suite struct NodePaceTests {
    @Test func `a burst passes, then a token comes at the pace, for each on its own`() {
        let pace = Pace(perSecond: 2, burst: 4)
        let start = Timestamp(milliseconds: 1_000_000)
        for _ in 0..<4 { #expect(pace.take("bob", at: start) == nil) }
        #expect(pace.take("bob", at: start) == 1)
        #expect(pace.take("alice", at: start) == nil)
        let later = start.adding(milliseconds: 500)
        #expect(pace.take("bob", at: later) == nil)
        #expect(pace.take("bob", at: later) == 1)
        let slow = Pace(perSecond: 0.1, burst: 1)
        #expect(slow.take("bob", at: start) == nil)
        #expect(slow.take("bob", at: start) == 10)
        #expect(
            slow.take("bob", at: start.adding(milliseconds: -60_000)) == 10,
            "clocks that go back give nothing")
    }
}
