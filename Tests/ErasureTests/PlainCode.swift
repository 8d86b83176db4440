// SPDX-License-Identifier: Apache-2.0

@testable import Erasure

/// The field and the code by their definitions: slow, and nothing to get wrong.
enum PlainCode {
    /// The element as a polynomial over {0, 1}.
    static func polynomial(_ symbol: Symbol) -> UInt32 {
        (0..<16).reduce(UInt32(0)) { sum, bit in
            symbol.bits >> UInt16(bit) & 1 == 1 ? sum ^ UInt32(SymbolTables.basis[bit]) : sum
        }
    }

    /// The product of two polynomials modulo x¹⁶ + x⁵ + x³ + x² + 1.
    static func product(_ left: UInt32, _ right: UInt32) -> UInt32 {
        var product: UInt32 = 0
        for bit in (0..<16).reversed() {
            product <<= 1
            if product > 0xffff { product ^= 0x1002d }
            if right >> UInt32(bit) & 1 == 1 { product ^= left }
        }
        return product
    }

    /// The inverse: the power of 2¹⁶ - 2, by squaring.
    static func inverse(_ symbol: Symbol) -> Symbol {
        var (result, square) = (Symbol.one, symbol)
        for _ in 1..<16 {
            square = square * square
            result = result * square
        }
        return result
    }

    /// The value at a point of the polynomial through others (Lagrange).
    static func value(at point: Int, through values: [(point: Int, value: Symbol)]) -> Symbol {
        let x = Symbol(UInt16(point))
        var sum = Symbol.zero
        for (i, (own, value)) in values.enumerated() {
            var term = value
            for (j, (other, _)) in values.enumerated() where i != j {
                let e = Symbol(UInt16(other))
                term = term * (x + e) * inverse(Symbol(UInt16(own)) + e)
            }
            sum = sum + term
        }
        return sum
    }

    /// The symbols of bytes.
    static func symbols(_ bytes: some Collection<UInt8>) -> [Symbol] {
        let bytes = Array(bytes)
        return stride(from: 0, to: bytes.count, by: 2).map {
            Symbol(UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
        }
    }
}

extension Array {
    /// The array cut into so many equal parts.
    func cut(into count: Int) -> [[Element]] {
        let size = self.count / count
        return (0..<count).map { Array(self[$0 * size..<($0 + 1) * size]) }
    }
}

extension CodedBlob {
    /// All chunks in order.
    func allChunks() throws -> [Chunk] {
        var chunks: [Chunk] = []
        for index in 0..<chunkCount { chunks.append(try chunk(index)) }
        return chunks
    }
}
