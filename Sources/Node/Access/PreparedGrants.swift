// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import HTTPTypes
internal import Synchronization

/// Grants that were made ready and wait for their contributors' passkeys.
final class PreparedGrants: Sendable {
    /// How long one waits.
    private static let milliseconds: Int64 = 10 * 60_000
    /// The most that wait; then the oldest is given up.
    private static let most = 10_000

    /// A grant that waits.
    struct Prepared: Sendable {
        let party: String
        let grant: SignedGrant
        let began: Int64
    }

    private let waiting = Mutex<[Digest: Prepared]>([:])

    /// Keeps a grant for its contributor.
    func keep(_ grant: SignedGrant, of party: String, at now: Timestamp) {
        waiting.withLock { waiting in
            if waiting.count >= PreparedGrants.most,
                let oldest = waiting.min(by: { $0.value.began < $1.value.began })?.key
            {
                waiting[oldest] = nil
            }
            waiting[grant.grant.id] = Prepared(
                party: party, grant: grant, began: now.milliseconds)
        }
    }

    /// Takes a party's grant, which waits no longer.
    func claim(_ id: Digest, of party: String, at now: Timestamp) throws -> SignedGrant {
        let found = waiting.withLock { waiting -> Prepared? in
            guard let found = waiting[id], found.party == party else { return nil }
            waiting[id] = nil
            return found
        }
        guard let found, now.milliseconds - found.began < PreparedGrants.milliseconds else {
            throw Problem(
                .notFound, "grant_unknown",
                "no such grant waits for your passkey, or it waited too long; begin again")
        }
        return found.grant
    }
}
