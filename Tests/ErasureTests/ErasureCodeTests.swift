// SPDX-License-Identifier: Apache-2.0
import Canon
import TestSupport
import Testing

@testable import Erasure

@Suite struct ErasureCodeTests {
    /// Two symbols, 1 and 2, at the points 2 and 3. The line through them is f(x) = a + 3 x, since
    /// f(2) + f(3) = 1 + 2 = 3 is its slope. In the field of four elements 2 · 2 = 3 and 3 · 2 = 1,
    /// so f(0) = 1 + 3 · 2 = 0, and f(1) = f(0) + 3 = 3.
    @Test func `a line is continued as by hand`() throws {
        let word = try ErasureCode(dataChunks: 2).codeword(of: [1, 0, 2, 0])
        #expect(word == [1, 0, 2, 0, 0, 0, 3, 0])
    }

    /// What `leopard::ff16::ReedSolomonEncode` of github.com/catid/leopard at 6e5725e gives for as
    /// many recovery as original pieces of 64 bytes, with the low and high bytes that it keeps apart
    /// put side by side. For 2, 4 and 64 chunks a program that interpolates by Lagrange's formula gave
    /// the same.
    @Test(arguments: [
        (2, "5fa6e0e927b9cd51837e4fe770a43c84e6d7454713b99e75f9905ddc345609b7"),
        (4, "7521bf9387d77b4fb18e6f6635dded88546bbfacdd23e340ee380d6e8978eed5"),
        (64, "18596ffc3514e14143bc568b6216ff10c85ead410627448b4bb3b06ce05ed61a"),
        (1024, "c64887aedb5aed788a0aa80dfdd5ec652017eeeada561f9e665797b9d38f795a"),
    ])
    func `parity is that of Leopard-RS`(count: Int, digest: String) throws {
        let data = (0..<64 * count).map { j in
            UInt8(truncatingIfNeeded: j * j * 7 + j * 3 + (j >> 8) * 11)
        }
        let word = try ErasureCode(dataChunks: count).codeword(of: data)
        #expect(word.starts(with: data))
        #expect(Digest(of: Array(word[data.count...])).hex == digest)
    }

