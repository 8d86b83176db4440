// SPDX-License-Identifier: Apache-2.0
import Canon
import TestSupport
import Testing

@testable import Erasure

@Suite struct CodedBlobTests {
    /// The data is 0c00000000000000 (the length, 12) and the text, in four chunks of three symbols;
    /// the parity and the hashes are those of a program with Lagrange's formula and Python's
    /// hashlib: see ErasureCodeTests for how parity follows by hand and from another library.
    @Test func `a blob has the chunks and the commitment that others compute`() throws {
        let coded = try CodedBlob(Array("reed-solomon".utf8), dataChunks: 4)
        #expect(
            try coded.allChunks().map { Hex.encode($0.content) } == [
                "0c0000000000", "000072656564", "2d736f6c6f6d", "6f6e00000000",
                "f22629ba73bf", "380dc1d3aad7", "592cfad0d2d4", "dd1a0fb001b5",
            ])
        let commitment = """
            65726173757265010c000000000000000400000006000000\
            858dac6490074ec342ffaecfb4515943a4c41ffb66580fc3562f91572013c56f\
            6598300a7140c4c3fc1bd0e815a48a456d89193f7696eccc4ae130acc239252b
            """
        #expect(Hex.encode(coded.commitment.bytes) == commitment)
        // Index 5, 3 digests, 6 bytes; leaf 4, the node of leaves 6 and 7, the node of leaves 0 to 3.
        let chunk = """
            65726368756e6b01050000000300000006000000\
            c5ae4cd299f6244c9a0a457dbf9e341d0583558833c79cf0fe0a1455a35e971d\
            d6fa2d5190b89e7d1a9c1b745464506b05052f6731f267918f80c456152ae5b5\
            a0f39281eecc271e3bde618729126c799472afbbdebacf98ed1687cbb7daea21\
            380dc1d3aad7
            """
        #expect(try Hex.encode(coded.chunk(5).bytes) == chunk)
    }

    /// Eight zero bytes twice, and the digest of nothing.
    @Test func `an empty blob is a blob`() throws {
        let coded = try CodedBlob([], dataChunks: 1)
        #expect(coded.word == [UInt8](repeating: 0, count: 16))
        let leaf = MerkleLog.leafHash([UInt8](repeating: 0, count: 8))
        #expect(coded.commitment.root == MerkleLog.nodeHash(leaf, leaf))
        #expect(coded.commitment.blobDigest == MerkleLog.emptyRoot)
        let restored = try CodedBlob.restore(from: [coded.chunk(1)], against: coded.commitment)
        #expect(restored.blob.isEmpty && restored.refused.isEmpty)
    }

    @Test(arguments: [1, 2, 8, 64, 1024])
    func `blobs of every edge length come back from data, parity and both`(count: Int) throws {
        var random = Seeded(UInt64(count))
        let code = try ErasureCode(dataChunks: count)
        // Around the first border of two chunk sizes, and around a chunk.
        let border = count * 2 - ErasureCode.headerBytes % (2 * count)
        let size = try code.chunkBytes(forBlobOf: border)
        let lengths: Set = [
            0, 1, 2, max(0, size - 1), size, size + 1, border - 1, border, border + 1, 5000,
        ]
        for length in count == 1024 ? [0, border + 1] : lengths.sorted() {
            let blob = random.bytes(length)
            let coded = try CodedBlob(blob, dataChunks: count)
            #expect(coded.commitment.length == length && coded.chunkCount == 2 * count)
            let chunks = try coded.allChunks()
            for chosen in [chunks[..<count], chunks[count...], chunks[(count / 2)...], chunks[...]]
            {
                let restored = try CodedBlob.restore(
                    from: Array(chosen), against: coded.commitment)
                #expect(restored.blob == blob && restored.refused.isEmpty)
                #expect(restored.coded.commitment == coded.commitment)
            }
        }
    }

    @Test func `a large blob comes back from any half of its chunks`() throws {
        var random = Seeded(7)
        let blob = random.bytes(1_000_003)
        let coded = try CodedBlob(blob, dataChunks: 128)
        let chunks = try coded.allChunks().shuffled(using: &random)
        let restored = try CodedBlob.restore(
            from: Array(chunks[..<128]), against: coded.commitment)
        #expect(restored.blob == blob)
        // The chunks that were lost are there again, each with its proof.
        for chunk in chunks[128...] {
            #expect(try restored.coded.chunk(chunk.index) == chunk)
        }
    }

    @Test func `order does not count, nor that a chunk comes twice`() throws {
        var random = Seeded(8)
        let blob = random.bytes(300)
        let coded = try CodedBlob(blob, dataChunks: 8)
        for _ in 0..<20 {
            let chosen = try coded.allChunks().shuffled(using: &random).prefix(8)
            let twice = (Array(chosen) + chosen.prefix(3)).shuffled(using: &random)
            let restored = try CodedBlob.restore(from: twice, against: coded.commitment)
            #expect(restored.blob == blob && restored.refused.isEmpty)
        }
    }

    @Test func `seven different chunks are not eight, however often they come`() throws {
        let coded = try CodedBlob(Array("twice".utf8), dataChunks: 8)
        let seven = Array(try coded.allChunks()[5..<12])
        #expect(throws: ErasureError.tooFewChunks(needed: 8, good: 7, refused: [])) {
            try CodedBlob.restore(from: seven + seven, against: coded.commitment)
        }
        #expect(throws: ErasureError.tooFewChunks(needed: 8, good: 0, refused: [])) {
            try CodedBlob.restore(from: [], against: coded.commitment)
        }
    }

    @Test func `what nobody can code is refused`() {
        #expect(throws: ErasureError.unsuitableCount(12)) { try CodedBlob([1], dataChunks: 12) }
    }

    @Test(arguments: [.min, -1, 8, .max])
    func `there is no chunk outside of the code`(index: Int) throws {
        let coded = try CodedBlob([1, 2, 3], dataChunks: 4)
        #expect(throws: ChunkError.outOfRange(index: index, chunks: 8)) {
            try coded.chunk(index)
        }
    }

    @Test func `the example of the manual runs`() throws {
        let blob = Array("what must not get lost".utf8)
        let coded = try CodedBlob(blob, dataChunks: 16)
        let published = coded.commitment.bytes
        let commitment = try Commitment(parsing: published)
        let sampling = Sampling(of: commitment.code)
        var random = Seeded(9)
        for index in sampling.indices(sampling.draws(for: 20), using: &random) {
            let received = try coded.chunk(index).bytes
            try Chunk(parsing: received).verify(against: commitment)
        }
        let left = try (16..<32).map { try coded.chunk($0) }
        let restored = try CodedBlob.restore(from: left, against: commitment)
        #expect(restored.blob == blob)
    }
}
