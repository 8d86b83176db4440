// SPDX-License-Identifier: Apache-2.0
import Vault
import TestSupport

/// Columns that try an encoding's edges, by name.
enum NastyColumns {
    static let named: [(String, [Int64])] = [
        ("empty", []),
        ("one", [7]),
        ("one NULL", [Schema.null]),
        ("all NULL", Array(repeating: Schema.null, count: 1000)),
        ("constant", Array(repeating: -5, count: 1000)),
        ("constant largest", Array(repeating: .max, count: 9)),
        ("extremes", [.max, .min + 1, .max, .min + 1, 0, -1, 1]),
        ("extremes and NULL", [.max, .min, .min + 1, .min, 0]),
        ("two extremes", [.min + 1, .max]),
        ("widest with NULL", [.min, .max, .min + 1, .min + 2, .max - 1]),
        ("steps that overflow", [.max, .min + 1, .max - 1, .min + 2, .max - 2, .min + 3]),
        ("step equal to NULL", [0, .min + 1, 1, .min + 2, 2]),
        ("counting", (0..<777).map { Int64($0) }),
        ("counting down", (0..<777).map { -3 * Int64($0) }),
        ("hours", (0..<720).map { 1_460_419_200_000_000 + 3_600_000_000 * Int64($0) }),
        ("hours with gaps", (0..<720).map { 3_600_000_000 * Int64($0 + $0 / 50) }),
        ("multiples", (0..<100).map { 1_000_000 * Int64($0 * $0 * 37 % 11) }),
        ("long runs", (0..<5000).map { Int64($0 / 900) * (.max / 7) }),
        ("runs and NULL", (0..<3000).map { $0 / 500 % 2 == 0 ? Schema.null : Int64($0 / 500) }),
        ("booleans", (0..<65).map { Int64($0 * 7 % 3 == 0 ? 1 : 0) }),
        ("one outlier", (0..<300).map { $0 == 150 ? .max : Int64($0 % 4) }),
        ("powers", (0..<63).flatMap { [1 << Int64($0), -(1 << Int64($0))] }),
    ]

    /// A column of a random shape: width, NULLs, runs, order.
    static func random(using generator: inout Seeded) -> [Int64] {
        let count = Int.random(in: 0...300, using: &generator)
        let bits = Int.random(in: 0...64, using: &generator)
        let nulls = [0, 0, 5, 50].randomElement(using: &generator)!
        let run = [1, 1, 3, 40].randomElement(using: &generator)!
        let scale = [1, 1, 10, 86_400_000_000].randomElement(using: &generator)!
        var values: [Int64] = []
        while values.count < count {
            let raw = bits == 0 ? 0 : generator.next() >> UInt64(64 - bits)
            var value = Int64(bitPattern: raw) &* Int64(scale)
            if Int.random(in: 0..<100, using: &generator) < nulls { value = Schema.null }
            values += repeatElement(value, count: min(run, count - values.count))
        }
        return Bool.random(using: &generator) ? values.sorted() : values
    }
}
