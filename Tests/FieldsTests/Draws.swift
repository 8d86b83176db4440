// SPDX-License-Identifier: Apache-2.0
internal import Fields
internal import Foundation
internal import Testing

/// The same numbers in every run (SplitMix64; Steele, Lea and Flood 2014).
struct Draws {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func number(below limit: UInt64) -> UInt64 { next() % limit }

    mutating func element() -> KoalaBear { KoalaBear(reducing: next()) }

    mutating func elements(_ count: Int) -> [KoalaBear] { (0..<count).map { _ in element() } }

    /// One in four is an edge of the range.
    mutating func edgy() -> KoalaBear {
        let p = UInt64(KoalaBear.prime)
        let edges: [UInt64] = [0, 1, 2, p - 1, p - 2, p / 2, p / 2 + 1, 1 << 30, 0x1ff_fffe]
        let draw = next()
        guard draw & 3 == 0 else { return element() }
        return KoalaBear(reducing: edges[Int((draw >> 2) % UInt64(edges.count))])
    }

    mutating func extensionElement() -> KoalaBear5 {
        KoalaBear5(edgy(), edgy(), edgy(), edgy(), edgy())
    }
}

/// The files beside the tests.
enum Vectors {
    static func data(_ name: String) throws -> Data {
        let url = try #require(
            Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Vectors"))
        return try Data(contentsOf: url)
    }
}
