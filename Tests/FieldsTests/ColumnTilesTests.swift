// SPDX-License-Identifier: Apache-2.0
internal import Testing

@testable import Fields

@Suite struct ColumnTilesTests {
    @Test func `a matrix is tiles of sixteen columns, each row 64 bytes`() throws {
        let matrix = try ColumnTiles(rowBits: 3, columns: 37)
        #expect(matrix.rows == 8 && matrix.tiles == 3 && matrix.wordCount == 3 * 8 * 16)
        #expect(UInt(bitPattern: matrix.words) % 64 == 0)
        for word in 0..<matrix.wordCount { #expect(matrix.words[word] == 0) }
        matrix[5, 34] = .two
        #expect(matrix.words[2 * 128 + 5 * 16 + 2] == KoalaBear.two.word)
        #expect(matrix.row(5)[34] == .two && matrix.column(34)[5] == .two)
        #expect(matrix.row(5).count == 37 && matrix.column(34).count == 8)
        let values = (0..<8).map { KoalaBear(reducing: $0) }
        matrix.replaceColumn(16, with: values)
        #expect(matrix.column(16) == values && matrix.column(17).allSatisfy { $0 == .zero })
    }

    @Test(arguments: KernelPath.supported)
    func `rows are written as canonical numbers`(path: KernelPath) throws {
        var draws = Draws(seed: 71)
        let matrix = try ColumnTiles(rowBits: 5, columns: 21)
        for row in 0..<32 { for c in 0..<21 { matrix[row, c] = draws.edgy() } }
        let bytes = matrix.bytes(ofRows: 3..<30, path: path)
        #expect(bytes == (3..<30).flatMap { matrix.row($0).flatMap(\.bytes) })
        var room = [UInt8](repeating: 0xee, count: 27 * 100)
        room.withUnsafeMutableBytes { matrix.writeRows(3..<30, into: $0, stride: 100, path: path) }
        for i in 0..<27 {
            #expect(Array(room[100 * i..<100 * i + 84]) == Array(bytes[84 * i..<84 * i + 84]))
            #expect(room[100 * i + 84..<100 * i + 100].allSatisfy { $0 == 0xee })
        }
        #expect(matrix.bytes(ofRows: 4..<4, path: path).isEmpty)
    }

    @Test func `large matrices are zero too, when the memory was used before`() throws {
        for rowBits in [14, 15, 16] {
            for _ in 0..<3 {
                let matrix = try ColumnTiles(rowBits: rowBits, columns: 40)
                #expect(UInt(bitPattern: matrix.words) % 64 == 0)
                #expect(matrix.words[0] == 0 && matrix.words[matrix.wordCount - 1] == 0)
                matrix.words[0] = 1
                matrix.words[matrix.wordCount - 1] = 1
            }
        }
    }

    @Test func `a cell that does not exist is a bug`() async {
        await #expect(processExitsWith: .failure) {
            _ = try ColumnTiles(rowBits: 1, columns: 3)[0, 3]
        }
        await #expect(processExitsWith: .failure) {
            _ = try ColumnTiles(rowBits: 1, columns: 3)[2, 0]
        }
    }

    @Test func `threads can work on different tiles of one matrix`() async throws {
        let ntt = try NTT(rowBits: 10)
        var draws = Draws(seed: 72)
        let matrix = try ColumnTiles(rowBits: 9, columns: 64)
        let other = try ColumnTiles(rowBits: 9, columns: 64)
        for row in 0..<matrix.rows {
            for c in 0..<64 {
                matrix[row, c] = draws.element()
                other[row, c] = matrix[row, c]
            }
        }
        try ntt.interpolate(other)
        try await withThrowingTaskGroup { group in
            for tile in 0..<4 { group.addTask { try ntt.interpolate(tile: tile, of: matrix) } }
            try await group.waitForAll()
        }
        #expect((0..<matrix.wordCount).allSatisfy { matrix.words[$0] == other.words[$0] })
    }
}
