// SPDX-License-Identifier: Apache-2.0
internal import Testing

@testable import Fields

/// Extensions taken block by block, and some rows alone.
@Suite struct BlockTests {
    private func matrix(_ rowBits: Int, _ columns: Int, _ draws: inout Draws) throws -> ColumnTiles
    {
        let matrix = try ColumnTiles(rowBits: rowBits, columns: columns)
        for row in 0..<matrix.rows {
            for column in 0..<columns { matrix[row, column] = draws.edgy() }
        }
        return matrix
    }

    @Test(arguments: KernelPath.supported, [0, 1, 2, 3, 6, 7])
    func `a block is the rows of the extension, and so are some of its rows`(
        path: KernelPath, rowBits: Int
    ) throws {
        var draws = Draws(seed: 71)
        let coefficients = try matrix(rowBits, 19, &draws)
        let transform = try NTT(rowBits: rowBits + 2)
        let whole = try transform.extend(
            coefficients, blowupBits: 2, shift: .generator, path: .portable)
        let domain = try EvaluationDomain(rowBits: rowBits + 2, shift: .generator)
        let block = try ColumnTiles(rowBits: rowBits, columns: 19)
        let scratch = try ColumnTiles(rowBits: rowBits, columns: 16)
        for part in 0..<4 {
            let first = part << rowBits
            let start = domain.point(at: first)
            for tile in 0..<2 {
                try transform.evaluateBlock(
                    tile: tile, of: coefficients, start: start, into: block, path: path)
                let some = (0..<block.rows).filter { $0 % 5 == part || $0 % 7 == 6 }
                let rows = try transform.evaluate(
                    rows: some, tile: tile, of: coefficients, start: start, scratch: scratch,
                    path: path)
                for (row, cells) in zip(some, rows) {
                    for column in 16 * tile..<min(19, 16 * tile + 16) {
                        #expect(cells[column % 16] == whole[first + row, column])
                    }
                }
            }
            for row in 0..<block.rows { #expect(block.row(row) == whole.row(first + row)) }
        }
    }

    @Test(arguments: KernelPath.supported, [0, 1, 4, 7])
    func `values in bit-reversed order are interpolated`(path: KernelPath, rowBits: Int) throws {
        var draws = Draws(seed: 72)
        let coefficients = try matrix(rowBits, 16, &draws)
        let transform = try NTT(rowBits: rowBits)
        let values = try ColumnTiles(rowBits: rowBits, columns: 16)
        try transform.evaluateBlock(
            tile: 0, of: coefficients, start: .one, into: values, path: .portable)
        try transform.interpolateReversed(tile: 0, of: values, path: path)
        for row in 0..<values.rows { #expect(values.row(row) == coefficients.row(row)) }
    }

    @Test(arguments: KernelPath.supported, [0, 1, 3, 5])
    func `a part of a block is its first rows`(path: KernelPath, bits: Int) throws {
        var draws = Draws(seed: 75)
        let coefficients = try matrix(5, 19, &draws)
        let transform = try NTT(rowBits: 5)
        let block = try ColumnTiles(rowBits: 5, columns: 19)
        let part = try matrix(6, 19, &draws)
        let before = part.row(9)
        for tile in 0..<2 {
            try transform.evaluateBlock(
                tile: tile, of: coefficients, start: .generator, into: block, path: .portable)
            try transform.evaluatePart(
                tile: tile, of: coefficients, start: .generator, bits: bits, into: part, from: 10,
                path: path)
        }
        for row in 0..<1 << bits { #expect(part.row(10 + row) == block.row(row)) }
        #expect(part.row(9) == before)
        #expect(throws: TilesError.self) {
            try transform.evaluatePart(
                tile: 0, of: coefficients, start: .generator, bits: 6, into: part, from: 0)
        }
        #expect(throws: TilesError.self) {
            try transform.evaluatePart(
                tile: 0, of: coefficients, start: .generator, bits: bits, into: part, from: 64)
        }
    }

    @Test func `rows' cells are written into columns that lie in two tiles`() throws {
        var draws = Draws(seed: 73)
        let cells = draws.elements(5 * 4)
        for column in [0, 11, 14, 27] {
            let matrix = try matrix(3, 32, &draws)
            let before = (0..<8).map { matrix.row($0) }
            matrix.write(cells, from: 3, column: column, width: 5)
            for row in 0..<8 {
                var wanted = before[row]
                if (3..<7).contains(row) {
                    let first = 5 * (row - 3)
                    wanted.replaceSubrange(column..<column + 5, with: cells[first..<first + 5])
                }
                #expect(matrix.row(row) == wanted)
            }
        }
    }

    @Test func `rows in bit-reversed order are added up`() throws {
        var draws = Draws(seed: 77)
        let domain = try EvaluationDomain(rowBits: 6, shift: .one)
        for (column, rows) in [(0, 64), (13, 50), (27, 1), (3, 0)] {
            let matrix = try matrix(6, 32, &draws)
            let before = (0..<64).map { matrix.row($0) }
            let total = matrix.addUp(rows: rows, column: column)
            var sum = [KoalaBear](repeating: .zero, count: 5)
            for place in 0..<64 {
                let row = domain.reversed(place)
                var wanted = before[row]
                if place < rows {
                    wanted.replaceSubrange(column..<column + 5, with: sum)
                    for part in 0..<5 { sum[part] += before[row][column + part] }
                }
                #expect(matrix.row(row) == wanted)
            }
            #expect(total.coefficients == sum)
        }
    }

    @Test(arguments: KernelPath.supported, [1, 2, 15, 16, 17, 50])
    func `rows of matrices are hashed as their bytes are`(path: KernelPath, rows: Int) throws {
        var draws = Draws(seed: 74)
        for widths in [[1], [13], [14], [16], [29], [180], [17, 15], [30, 1, 300]] {
            let matrices = try widths.map { try matrix(6, $0, &draws) }
            let digests = RowHash.digests(ofRows: 3..<3 + rows, of: matrices, tag: 7, path: path)
            for row in 0..<rows {
                var bytes: [UInt8] = [7]
                for some in matrices { bytes += some.bytes(ofRows: 3 + row..<4 + row) }
                let wanted = bytes.withUnsafeBytes {
                    RowHash.digests(
                        ofRows: $0, count: 1, bytesPerRow: bytes.count, stride: bytes.count,
                        prefix: [], path: .portable)
                }
                #expect(Array(digests[32 * row..<32 * row + 32]) == wanted)
            }
        }
    }

    @Test(arguments: KernelPath.supported, [0, 1, 63, 64, 65, 128, 130])
    func `sixteen rows and more are hashed as one is, whatever the prefix`(
        path: KernelPath, prefix: Int
    ) {
        let front = (0..<prefix).map { UInt8(truncatingIfNeeded: $0 * 7) }
        for width in [0, 8, 55, 64, 160, 200] {
            let rows = (0..<37 * width).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            let digests = rows.withUnsafeBytes {
                RowHash.digests(
                    ofRows: $0, count: 37, bytesPerRow: width, stride: width, prefix: front,
                    path: path)
            }
            for row in 0..<37 {
                let bytes = front + rows[width * row..<width * (row + 1)]
                let wanted = bytes.withUnsafeBytes {
                    RowHash.digests(
                        ofRows: $0, count: 1, bytesPerRow: bytes.count, stride: bytes.count,
                        prefix: [], path: .portable)
                }
                #expect(Array(digests[32 * row..<32 * row + 32]) == wanted)
            }
        }
    }

    @Test(arguments: KernelPath.supported)
    func `pairs are hashed alike on every path`(path: KernelPath) {
        let layer = (0..<64 * 45).map { UInt8(truncatingIfNeeded: $0 &* 131 >> 2) }
        #expect(
            RowHash.parents(of: layer, tag: 2, path: path)
                == RowHash.parents(of: layer, tag: 2, path: .portable))
    }

