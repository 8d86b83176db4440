// SPDX-License-Identifier: Apache-2.0
import Canon
import TestSupport
import Testing

@testable import Erasure

/// What is committed to by somebody who does not follow the rules.
@Suite struct CheatingTests {
    private let code: ErasureCode
    private let honest: CodedBlob

    init() throws {
        var random = Seeded(21)
        code = try ErasureCode(dataChunks: 8)
        honest = try CodedBlob(random.bytes(201), dataChunks: 8)
    }

    /// Which error restoring ends in, by its name; "none" when a blob comes out.
    private func outcome(_ chunks: [Chunk], _ commitment: Commitment) -> String {
        do {
            _ = try CodedBlob.restore(from: chunks, against: commitment)
            return "none"
        } catch {
            switch error {
            case .notACodeword: return "notACodeword"
            case .wrongLength: return "wrongLength"
            case .wrongPadding: return "wrongPadding"
            case .wrongDigest: return "wrongDigest"
            default: return "\(error)"
            }
        }
    }

    /// Expects one outcome from many choices of chunks, all of which are under the root.
    private func expect(
        _ wanted: String, of coded: CodedBlob, against commitment: Commitment? = nil
    ) throws {
        var random = Seeded(22)
        let chunks = try coded.allChunks()
        let commitment = commitment ?? coded.commitment
        for chunk in chunks { try chunk.verify(against: commitment) }
        for _ in 0..<20 {
            let chosen = chunks.shuffled(using: &random)
                .prefix(Int.random(in: 8...16, using: &random))
            #expect(outcome(Array(chosen), commitment) == wanted)
        }
        #expect(outcome(Array(chunks[..<8]), commitment) == wanted)
        #expect(outcome(Array(chunks[8...]), commitment) == wanted)
    }

    @Test(arguments: [0, 7, 8, 15])
    func `one bit of one chunk off the codeword is found from every choice`(index: Int) throws {
        var word = honest.word
        word[index * honest.commitment.chunkBytes + 9] ^= 4
        try expect("notACodeword", of: CodedBlob(word: word, of: code, length: 201))
    }

    @Test func `any words are found not to be codewords`() throws {
        var random = Seeded(23)
        let word = random.bytes(honest.word.count)
        try expect("notACodeword", of: CodedBlob(word: word, of: code, length: 201))
        var swapped = honest.word.cut(into: 16)
        swapped.swapAt(2, 11)
        let exchanged = swapped.flatMap { $0 }
        try expect("notACodeword", of: CodedBlob(word: exchanged, of: code, length: 201))
        // Upside down they are values at points that are moved by 15: another codeword.
        let reversed = honest.word.cut(into: 16).reversed().flatMap { $0 }
        try expect("wrongLength", of: CodedBlob(word: reversed, of: code, length: 201))
    }

    @Test func `data of one blob with the parity of another is found`() throws {
        let other = try CodedBlob([UInt8](repeating: 1, count: 201), dataChunks: 8)
        let half = honest.word.count / 2
        let word = Array(honest.word[..<half] + other.word[half...])
        try expect("notACodeword", of: CodedBlob(word: word, of: code, length: 201))
    }

    @Test func `a codeword that does not hold the committed blob is found`() throws {
        let half = honest.word.count / 2
        func coded(_ change: (inout [UInt8]) -> Void) throws -> CodedBlob {
            var data = Array(honest.word[..<half])
            change(&data)
            return try CodedBlob(word: code.codeword(of: data), of: code, length: 201)
        }
        try expect("none", of: coded { _ in })
        try expect("wrongLength", of: coded { $0[0] ^= 1 })
        try expect(
            "wrongLength",
            of: coded { $0.replaceSubrange(0..<8, with: repeatElement(255, count: 8)) })
        try expect("wrongLength", of: coded { $0[7] = 0x80 })
        try expect("wrongPadding", of: coded { $0[209] = 1 })
        try expect("wrongPadding", of: coded { $0[half - 1] = 1 })
    }

    @Test func `a commitment with a foreign digest or length is found`() throws {
        let digest = try Commitment(
            length: 201, dataChunks: 8, root: honest.commitment.root, blobDigest: .zero)
        try expect("wrongDigest", of: honest, against: digest)
        // Lengths of the same chunk size.
        for length in [202, 216] {
            let other = try Commitment(
                length: length, dataChunks: 8, root: honest.commitment.root,
                blobDigest: honest.commitment.blobDigest)
            #expect(other.chunkBytes == honest.commitment.chunkBytes)
            try expect("wrongLength", of: honest, against: other)
        }
    }

    @Test func `an error tells what was committed and what was restored`() throws {
        var word = honest.word
        word[0] ^= 1
        let cheat = try CodedBlob(word: word, of: code, length: 201)
        let chunks = Array(try cheat.allChunks()[8...])
        #expect(
            throws: ErasureError.notACodeword(
                committed: cheat.commitment.root, restored: honest.commitment.root)
        ) { try CodedBlob.restore(from: chunks, against: cheat.commitment) }
    }
}
