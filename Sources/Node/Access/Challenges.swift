// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Synchronization

/// Challenges that were given out for passkeys: each opens once, and not for long.
final class Challenges: Sendable {
    /// How long a challenge can be answered.
    private static let milliseconds: Int64 = 5 * 60_000
    /// The most that wait at once; then the oldest is given up.
    private static let most = 10_000

    private let waiting = Mutex<[[UInt8]: Int64]>([:])
    private let random: @Sendable () -> UInt64

    init(random: @escaping @Sendable () -> UInt64) { self.random = random }

    /// 32 bytes of chance.
    func begin(at now: Timestamp) -> [UInt8] {
        let challenge = bytes(32)
        waiting.withLock { waiting in
            if waiting.count >= Challenges.most,
                let oldest = waiting.min(by: { $0.value < $1.value })?.key
            {
                waiting[oldest] = nil
            }
            waiting[challenge] = now.milliseconds
        }
        return challenge
    }

    /// Whether this challenge was given out and not answered yet; it is answered then.
    func end(_ challenge: [UInt8], at now: Timestamp) -> Bool {
        guard let began = waiting.withLock({ $0.removeValue(forKey: challenge) }) else {
            return false
        }
        return now.milliseconds - began < Challenges.milliseconds
    }

    /// So many bytes of chance.
    func bytes(_ count: Int) -> [UInt8] {
        Chance.bytes(count, from: random)
    }
}