    @Test(arguments: [1, 2, 4, 8, 16])
    func `parity is the polynomial through the data, by the formula`(count: Int) throws {
        var random = Seeded(UInt64(count))
        let data = random.bytes(6 * count)
        let code = try ErasureCode(dataChunks: count)
        let pieces = try code.codeword(of: data).cut(into: code.chunks).map(PlainCode.symbols)
        for column in 0..<3 {
            let values = (0..<count).map { (point: count + $0, value: pieces[$0][column]) }
            for index in 0..<count {
                #expect(
                    PlainCode.value(at: index, through: values) == pieces[count + index][column])
            }
        }
    }

    @Test func `with one data chunk the parity is a copy`() throws {
        let code = try ErasureCode(dataChunks: 1)
        #expect(try code.codeword(of: [7, 8, 9, 10]) == [7, 8, 9, 10, 7, 8, 9, 10])
    }

    @Test(arguments: [1, 2, 4, 8])
    func `every choice of k chunks gives the data back`(count: Int) throws {
        var random = Seeded(UInt64(count))
        let code = try ErasureCode(dataChunks: count)
        let data = random.bytes(10 * count)
        let pieces = try code.codeword(of: data).cut(into: code.chunks)
        var choices = 0
        for mask in 0..<1 << code.chunks where mask.nonzeroBitCount == count {
            let kept = (0..<code.chunks).filter { mask >> $0 & 1 == 1 }
            let chosen = Dictionary(uniqueKeysWithValues: kept.map { ($0, pieces[$0]) })
            #expect(try code.data(from: chosen) == data)
            choices += 1
        }
        #expect(choices == [1: 2, 2: 6, 4: 70, 8: 12_870][count])
    }

    @Test(arguments: [(8, 200), (16, 50), (128, 4), (1024, 1)])
    func `any choice of k chunks or more gives the data back`(count: Int, times: Int) throws {
        var random = Seeded(UInt64(count))
        let code = try ErasureCode(dataChunks: count)
        for _ in 0..<times {
            let size = 2 * Int.random(in: 1...9, using: &random)
            let data = random.bytes(size * count)
            let pieces = try code.codeword(of: data).cut(into: code.chunks)
            let kept = (0..<code.chunks).shuffled(using: &random)
                .prefix(Int.random(in: count...code.chunks, using: &random))
            let chosen = Dictionary(uniqueKeysWithValues: kept.map { ($0, pieces[$0]) })
            #expect(try code.data(from: chosen) == data)
        }
    }

    @Test(arguments: [2, 16])
    func `parity alone gives the data back, and a chunk less of it does not`(count: Int) throws {
        var random = Seeded(UInt64(count))
        let code = try ErasureCode(dataChunks: count)
        let data = random.bytes(100 * count)
        let pieces = try code.codeword(of: data).cut(into: code.chunks)
        var parity = Dictionary(
            uniqueKeysWithValues: (count..<code.chunks).map { ($0, pieces[$0]) })
        #expect(try code.data(from: parity) == data)
        parity[count] = nil
        #expect(throws: ErasureError.tooFewChunks(needed: count, good: count - 1, refused: [])) {
            try code.data(from: parity)
        }
    }

    @Test func `chunks longer than one stripe are coded in parts that fit together`() throws {
        // With 1,024 data chunks a stripe has 1,024 bytes, and half of that for decoding.
        var random = Seeded(5)
        let code = try ErasureCode(dataChunks: 1024)
        let data = random.bytes(1024 * 1102)
        let word = try code.codeword(of: data)
        let pieces = word.cut(into: code.chunks)
        // Columns do not meet: each part of the chunks is coded as if it were alone.
        for part in [0..<2, 1022..<1026, 1100..<1102] {
            let alone = try code.codeword(of: pieces[..<1024].flatMap { $0[part] })
            #expect(alone == pieces.flatMap { $0[part] })
        }
        let kept = (512..<1536).map { ($0, pieces[$0]) }
        #expect(try code.data(from: Dictionary(uniqueKeysWithValues: kept)) == data)
    }

    @Test func `a chunk holds its part of the blob and its length, in whole symbols`() throws {
        for (count, length, size) in [
            (1, 0, 8), (1, 1, 10), (1, 2, 10), (4, 0, 2), (4, 1, 4), (4, 8, 4), (4, 9, 6),
            (1024, 0, 2), (1024, 2040, 2), (1024, 2041, 4), (1, 1 << 30, (1 << 30) + 8),
        ] {
            #expect(try ErasureCode(dataChunks: count).chunkBytes(forBlobOf: length) == size)
        }
        let code = try ErasureCode(dataChunks: 4)
        for length in [-1, (1 << 30) + 1, .max, .min] {
            #expect(throws: ErasureError.unsuitableLength(length)) {
                try code.chunkBytes(forBlobOf: length)
            }
        }
    }

    @Test(arguments: [.min, -1, 0, 3, 6, 1023, 1025, 2048, .max])
    func `a number of data chunks that is no power of two up to 1,024 is refused`(count: Int) {
        #expect(throws: ErasureError.unsuitableCount(count)) {
            try ErasureCode(dataChunks: count)
        }
    }

    @Test func `what is no set of chunks is refused`() throws {
        let code = try ErasureCode(dataChunks: 2)
        for count in [0, 1, 2, 3, 5, 6, 7] {
            #expect(throws: ErasureError.unevenData(bytes: count, dataChunks: 2)) {
                try code.codeword(of: [UInt8](repeating: 0, count: count))
            }
        }
        #expect(throws: ErasureError.tooFewChunks(needed: 2, good: 0, refused: [])) {
            try code.data(from: [:])
        }
        for chunks: [Int: [UInt8]] in [
            [0: [1, 2], 1: [1, 2, 3, 4]], [0: [1], 1: [2]], [0: [], 1: []],
        ] {
            #expect(throws: ErasureError.unevenChunks) { try code.data(from: chunks) }
        }
        for index in [-1, 4, .max] {
            #expect(throws: ErasureError.outOfRange(index: index, chunks: 4)) {
                try code.data(from: [index: [1, 2], 0: [1, 2]])
            }
        }
    }
}
