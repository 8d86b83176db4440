// SPDX-License-Identifier: Apache-2.0
package import Identity

/// How long contributors' machines are waited for.
package struct EdgePatience: Sendable {
    /// For machines to say that they are there, before an order is recorded.
    package let gathering: Duration
    /// For the answers of one step of a sum.
    package let step: Duration
    /// For a whole study: what has no answer by then has none.
    package let study: Duration
    /// Whether nobody of those who are still missing is worth waiting for, so that a wait ends before its time.
    let isEnough: @Sendable (_ missing: Set<PartyID>) -> Bool
    /// By what time is told.
    let clock: WaitingClock

    /// Ten seconds to gather, half a minute a step, and an hour for all of it.
    package static let standard = EdgePatience(
        gathering: .seconds(10), step: .seconds(30), study: .seconds(3600))

    /// Says how long, and for whom: by default for everybody.
    package init(
        gathering: Duration, step: Duration, study: Duration,
        isEnough: @escaping @Sendable (_ missing: Set<PartyID>) -> Bool = { $0.isEmpty },
        clock: WaitingClock = .system
    ) {
        (self.gathering, self.step, self.study) = (gathering, step, study)
        (self.isEnough, self.clock) = (isEnough, clock)
    }
}

/// A clock that only goes forward, by which waits are told. Tests give one that goes when they say so.
package struct WaitingClock: Sendable {
    /// The time since some moment.
    let now: @Sendable () -> Duration
    /// Lets some of it pass.
    let sleep: @Sendable (Duration) async throws -> Void

    /// The machine's own, since the process began to use it.
    package static let system = WaitingClock(
        now: { start.duration(to: .now) }, sleep: { try await Task.sleep(for: $0) })

    private static let start = ContinuousClock.now

    /// Takes a clock.
    package init(
        now: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        (self.now, self.sleep) = (now, sleep)
    }
}
