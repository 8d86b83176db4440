// SPDX-License-Identifier: Apache-2.0
import Canon
import TestSupport
import Testing

@testable import Erasure

/// Bytes from anywhere.
@Suite struct BytesTests {
    private let coded: CodedBlob

    init() throws { coded = try CodedBlob(Array("bytes from anywhere".utf8), dataChunks: 4) }

    @Test func `a commitment survives its bytes`() throws {
        for (length, count) in [(0, 1), (1, 1024), (1 << 30, 1), (1 << 30, 1024), (12_345, 64)] {
            let commitment = try Commitment(
                length: length, dataChunks: count, root: Digest(of: [1]), blobDigest: .zero)
            #expect(commitment.bytes.count == Commitment.byteCount)
            #expect(try Commitment(parsing: commitment.bytes) == commitment)
        }
    }

    @Test func `a commitment or a chunk that is cut short or too long is refused`() throws {
        let commitment = coded.commitment.bytes
        let chunk = try coded.chunk(2).bytes
        for count in 0..<commitment.count {
            #expect(throws: FormatError.self) {
                try Commitment(parsing: Array(commitment[..<count]))
            }
        }
        for count in 0..<chunk.count {
            #expect(throws: FormatError.self) { try Chunk(parsing: Array(chunk[..<count])) }
        }
        #expect(throws: FormatError.self) { try Commitment(parsing: commitment + [0]) }
        #expect(throws: FormatError.self) { try Chunk(parsing: chunk + [0]) }
    }

    /// Bytes to write over a commitment: where, what, and where the error is to point.
    @Test(
        arguments: [
            (0, [0x45], 0), (7, [2], 0),
            // A length of one more than 1 GiB, and one with the highest bit.
            (8, [1, 0, 0, 0x40], 8), (15, [0x80], 8),
            // No, three, and 2,048 data chunks.
            (16, [0], 8), (16, [3], 8), (16, [0, 8], 8),
            // A chunk size that does not follow.
            (20, [10], 20), (20, [6], 20), (23, [1], 20),
        ] as [(Int, [UInt8], Int)])
    func `a commitment that is none is refused where it is wrong`(
        place: Int, change: [UInt8], offset: Int
    ) throws {
        var bytes = coded.commitment.bytes
        bytes.replaceSubrange(place..<place + change.count, with: change)
        let error = #expect(throws: FormatError.self) { try Commitment(parsing: bytes) }
        #expect(error?.offset == offset)
    }

    @Test(
        arguments: [
            (0, [0x45], 0), (7, [0], 0),
            // An index outside of the tree, with every bit of it; no path, and one too long.
            (8, [8], 8), (8, [255, 255, 255, 255], 8), (12, [0], 12), (12, [12], 12),
            (15, [255], 12),
            // An odd, an empty and a very long chunk.
            (16, [7], 16), (16, [0], 16), (16, [255, 255, 255, 255], 16),
        ] as [(Int, [UInt8], Int)])
    func `a chunk that is none is refused where it is wrong`(
        place: Int, change: [UInt8], offset: Int
    ) throws {
        var bytes = try coded.chunk(2).bytes
        bytes.replaceSubrange(place..<place + change.count, with: change)
        let error = #expect(throws: FormatError.self) { try Chunk(parsing: bytes) }
        #expect(error?.offset == offset)
    }

    @Test func `100,000 edits of a commitment are refused or mean what they say`() throws {
        var random = Seeded(31)
        let source = coded.commitment.bytes
        var accepted = 0
        for _ in 0..<100_000 {
            let bytes = random.mutate(source, cuttingOnceIn: 10)
            guard let read = try? Commitment(parsing: bytes) else { continue }
            accepted += 1
            guard read.bytes == bytes, (read == coded.commitment) == (bytes == source) else {
                Issue.record("\(Hex.encode(bytes))")
                return
            }
        }
        #expect(accepted > 1000)
    }

    @Test func `100,000 edits of a chunk are refused, or read and then refused`() throws {
        var random = Seeded(32)
        let chunk = try coded.chunk(5)
        let source = chunk.bytes
        var (read, verified) = (0, 0)
        for _ in 0..<100_000 {
            let bytes = random.mutate(source, cuttingOnceIn: 10)
            guard let other = try? Chunk(parsing: bytes) else { continue }
            read += 1
            let isRight = (try? other.verify(against: coded.commitment)) != nil
            if isRight { verified += 1 }
            guard other.bytes == bytes, isRight == (bytes == source) else {
                Issue.record("\(Hex.encode(bytes))")
                return
            }
        }
        #expect(read > 1000 && verified < read)
    }

    @Test func `edits of chunks and commitment together restore the blob or nothing`() throws {
        var random = Seeded(33)
        let sources = try coded.allChunks().map(\.bytes)
        var restored = 0
        for round in 0..<5000 {
            let chunks = sources.shuffled(using: &random).prefix(6).compactMap { source in
                try? Chunk(parsing: Bool.random(using: &random) ? source : random.mutate(source))
            }
            let bytes = coded.commitment.bytes
            let commitment = try? Commitment(
                parsing: round.isMultiple(of: 2) ? bytes : random.mutate(bytes))
            guard let commitment,
                let result = try? CodedBlob.restore(from: chunks, against: commitment)
            else { continue }
            restored += 1
            guard result.blob == coded.blob, commitment == coded.commitment else {
                Issue.record("round \(round)")
                return
            }
        }
        #expect(restored > 100)
    }

    @Test func `errors say what is wrong`() throws {
        let proof = ChunkError.notCommitted(.wrongLength(expected: 3, got: 4))
        let refusal = Refusal(place: 1, index: 2, reason: proof)
        let errors: [ErasureError] = [
            .unsuitableCount(3), .unsuitableLength(-1), .unevenData(bytes: 3, dataChunks: 2),
            .unevenChunks, .outOfRange(index: 9, chunks: 8),
            .tooFewChunks(needed: 4, good: 3, refused: [refusal]),
            .notACodeword(committed: .zero, restored: .zero),
            .wrongLength(committed: 1, restored: 2), .wrongPadding,
            .wrongDigest(committed: .zero, restored: .zero),
            .unsuitableSampling(needed: 3, chunks: 2),
        ]
        #expect(Set(errors.map(\.description)).count == errors.count)
        #expect(
            errors[5].description == """
                3 good chunks are not enough, 4 different ones are needed; fetch 1 more; \
                number 1 as chunk 2: it is not the one that was committed to (the proof should \
                have 3 digests here; it has 4); fetch it again from elsewhere
                """)
    }
}
