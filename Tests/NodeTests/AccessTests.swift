// SPDX-License-Identifier: Apache-2.0
import Canon
import Exchange
import HTTPTypes
import Synchronization
import Testing

@testable import Node

/// What opens a node's doors: sessions, challenges, the operator's link, access keys.
@Suite struct AccessTests {
    private static func random() -> @Sendable () -> UInt64 {
        let state = AtomicCounter()
        return { state.next() &* 0x9e37_79b9_7f4a_7c15 }
    }

    private final class AtomicCounter: Sendable {
        private let count = Mutex<UInt64>(1)
        func next() -> UInt64 {
            count.withLock {
                $0 += 1
                return $0
            }
        }
    }

    private static func at(_ milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: milliseconds)
    }

    @Test func `a session lasts while it is used, and ends when somebody signs out`() {
        let sessions = Sessions(random: Self.random())
        let access = Access(party: "bob", isOperator: false, means: .passkey(Digest(of: [1])))
        let token = sessions.begin(for: access, at: Self.at(0))
        #expect(token.utf8.count == 64)
        #expect(sessions.find("0" + token.dropFirst(), at: Self.at(1)) == nil)
        let hour: Int64 = 3_600_000
        #expect(sessions.find(token, at: Self.at(11 * hour))?.access == access)
        #expect(
            sessions.find(token, at: Self.at(22 * hour))?.access == access, "it was used in between"
        )
        #expect(sessions.find(token, at: Self.at(34 * hour)) == nil)
        #expect(sessions.find(token, at: Self.at(34 * hour)) == nil)
        let other = sessions.begin(for: access, at: Self.at(0))
        sessions.end(other)
        #expect(sessions.find(other, at: Self.at(1)) == nil)
    }

    @Test func `a session ends after a week, however much it is used, and with what began it`() {
        let sessions = Sessions(random: Self.random())
        let access = Access(party: "bob", isOperator: false, means: .passkey(Digest(of: [1])))
        let token = sessions.begin(for: access, at: Self.at(0))
        let step = Sessions.milliseconds - 1
        for time in stride(from: step, to: Sessions.longest, by: Int(step)) {
            #expect(sessions.find(token, at: Self.at(time))?.began == 0)
        }
        #expect(sessions.find(token, at: Self.at(Sessions.longest)) == nil)
        let next = sessions.begin(for: access, at: Self.at(0))
        sessions.endAll(byPasskey: Digest(of: [2]))
        #expect(sessions.find(next, at: Self.at(1)) != nil)
        sessions.endAll(byPasskey: Digest(of: [1]))
        #expect(sessions.find(next, at: Self.at(1)) == nil)
    }

    @Test func `a challenge opens once, and not after five minutes`() {
        let challenges = Challenges(random: Self.random())
        let first = challenges.begin(at: Self.at(0))
        #expect(first.count == 32)
        #expect(!challenges.end(Array(repeating: 0, count: 32), at: Self.at(1)))
        #expect(challenges.end(first, at: Self.at(1000)))
        #expect(!challenges.end(first, at: Self.at(1000)))
        let late = challenges.begin(at: Self.at(0))
        #expect(!challenges.end(late, at: Self.at(300_000)))
    }

    @Test func `however many challenges are given out, the first opens, as it was`() {
        let challenges = Challenges(random: Self.random())
        let first = challenges.begin(at: Self.at(0))
        for _ in 0..<20_000 { _ = challenges.begin(at: Self.at(1)) }
        for place in first.indices {
            var other = first
            other[place] ^= 1
            #expect(!challenges.end(other, at: Self.at(2)))
        }
        #expect(!challenges.end(first + [0], at: Self.at(2)))
        #expect(!challenges.end([], at: Self.at(2)))
        let elsewhere = Challenges { 7 }
        #expect(!challenges.end(elsewhere.begin(at: Self.at(1)), at: Self.at(2)))
        #expect(challenges.end(first, at: Self.at(2)))
    }

    @Test func `answered challenges are remembered until they run out, and no more than fit`() {
        let challenges = Challenges(random: Self.random(), most: 2)
        let all = (0..<3).map { challenges.begin(at: Self.at(60_000 + $0)) }
        #expect(challenges.end(all[0], at: Self.at(70_000)))
        #expect(challenges.end(all[1], at: Self.at(70_000)))
        #expect(!challenges.end(all[2], at: Self.at(70_000)))
        let late = challenges.begin(at: Self.at(360_000))
        #expect(challenges.end(late, at: Self.at(400_000)))
        #expect(!challenges.end(late, at: Self.at(400_000)))
    }

    @Test func `the operator's link opens once`() {
        let secret = OneTimeSecret(random: Self.random())
        #expect(!secret.spend("") && !secret.spend(String(secret.value.dropLast())))
        #expect(secret.spend(secret.value))
        #expect(!secret.spend(secret.value))
    }

    @Test(arguments: [
        ("pool_unknown", 404), ("question", 422), ("insufficient_funds", 402),
        ("cohort_too_small", 409), ("refused", 409), ("busy", 503),
    ])
    func `every error has a status, and the machine's own tell nothing of it`(
        code: String, status: Int
    ) {
        #expect(Problem.status(of: ErrorWords(code: code, message: "m")).code == status)
        let own = Problem(ErrorWords(code: "folder", message: "/secret/place", isOwn: true))
        #expect(own.status.code == 500 && !own.detail.contains("secret"))
    }
}
