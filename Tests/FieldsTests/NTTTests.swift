// SPDX-License-Identifier: Apache-2.0
internal import Testing

@testable import Fields

@Suite struct NTTTests {
    /// Fills a matrix, edges among the cells.
    private func matrix(rowBits: Int, columns: Int, seed: UInt64) throws -> ColumnTiles {
        let matrix = try ColumnTiles(rowBits: rowBits, columns: columns)
        var draws = Draws(seed: seed)
        for row in 0..<matrix.rows { for c in 0..<columns { matrix[row, c] = draws.edgy() } }
        return matrix
    }

    private func horner(_ coefficients: [KoalaBear], at x: KoalaBear) -> KoalaBear {
        coefficients.reversed().reduce(.zero) { $0 * x + $1 }
    }

    @Test(arguments: KernelPath.supported)
    func `check 2: interpolation gives the polynomial with these values`(path: KernelPath) throws {
        for bits in 0...8 {
            let values = try matrix(rowBits: bits, columns: 18, seed: UInt64(bits))
            let columns = (0..<18).map { values.column($0) }
            try NTT(rowBits: bits + bits % 3).interpolate(values, path: path)
            let root = try #require(KoalaBear.rootOfUnity(log: bits))
            for column in [0, 7, 15, 16, 17] {
                let coefficients = values.column(column)
                for row in 0..<values.rows {
                    let x = root.power(UInt64(row))
                    #expect(horner(coefficients, at: x) == columns[column][row])
                }
            }
        }
    }

    @Test(arguments: KernelPath.supported)
    func `check 2: row k of an extension is the value at shift g^reversed(k)`(path: KernelPath)
        throws
    {
        for (bits, blowup) in [(0, 0), (0, 2), (1, 1), (3, 2), (5, 0), (6, 3), (8, 1)] {
            let coefficients = try matrix(rowBits: bits, columns: 20, seed: UInt64(bits))
            for shift in [KoalaBear.one, .generator] {
                let extended = try NTT(rowBits: 9).extend(
                    coefficients, blowupBits: blowup, shift: shift, path: path)
                let domain = try EvaluationDomain(rowBits: bits + blowup, shift: shift)
                #expect(extended.rowBits == bits + blowup)
                for column in [0, 15, 16, 19] {
                    let polynomial = coefficients.column(column)
                    for row in 0..<extended.rows {
                        let x = domain.point(at: row)
                        #expect(horner(polynomial, at: x) == extended[row, column])
                    }
                }
            }
        }
    }

