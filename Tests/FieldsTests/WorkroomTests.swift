// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Fields

/// Memory that is used again, and layers of trees in it.
@Suite struct WorkroomTests {
    @Test func `matrices in one room keep to their rows`() throws {
        let room = try Workroom(rows: 3 * 64)
        let first = try ColumnTiles(rowBits: 6, columns: 20, in: room)
        let second = try ColumnTiles(rowBits: 6, columns: 16, in: room, from: 128)
        first[63, 19] = .two
        second[0, 0] = .one
        #expect(first[63, 19] == .two && second[0, 0] == .one)
        let again = try ColumnTiles(rowBits: 7, columns: 3, in: room)
        // Row 63 of the first one's second tile.
        #expect(again[127, 2] == .zero && first[63, 18] == .zero)
        #expect(throws: TilesError.self) { try ColumnTiles(rowBits: 6, columns: 49, in: room) }
        #expect(throws: TilesError.self) {
            try ColumnTiles(rowBits: 6, columns: 16, in: room, from: 129)
        }
        #expect(throws: TilesError.self) {
            try ColumnTiles(rowBits: 6, columns: 16, in: room, from: -1)
        }
        #expect(throws: TilesError.self) { try Workroom(rows: 0) }
    }

    @Test func `memory that was held is zero for whoever takes it next`() throws {
        try Workroom.keepingMemory {
            for rowBits in [17, 15, 16, 18, 15, 17] {
                // Two at once, so that pieces are cut and joined.
                let some = try ColumnTiles(rowBits: rowBits, columns: 16)
                let other = try ColumnTiles(rowBits: 16, columns: 16)
                for row in stride(from: 0, to: some.rows, by: 311) {
                    #expect(some[row, 15] == .zero)
                    some[row, 15] = .one
                }
                for row in stride(from: 0, to: other.rows, by: 311) {
                    #expect(other[row, 0] == .zero)
                    other[row, 0] = .two
                }
                #expect(some[0, 15] == .one && other[0, 0] == .two)
            }
        }
    }

    @Test(arguments: KernelPath.supported)
    func `a layer holds what is hashed into it`(path: KernelPath) throws {
        var draws = Draws(seed: 76)
        let matrix = try ColumnTiles(rowBits: 6, columns: 19)
        for row in 0..<64 { for column in 0..<19 { matrix[row, column] = draws.edgy() } }
        let leaves = try DigestLayer(count: 64)
        leaves.write(rows: 0..<40, of: [matrix], at: 0, path: path)
        leaves.write(rows: 40..<64, of: [matrix], at: 40, path: path)
        let wanted = RowHash.digests(ofRows: 0..<64, of: [matrix], path: .portable)
        for place in 0..<64 {
            #expect(leaves[place] == Array(wanted[32 * place..<32 * place + 32]))
        }
        let above = try DigestLayer(count: 32)
        above.join(0..<32, of: leaves, tag: 1, path: path)
        let joined = try DigestLayer(count: 64)
        joined.join(0..<64, of: leaves, and: leaves, tag: 2, path: path)
        for place in 0..<32 {
            let pair = leaves[2 * place] + leaves[2 * place + 1]
            #expect(above[place] == RowHash.parents(of: pair, tag: 1, path: .portable))
            let same = leaves[place] + leaves[place]
            #expect(joined[place] == RowHash.parents(of: same, tag: 2, path: .portable))
        }
        let column = try ExtensionColumn((0..<16).map { _ in draws.extensionElement() })
        let folded = try DigestLayer(count: 4)
        folded.write(elements: 0..<16, of: column, width: 4, at: 0, path: path)
        for place in 0..<4 {
            let bytes = column.bytes(ofRows: 4 * place..<4 * place + 4)
            let digest = bytes.withUnsafeBytes {
                RowHash.digests(
                    ofRows: $0, count: 1, bytesPerRow: bytes.count, stride: bytes.count,
                    prefix: [0], path: .portable)
            }
            #expect(folded[place] == digest)
        }
        #expect(throws: TilesError.self) { try DigestLayer(count: 0) }
    }
}