    @Test(arguments: KernelPath.supported)
    func `sums with coefficients of the extension are what their terms give`(
        path: KernelPath
    ) throws {
        var draws = Draws(seed: 75)
        for (count, rows) in [(0, 16), (1, 5), (7, 33), (8, 64), (9, 16), (40, 50), (17, 47)] {
            let registers = try Registers(count: 55, rows: rows, path: path)
            for register in 0..<50 {
                for row in 0..<rows { registers[register, row] = draws.edgy() }
            }
            let terms = (0..<count).map { place in
                (
                    register: place % 50,
                    coefficient: KoalaBear5(
                        draws.edgy(), draws.edgy(), draws.edgy(), draws.edgy(), draws.edgy())
                )
            }
            let constant = draws.extensionElement()
            registers.fillExtension(50, with: ExtensionSum(terms, constant: constant))
            for row in 0..<rows {
                let wanted = terms.reduce(constant) {
                    $0 + $1.coefficient * registers[$1.register, row]
                }
                for part in 0..<5 { #expect(registers[50 + part, row] == wanted[part]) }
            }
        }
    }

    @Test(arguments: KernelPath.supported)
    func `registers take sums of a tile, and go into cells and columns`(path: KernelPath) throws {
        var draws = Draws(seed: 76)
        let matrix = try matrix(6, 32, &draws)
        let registers = try Registers(count: 8, rows: 33, path: path)
        for register in 0..<8 { for row in 0..<33 { registers[register, row] = draws.edgy() } }
        func element(_ row: Int) -> KoalaBear5 {
            KoalaBear5(
                registers[1, row], registers[2, row], registers[3, row], registers[4, row],
                registers[5, row])
        }
        let scalars = (0..<16).map { _ in draws.extensionElement() }
        let wanted = (0..<33).map { row in
            (0..<16).reduce(element(row)) { $0 + scalars[$1] * matrix[row + 9, 16 + $1] }
        }
        registers.accumulate(tile: 1, of: matrix, from: 9, scalars: scalars, to: 1)
        #expect((0..<33).map { element($0) } == wanted)
        let column = try ExtensionColumn(rows: 64)
        registers.store(1, into: column, from: 20)
        #expect((0..<64).map { column[$0] == .zero } == (0..<64).map { !(20..<53).contains($0) })
        #expect((20..<53).map { column[$0] } == wanted)
        let before = (0..<64).map { matrix.row($0) }
        registers.store(1, width: 5, column: 13, of: matrix, from: 20)
        for row in 0..<64 {
            var cells = before[row]
            if (20..<53).contains(row) {
                cells.replaceSubrange(13..<18, with: wanted[row - 20].coefficients)
            }
            #expect(matrix.row(row) == cells)
        }
    }
}
