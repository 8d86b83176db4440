// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Edge
internal import Privacy
internal import Synchronization
internal import Vault

/// One contributor's machine in a study, and what it sent last.
final class EdgeMachine: Sendable {
    private struct State: ~Copyable {
        var device: EdgeDevice
        var source: ByteSource
        var answer: StepMessage?
    }

    private let state: Mutex<State>
    private let rows: Rows
    private let now: Timestamp

    init(
        _ device: consuming sending EdgeDevice, rows: Rows, at now: Timestamp,
        _ source: consuming sending ByteSource
    ) {
        state = Mutex(State(device: device, source: source))
        (self.rows, self.now) = (rows, now)
    }

    /// Answers a step; what it says is kept, also where it says nothing.
    func answer(_ message: StepMessage) throws {
        try state.withLock { state in
            state.answer = try state.device.answer(
                message, at: now, rows: { _ in [rows] }, from: &state.source)
        }
    }

    /// What it said last, once.
    func take() -> StepMessage? { state.withLock { $0.answer.take() } }
}

/// What one contributor spent, in memory.
final class BenchRecord: SpentRecord {
    private let state = Mutex<(usage: Usage, orders: Set<Digest>)>((Usage(), []))

    func usage(in pool: String) throws -> Usage { state.withLock { $0.usage } }

    func hasBegun(_ order: Digest) throws -> Bool { state.withLock { $0.orders.contains(order) } }

    func begin(_ order: Digest, in pool: String, spending rho: UInt64) throws {
        state.withLock {
            $0.orders.insert(order)
            $0.usage.spent += rho
            $0.usage.studies += 1
        }
    }
}
