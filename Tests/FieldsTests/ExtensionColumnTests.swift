// SPDX-License-Identifier: Apache-2.0
internal import Testing

@testable import Fields

@Suite struct ExtensionColumnTests {
    private func elements(_ count: Int, seed: UInt64) -> [KoalaBear5] {
        var draws = Draws(seed: seed)
        return (0..<count).map { _ in
            draws.number(below: 8) == 0 ? .zero : draws.extensionElement()
        }
    }

    @Test(arguments: KernelPath.supported, [1, 3, 8, 16, 17, 200])
    func `check 2: products and sums are those of the rows`(path: KernelPath, rows: Int) throws {
        let (a, b) = (elements(rows, seed: 61), elements(rows, seed: 62))
        let range = rows / 3..<rows
        let column = try ExtensionColumn(a)
        column.multiply(by: try ExtensionColumn(b), rows: range, path: path)
        for row in 0..<rows {
            #expect(column[row] == (range.contains(row) ? a[row] * b[row] : a[row]))
        }
        let sum = try ExtensionColumn(a)
        sum.add(try ExtensionColumn(b), rows: range, path: path)
        sum.add(b[0], rows: 0..<rows, path: path)
        for row in 0..<rows {
            #expect(sum[row] == (range.contains(row) ? a[row] + b[row] : a[row]) + b[0])
        }
    }

