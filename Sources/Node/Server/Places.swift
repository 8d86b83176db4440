// SPDX-License-Identifier: Apache-2.0
internal import Dispatch
internal import HTTPTypes
internal import Hummingbird
internal import Synchronization

/// A few places for work that takes long. Who finds none free waits for one, in order; who finds too many
/// waiting, or has too many there already, is told to come again.
final class Places: Sendable {
    private struct State {
        var free: Int
        /// How many of each work or wait.
        var present: [String: Int] = [:]
        var waiting: [CheckedContinuation<Bool, Never>] = []
    }

    private let state: Mutex<State>
    private let most: Int
    private let each: Int

    /// - Parameters:
    ///   - count: how many work at once.
    ///   - most: how many wait at most.
    ///   - each: how many of one party or address work or wait at most.
    init(_ count: Int, waiting most: Int, each: Int = .max) {
        state = Mutex(State(free: count))
        self.most = most
        self.each = each
    }

    /// Does work in a place.
    ///
    /// - Parameter who: the party or address that wants it done.
    /// - Throws: a problem with `Retry-After` when too many wait already, and what the work throws.
    func take<Value: Sendable>(
        for who: String, _ work: () async throws -> Value
    ) async throws -> Value {
        let isIn = await withCheckedContinuation { continuation in
            let isIn: Bool? = state.withLock { state in
                guard state.free > 0 || state.waiting.count < most,
                    state.present[who, default: 0] < each
                else { return false }
                state.present[who, default: 0] += 1
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return nil
            }
            if let isIn { continuation.resume(returning: isIn) }
        }
        guard isIn else { throw Places.full }
        defer { leave(who) }
        return try await work()
    }

    /// Hands the place to whoever waits longest.
    private func leave(_ who: String) {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            let left = state.present[who, default: 1] - 1
            state.present[who] = left > 0 ? left : nil
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume(returning: true)
    }

    private static let full = {
        var problem = Problem(
            .serviceUnavailable, "too_many", "too many ask for this at once; try again in a moment")
        problem.headers[.retryAfter] = "5"
        return problem
    }()
}

/// A thread apart for one piece of long work, so that it takes none of those that everybody shares.
final class Lane: TaskExecutor {
    private let queue = DispatchQueue(label: "dividend.lane")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let lane = asUnownedTaskExecutor()
        queue.async { job.runSynchronously(on: lane) }
    }

    /// Does work on a thread of its own, with all its child tasks, one after the other.
    static func run<Value: Sendable>(
        _ work: @concurrent @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withTaskExecutorPreference(Lane()) { try await work() }
    }
}
