// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Synchronization

/// A secret that opens once.
final class OneTimeSecret: Sendable {
    /// What has to be shown.
    let value: String
    private let isSpent = Mutex(false)

    init(random: @Sendable () -> UInt64) {
        value = Chance.secret(from: random)
    }

    /// Whether this is it, for the first time.
    func spend(_ shown: String) -> Bool {
        // Compared by digests: how far two texts agree must not show in the time.
        guard Digest(of: Array(shown.utf8)) == Digest(of: Array(value.utf8)) else { return false }
        return isSpent.withLock { spent in
            defer { spent = true }
            return !spent
        }
    }
}
