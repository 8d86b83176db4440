// SPDX-License-Identifier: Apache-2.0
import Canon
import TestSupport
import Testing

@testable import Erasure

@Suite struct ChunkTests {
    private let coded: CodedBlob
    private let chunks: [Chunk]

    init() throws {
        var random = Seeded(11)
        coded = try CodedBlob(random.bytes(100), dataChunks: 8)
        chunks = try coded.allChunks()
    }

    @Test func `every chunk is in its place and survives its bytes`() throws {
        for (index, chunk) in chunks.enumerated() {
            #expect(chunk.index == index && chunk.path.count == 4)
            try chunk.verify(against: coded.commitment)
            #expect(try Chunk(parsing: chunk.bytes) == chunk)
            #expect(
                try Chunk(index: index, content: chunk.content, path: chunk.path) == chunk)
        }
    }

    @Test func `a chunk with any one bit turned is not committed to`() throws {
        let chunk = chunks[3]
        for bit in 0..<8 * chunk.content.count {
            var content = chunk.content
            content[bit / 8] ^= 1 << UInt8(bit % 8)
            let other = try Chunk(index: 3, content: content, path: chunk.path)
            #expect(throws: ChunkError.self) { try other.verify(against: coded.commitment) }
        }
        for place in 0..<4 {
            var path = chunk.path
            path[place] = .zero
            let other = try Chunk(index: 3, content: chunk.content, path: path)
            #expect(throws: ChunkError.self) { try other.verify(against: coded.commitment) }
        }
    }

    @Test func `a chunk is of one index only`() throws {
        for index in 0..<16 where index != 3 {
            let other = try Chunk(index: index, content: chunks[3].content, path: chunks[3].path)
            #expect(throws: ChunkError.self) { try other.verify(against: coded.commitment) }
        }
    }

    @Test func `a chunk says what is wrong with it`() throws {
        let (content, path) = (chunks[3].content, chunks[3].path)
        let size = content.count
        let long = try Chunk(index: 3, content: content + [0, 0], path: path)
        #expect(throws: ChunkError.wrongSize(expected: size, got: size + 2)) {
            try long.verify(against: coded.commitment)
        }
        let deep = try Chunk(index: 3, content: content, path: path + [.zero])
        #expect(throws: ChunkError.notCommitted(.wrongLength(expected: 4, got: 5))) {
            try deep.verify(against: coded.commitment)
        }
        let far = try Chunk(index: 16, content: content, path: path + [.zero])
        #expect(throws: ChunkError.outOfRange(index: 16, chunks: 16)) {
            try far.verify(against: coded.commitment)
        }
    }

    @Test func `chunks of other commitments are refused`() throws {
        var random = Seeded(12)
        let other = try CodedBlob(random.bytes(100), dataChunks: 8)
        let fewer = try CodedBlob(coded.blob, dataChunks: 4)
        let empty = try CodedBlob([], dataChunks: 8)
        for foreign in [other, fewer, empty] {
            for chunk in chunks {
                #expect(throws: ChunkError.self) { try chunk.verify(against: foreign.commitment) }
            }
        }
        // Their roots differ although they have the same shape.
        #expect(throws: ErasureError.self) {
            try CodedBlob.restore(from: chunks, against: other.commitment)
        }
    }

    @Test func `bad chunks are named, and do not stand in the way of enough good ones`() throws {
        var given = Array(chunks[4..<12])
        var content = chunks[0].content
        content[0] ^= 1
        given.insert(try Chunk(index: 0, content: content, path: chunks[0].path), at: 2)
        given.append(try Chunk(index: 6, content: chunks[7].content, path: chunks[7].path))
        let restored = try CodedBlob.restore(from: given, against: coded.commitment)
        #expect(restored.blob == coded.blob)
        #expect(restored.refused.map(\.place) == [2, 9])
        #expect(restored.refused.map(\.index) == [0, 6])

        given.removeFirst()
        do {
            _ = try CodedBlob.restore(from: given, against: coded.commitment)
            Issue.record("seven good chunks were enough")
        } catch {
            guard case .tooFewChunks(needed: 8, good: 7, let refused) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(refused.map(\.place) == [1, 8])
            #expect(error.description.contains("number 8 as chunk 6"))
        }
    }

    @Test func `what can be no chunk of any commitment is refused`() throws {
        let path = [Digest](repeating: .zero, count: 11)
        _ = try Chunk(index: 2047, content: [1, 2], path: path)
        for (index, content, path): (Int, [UInt8], [Digest]) in [
            (-1, [1, 2], path), (2048, [1, 2], path), (2, [1, 2], [.zero]), (.max, [1, 2], path),
            (0, [1], path), (0, [], path), (0, [1, 2, 3], path),
            (0, [1, 2], []), (0, [1, 2], path + [.zero]),
        ] {
            #expect(throws: FormatError.self) {
                try Chunk(index: index, content: content, path: path)
            }
        }
    }
}