    @Test(arguments: KernelPath.supported, [1, 2, 15, 16, 17, 511, 512, 513, 1100])
    func `check 2: inverting a column inverts each row and leaves zeros`(
        path: KernelPath, rows: Int
    ) throws {
        let a = elements(rows, seed: 63)
        let column = try ExtensionColumn(a)
        column.invert(rows: 0..<rows, path: path)
        for row in 0..<rows { #expect(column[row] == a[row].inverseOrZero) }
        column.invert(rows: 0..<rows, path: path)
        #expect(column.elements == a)
    }

    @Test(arguments: KernelPath.supported)
    func `check 2: batching adds the combination of sixteen columns`(path: KernelPath) throws {
        var draws = Draws(seed: 64)
        let matrix = try ColumnTiles(rowBits: 6, columns: 27)
        for row in 0..<64 { for c in 0..<27 { matrix[row, c] = draws.edgy() } }
        let start = elements(64, seed: 65)
        let scalars = elements(16, seed: 66)
        for range in [0..<64, 5..<44, 63..<64, 0..<0] {
            let column = try ExtensionColumn(start)
            column.accumulate(tile: 1, of: matrix, scalars: scalars, rows: range, path: path)
            for row in 0..<64 {
                var expected = start[row]
                if range.contains(row) {
                    for c in 16..<27 { expected += scalars[c - 16] * matrix[row, c] }
                }
                #expect(column[row] == expected)
            }
        }
    }

    @Test(arguments: KernelPath.supported)
    func `the largest words do not overflow a batch`(path: KernelPath) throws {
        let p = KoalaBear.prime
        for word in [p - 1, p / 2, p / 2 + 1] {
            let w = KoalaBear(word: word)
            let matrix = try ColumnTiles(rowBits: 4, columns: 16)
            for row in 0..<16 { for c in 0..<16 { matrix[row, c] = w } }
            let scalar = KoalaBear5(w, w, w, w, w)
            let scalars = [KoalaBear5](repeating: scalar, count: 16)
            let column = try ExtensionColumn(rows: 16)
            column.accumulate(tile: 0, of: matrix, scalars: scalars, rows: 0..<16, path: path)
            let sixteen = KoalaBear(reducing: 16)
            for row in 0..<16 { #expect(column[row] == scalar * w * sixteen) }
            let weights = try ExtensionColumn(scalars)
            let sums = matrix.combination(tile: 0, weights: weights, path: path)
            #expect(sums == [KoalaBear5](repeating: scalar * w * sixteen, count: 16))
            column.multiply(by: column, rows: 0..<16, path: path)
            #expect(column[3] == (scalar * w * sixteen).squared)
        }
    }

    @Test(arguments: KernelPath.supported)
    func `check 2: combining rows with powers evaluates the polynomials`(path: KernelPath) throws {
        var draws = Draws(seed: 67)
        for bits in [0, 2, 3, 5, 7] {
            let matrix = try ColumnTiles(rowBits: bits, columns: 19)
            for row in 0..<matrix.rows { for c in 0..<19 { matrix[row, c] = draws.edgy() } }
            let x = draws.extensionElement()
            let powers = try ExtensionColumn(powersOf: x, rows: matrix.rows)
            let sums = (0..<2).flatMap { matrix.combination(tile: $0, weights: powers, path: path) }
            for c in 0..<32 {
                let value = (0..<matrix.rows).reversed().reduce(KoalaBear5.zero) {
                    $0 * x + (c < 19 ? matrix[$1, c] : .zero)
                }
                #expect(sums[c] == value)
            }
        }
    }

    @Test(arguments: KernelPath.supported)
    func `folding gives the values of the folded polynomial`(path: KernelPath) throws {
        var draws = Draws(seed: 68)
        let ntt = try NTT(rowBits: 9)
        for bits in [3, 4, 6, 9] {
            let coefficients = (0..<1 << (bits - 1)).map { _ in draws.extensionElement() }
            let beta = draws.extensionElement()
            let domain = try EvaluationDomain(rowBits: bits, shift: .generator)
            let column = try ExtensionColumn(ntt.evaluate(coefficients, on: domain))

            func folded(by arity: Int) -> [KoalaBear5] {
                (0..<(coefficients.count + arity - 1) / arity).map { i in
                    (0..<arity).reversed().reduce(KoalaBear5.zero) { sum, j in
                        let k = arity * i + j
                        return sum * beta + (k < coefficients.count ? coefficients[k] : .zero)
                    }
                }
            }
            let half = try column.folded(on: domain, by: beta, path: path)
            #expect(try half.elements == ntt.evaluate(folded(by: 2), on: domain.squared))
            let eighth = try column.foldedByEight(on: domain, by: beta, path: path)
            let small = domain.squared.squared.squared
            #expect(
                try small
                    == EvaluationDomain(rowBits: bits - 3, shift: KoalaBear.generator.power(8)))
            #expect(try eighth.elements == ntt.evaluate(folded(by: 8), on: small))
        }
    }

    @Test(arguments: KernelPath.supported)
    func `rows are written as canonical numbers`(path: KernelPath) throws {
        let a = elements(37, seed: 69)
        let column = try ExtensionColumn(a)
        for range in [0..<37, 3..<20, 36..<37, 5..<5] {
            #expect(column.bytes(ofRows: range, path: path) == a[range].flatMap(\.bytes))
        }
    }

    @Test func `powers and points make columns`() throws {
        var draws = Draws(seed: 70)
        let x = draws.extensionElement()
        let powers = try ExtensionColumn(powersOf: x, rows: 9)
        let domain = try EvaluationDomain(rowBits: 4, shift: .generator)
        let points = try ExtensionColumn(pointsOf: domain, minus: x)
        for row in 0..<9 { #expect(powers[row] == x.power(UInt64(row))) }
        for row in 0..<16 { #expect(points[row] == KoalaBear5(domain.point(at: row)) - x) }
    }

    @Test func `shapes that do not fit are errors`() throws {
        let column = try ExtensionColumn(rows: 4)
        let domain = try EvaluationDomain(rowBits: 3, shift: .one)
        #expect(throws: TilesError.shape(expected: 8, got: 4)) {
            try column.folded(on: domain, by: .one)
        }
        #expect(throws: TilesError.shape(expected: 8, got: 4)) {
            try column.foldedByEight(on: domain.squared, by: .one)
        }
        #expect(throws: TilesError.rowBits(25)) { try EvaluationDomain(rowBits: 25, shift: .one) }
        #expect(throws: TilesError.zeroShift) { try EvaluationDomain(rowBits: 2, shift: .zero) }
        #expect(throws: TilesError.shape(expected: 1 << 24, got: 0)) {
            try ExtensionColumn(rows: 0)
        }
    }
}
