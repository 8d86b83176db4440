// SPDX-License-Identifier: Apache-2.0

/// Records whose canonical bytes are the same.
public enum ExactCopies {
    /// Finds them by a hash of the canonical record.
    ///
    /// - Parameters:
    ///   - records: Each record's canonical bytes, or the digest of them.
    ///   - keyedHash: A hash under a secret key of the round, at least 16 bytes long, that never gives
    ///     one output for two records. Keyed, since whoever sees the hash of a record that can be
    ///     guessed, as most can, has the record; and a vault that is blind can hash with the same key.
    /// - Throws: ``ValueError/shape(_:expected:got:)`` for another number of commitments or a hash that
    ///   is too short.
    /// - Cost: a hash and a look-up for each record.
    public static func clusters(
        of records: [[UInt8]], order: CommitmentOrder, keyedHash: ([UInt8]) -> [UInt8]
    ) throws(ValueError) -> Clusters {
        try order.check(records.count)
        var first: [[UInt8]: Int] = [:]
        first.reserveCapacity(records.count)
        var representatives = Array(records.indices)
        for record in order.places {
            let hash = keyedHash(records[record])
            guard hash.count >= 16 else {
                throw .shape("bytes of a hash", expected: 16, got: hash.count)
            }
            if let earlier = first[hash] {
                representatives[record] = earlier
            } else {
                first[hash] = record
            }
        }
        return Clusters(representatives: representatives)
    }
}
