// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Erasure

/// Whether what is sealed to those a batch pays can be had: by chunks drawn at random, or by restoring all.
package struct Availability: Sendable {
    private let place: PublicPlace
    /// The batch.
    package let batch: PublicPlace.SettledBatch
    private let commitment: Commitment
    /// How often a place that gives no answer is asked again: each time it can take half a minute.
    private static let mostSilent = 3

    /// What drawing showed.
    package struct Sample: Sendable {
        /// How many chunks were drawn.
        package let drawn: Int
        /// The chunks that are missing or wrong, and why.
        package let bad: [(chunk: Int, reason: String)]
        /// With what probability all can be restored, in words; nil where a chunk is bad.
        package let certainty: String?
    }

    /// Looks for a batch's commitment at a place, and compares it with the digest in its entry.
    package init(of batch: PublicPlace.SettledBatch, at place: PublicPlace) async throws {
        (self.batch, self.place) = (batch, place)
        let path = Exchange.commitmentFile(batch.number)
        guard let bytes = try await place.read(path) else {
            throw AuditFinding("the commitment to the sealed payouts is missing", at: path)
        }
        guard Digest(of: bytes) == batch.data else {
            throw AuditFinding(
                "it is not the commitment that the entry of the batch names", at: path)
        }
        do { commitment = try Commitment(parsing: bytes) } catch {
            throw AuditFinding("\(error)", at: path)
        }
    }

    /// Draws as many chunks at random as it takes to be sure enough.
    ///
    /// - Parameter bits: that too few chunks are there, and it went unnoticed, has at most a probability of 2
    ///   to minus so many.
    package func sample(
        bits: Int, using generator: inout some RandomNumberGenerator
    ) async throws -> Sample {
        let sampling = Sampling(of: commitment.code)
        let wanted = sampling.draws(for: bits)
        let places = sampling.indices(wanted, using: &generator)
        var bad: [(chunk: Int, reason: String)] = []
        var (drawn, silent) = (0, 0)
        for index in places where silent < Availability.mostSilent {
            drawn += 1
            do { _ = try await chunk(index) } catch {
                bad.append((index, "\(error)"))
                if error is NodeUnreachable { silent += 1 }
            }
        }
        return Sample(
            drawn: drawn, bad: bad,
            certainty: bad.isEmpty
                ? "\(sampling.percent(afterDraws: places.count, decimals: 6)) %" : nil)
    }

    /// Restores what is sealed, from the first chunks that are there.
    package func restore() async throws -> SealedPayouts {
        var chunks: [Chunk] = []
        var silent = 0
        for index in 0..<commitment.code.chunks where chunks.count < commitment.code.dataChunks {
            do { chunks.append(try await chunk(index)) } catch let error as NodeUnreachable {
                silent += 1
                if silent == Availability.mostSilent { throw error }
            } catch {
                // Missing or wrong: any others will do.
            }
        }
        let restored = try CodedBlob.restore(from: chunks, against: commitment)
        return try SealedPayouts(restored.blob)
    }

    private func chunk(_ index: Int) async throws -> Chunk {
        let path = Exchange.chunkFile(batch.number, index)
        guard let bytes = try await place.read(path) else {
            throw AuditFinding("it is missing", at: path)
        }
        let chunk = try Chunk(parsing: bytes)
        guard chunk.index == index else { throw AuditFinding("it is another chunk", at: path) }
        try chunk.verify(against: commitment)
        return chunk
    }
}
