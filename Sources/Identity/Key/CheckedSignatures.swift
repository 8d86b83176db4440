// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Synchronization

/// Signatures that were checked and hold, for several parties in one process: what was checked for one of them needs no
/// second check for another. Who is alone in its process has no use for it.
///
/// It grows by 32 bytes for each signature; one for each study is enough.
public final class CheckedSignatures: Sendable {
    private let known = Mutex<Set<Digest>>([])

    /// None yet.
    public init() {}

    /// Checks many signatures and returns the index of the first that is wrong; nil if none is.
    ///
    /// - Cost: a hash for each that is known, and as ``PartyID/verifyAll(_:threads:)`` for all others.
    public func verifyAll(_ signed: [PartyID.Signed], threads: Int) -> Int? {
        // All lengths are fixed but that of the message, which is last.
        let digests = signed.map {
            Digest(of: $0.party.publicKey + $0.signature.bytes, $0.message)
        }
        let new = known.withLock { known in
            signed.indices.filter { !known.contains(digests[$0]) }
        }
        if let wrong = PartyID.verifyAll(new.map { signed[$0] }, threads: threads) {
            return new[wrong]
        }
        known.withLock { $0.formUnion(new.map { digests[$0] }) }
        return nil
    }
}
