// SPDX-License-Identifier: Apache-2.0
internal import Testing

@testable import Fields

@Suite struct RegistersTests {
    @Test(arguments: KernelPath.supported, [1, 7, 8, 15, 16, 17, 64, 100])
    func `check 2: every operation is that of the elements, row by row`(
        path: KernelPath, rows: Int
    ) throws {
        var draws = Draws(seed: 51)
        let registers = try Registers(count: 24, rows: rows, path: path)
        for r in 0..<24 { for row in 0..<rows { registers[r, row] = draws.edgy() } }
        func column(_ r: Int) -> [KoalaBear] { (0..<rows).map { registers[r, $0] } }
        func element(_ r: Int, _ row: Int) -> KoalaBear5 {
            KoalaBear5(
                registers[r, row], registers[r + 1, row], registers[r + 2, row],
                registers[r + 3, row], registers[r + 4, row])
        }
        let (a, b, scalar) = (column(0), column(1), draws.edgy())

        registers.add(0, 1, into: 2)
        #expect(column(2) == (0..<rows).map { a[$0] + b[$0] })
        registers.subtract(0, 1, into: 3)
        #expect(column(3) == (0..<rows).map { a[$0] - b[$0] })
        registers.multiply(0, 1, into: 4)
        #expect(column(4) == (0..<rows).map { a[$0] * b[$0] })
        registers.multiply(0, by: scalar, into: 5)
        #expect(column(5) == a.map { $0 * scalar })
        let before = column(6)
        registers.addProduct(0, 1, to: 6)
        registers.addProduct(0, by: scalar, to: 6)
        #expect(column(6) == (0..<rows).map { before[$0] + a[$0] * b[$0] + a[$0] * scalar })

        let wide = draws.extensionElement()
        let expected = (0..<rows).map { element(7, $0) + wide * a[$0] }
        registers.addProduct(0, by: wide, to: 7)
        #expect((0..<rows).map { element(7, $0) } == expected)
        let products = (0..<rows).map { element(7, $0) * element(12, $0) }
        registers.multiplyExtension(7, 12, into: 17)
        #expect((0..<rows).map { element(17, $0) } == products)
        let squares = (0..<rows).map { element(7, $0).squared }
        registers.multiplyExtension(7, 7, into: 7)
        #expect((0..<rows).map { element(7, $0) } == squares)

        registers.fill(0, with: scalar)
        #expect(column(0) == [KoalaBear](repeating: scalar, count: rows))
        registers.add(1, 1, into: 1)
        #expect(column(1) == b.map { $0 + $0 })
        #expect(column(23) == column(23))
    }

    @Test(arguments: KernelPath.supported)
    func `words at the edges of their range pass every operation`(path: KernelPath) throws {
        let p = KoalaBear.prime
        let edges = [0, 1, 2, p - 1, p - 2, p / 2, p / 2 + 1, p / 2 + 2].map { KoalaBear(word: $0) }
        let registers = try Registers(count: 6, rows: 64, path: path)
        for row in 0..<64 {
            registers[0, row] = edges[row / 8]
            registers[1, row] = edges[row % 8]
            registers[5, row] = edges[row % 7]
        }
        registers.add(0, 1, into: 2)
        registers.subtract(0, 1, into: 3)
        registers.multiply(0, 1, into: 4)
        registers.addProduct(0, 1, to: 5)
        for row in 0..<64 {
            let (a, b) = (edges[row / 8], edges[row % 8])
            #expect(registers[2, row] == a + b && registers[3, row] == a - b)
            #expect(registers[4, row] == a * b && registers[5, row] == edges[row % 7] + a * b)
        }
        for scalar in edges {
            registers.multiply(0, by: scalar, into: 2)
            for row in 0..<64 { #expect(registers[2, row] == edges[row / 8] * scalar) }
        }
    }

    @Test(arguments: KernelPath.supported, [1, 5, 16, 33])
    func `rows of a tile go into registers and back`(path: KernelPath, rows: Int) throws {
        var draws = Draws(seed: 52)
        let matrix = try ColumnTiles(rowBits: 6, columns: 32)
        for row in 0..<64 { for c in 0..<32 { matrix[row, c] = draws.element() } }
        let registers = try Registers(count: 17, rows: rows, path: path)
        registers.load(tile: 1, of: matrix, from: 3, into: 1)
        for row in 0..<rows {
            for c in 0..<16 { #expect(registers[c + 1, row] == matrix[row + 3, c + 16]) }
        }
        let copy = try ColumnTiles(rowBits: 6, columns: 32)
        registers.store(1, tile: 0, of: copy, from: 9)
        for row in 0..<64 {
            for c in 0..<16 {
                let inside = (9..<9 + rows).contains(row)
                #expect(copy[row, c] == (inside ? matrix[row - 6, c + 16] : .zero))
            }
        }
    }

    @Test func `a register that does not exist is a bug`() async {
        await #expect(processExitsWith: .failure) {
            try Registers(count: 5, rows: 4).add(0, 1, into: 5)
        }
        await #expect(processExitsWith: .failure) {
            try Registers(count: 5, rows: 4).multiplyExtension(0, 0, into: 1)
        }
        #expect(throws: TilesError.shape(expected: 65536, got: 0)) {
            try Registers(count: 0, rows: 4)
        }
    }

    @Test(arguments: KernelPath.supported)
    func `a sum of registers is what its terms give, on every path and for every rest`(
        path: KernelPath
    ) throws {
        for (count, rows) in [(0, 16), (1, 5), (7, 33), (8, 64), (9, 16), (40, 50)] {
            let registers = try Registers(count: 50, rows: rows, path: path)
            for register in 0..<50 {
                for row in 0..<rows {
                    let number = UInt64(register * 977 + row) &* 0x9e37_79b9_7f4a_7c15
                    registers[register, row] = KoalaBear(reducing: number)
                }
            }
            let terms = (0..<count).map { place in
                // The ends of what is centred are among the coefficients.
                (
                    register: place % 49,
                    coefficient: [
                        .zero - .one, .one, KoalaBear(reducing: 0x3f80_0000 + UInt64(place)),
                    ][
                        place % 3]
                )
            }
            registers.fill(49, with: RegisterSum(terms, constant: .two))
            for row in 0..<rows {
                let wanted = terms.reduce(KoalaBear.two) {
                    $0 + registers[$1.register, row] * $1.coefficient
                }
                #expect(registers[49, row] == wanted)
            }
        }
    }
}