    @Test func `check 2: all paths and thread orders give the same words on larger columns`() throws
    {
        for bits in [9, 10, 11, 12, 13] {
            let ntt = try NTT(rowBits: bits + 1)
            var results: [[UInt32]] = []
            for path in KernelPath.supported {
                let values = try matrix(rowBits: bits, columns: 33, seed: 5)
                for tile in (0..<3).reversed() {
                    try ntt.interpolate(tile: tile, of: values, path: path)
                }
                let extended = try ntt.extend(
                    values, blowupBits: 1, shift: .generator, path: path)
                results.append((0..<extended.wordCount).map { extended.words[$0] })
            }
            for result in results { #expect(result == results[0]) }
        }
    }

    @Test func `check 2: extending and interpolating on the coset is nothing`() throws {
        var draws = Draws(seed: 31)
        let ntt = try NTT(rowBits: 12)
        for bits in [0, 1, 5, 12] {
            let coefficients = (0..<1 << bits).map { _ in draws.extensionElement() }
            let domain = try EvaluationDomain(rowBits: bits, shift: KoalaBear(reducing: 7))
            let values = try ntt.evaluate(coefficients, on: domain)
            #expect(try ntt.interpolate(values, on: domain) == coefficients)
        }
    }

    @Test func `an extension polynomial has its values in the order of the domain`() throws {
        var draws = Draws(seed: 32)
        let coefficients = (0..<11).map { _ in draws.extensionElement() }
        let domain = try EvaluationDomain(rowBits: 5, shift: .generator)
        let values = try NTT(rowBits: 5).evaluate(coefficients, on: domain)
        for row in 0..<32 {
            let x = domain.point(at: row)
            #expect(values[row] == coefficients.reversed().reduce(.zero) { $0 * x + $1 })
        }
    }

    @Test func `the columns past the last stay zero`() throws {
        let coefficients = try matrix(rowBits: 6, columns: 3, seed: 9)
        let extended = try NTT(rowBits: 8).extend(coefficients, blowupBits: 2, shift: .generator)
        for row in 0..<extended.rows {
            for c in 3..<16 { #expect(extended.words[16 * row + c] == 0) }
        }
    }

    @Test func `check 2: bit reversal orders the points in groups that fold`() throws {
        for bits in 3...9 {
            let domain = try EvaluationDomain(rowBits: bits, shift: .generator)
            let points = domain.points
            let folded = try EvaluationDomain(
                rowBits: bits - 3, shift: KoalaBear.generator.power(8))
            for row in 0..<domain.rows {
                #expect(points[row] == domain.point(at: row))
                #expect(domain.reversed(domain.reversed(row)) == row)
                #expect(points[row].power(8) == folded.point(at: row / 8))
                let next = domain.row(after: row, steps: 4)
                let root = KoalaBear.rootOfUnity(log: bits) ?? .zero
                #expect(points[next] == points[row] * root.power(4))
            }
        }
    }

    @Test func `shapes that do not fit are errors`() throws {
        #expect(throws: TilesError.rowBits(25)) { try NTT(rowBits: 25) }
        #expect(throws: TilesError.rowBits(-1)) { try ColumnTiles(rowBits: -1, columns: 1) }
        #expect(throws: TilesError.columns(0)) { try ColumnTiles(rowBits: 1, columns: 0) }
        let ntt = try NTT(rowBits: 3)
        let four = try ColumnTiles(rowBits: 4, columns: 1)
        #expect(throws: TilesError.tooManyRows(bits: 4, limit: 3)) { try ntt.interpolate(four) }
        let three = try ColumnTiles(rowBits: 3, columns: 1)
        let wide = try ColumnTiles(rowBits: 4, columns: 2)
        #expect(throws: TilesError.shape(expected: 1, got: 2)) {
            try ntt.evaluate(tile: 0, of: three, shift: .one, into: wide)
        }
        #expect(throws: TilesError.rowBits(27)) {
            try ntt.extend(three, blowupBits: 24, shift: .one)
        }
    }

    @Test(arguments: KernelPath.supported)
    func `an extension in its own order becomes coefficients again, times its rows and shift`(
        path: KernelPath
    ) throws {
        let coefficients = try ColumnTiles(rowBits: 5, columns: 3)
        for row in 0..<32 {
            for column in 0..<3 {
                let number = UInt64(row * 3 + column) &* 0x9e37_79b9_7f4a_7c15
                coefficients[row, column] = KoalaBear(reducing: number)
            }
        }
        let shift = KoalaBear.generator
        let values = try NTT(rowBits: 7).extend(
            coefficients, blowupBits: 2, shift: shift, path: path)
        try NTT(rowBits: 7).interpolateExtension(tile: 0, of: values, path: path)
        for row in 0..<128 {
            let factor = KoalaBear(reducing: 128) * shift.power(UInt64(row))
            for column in 0..<3 {
                let wanted = row < 32 ? coefficients[row, column] * factor : .zero
                #expect(values[row, column] == wanted)
            }
        }
    }

    @Test func `a trace is extended tile by tile as by coefficients`() throws {
        let trace = try ColumnTiles(rowBits: 5, columns: 20)
        for row in 0..<32 {
            for column in 0..<20 {
                let number = UInt64(row * 20 + column) &* 0x9e37_79b9_7f4a_7c15
                trace[row, column] = KoalaBear(reducing: number)
            }
        }
        let transform = try NTT(rowBits: 7)
        let values = try ColumnTiles(rowBits: 7, columns: 20)
        let scratch = try ColumnTiles(rowBits: 5, columns: 16)
        for tile in 0..<2 {
            try transform.extend(
                tile: tile, of: trace, shift: .generator, into: values, scratch: scratch)
        }
        try transform.interpolate(trace)
        let wanted = try transform.extend(trace, blowupBits: 2, shift: .generator)
        #expect((0..<128).allSatisfy { values.row($0) == wanted.row($0) })
    }
}
