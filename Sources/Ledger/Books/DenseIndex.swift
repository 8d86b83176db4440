// SPDX-License-Identifier: Apache-2.0

/// Spreads 128-bit ids over 64 bits.
///
/// Two folded multiplications, each a near-permutation, keyed by a seed: fast, the same on every
/// machine for the same seed, and not to be steered by someone who chooses ids but does not know
/// the seed. It decides where things lie in memory and never what an answer is.
struct Scatter: Sendable {
    private let first: UInt64
    private let second: UInt64

    init(seed: UInt64) {
        first = seed ^ 0x9e37_79b9_7f4a_7c15
        second = Scatter.fold(seed ^ 0xc2b2_ae3d_27d4_eb4f, 0xd6e8_feb8_6659_fd93)
    }

    @inline(__always) func hash(_ high: UInt64, _ low: UInt64) -> UInt64 {
        let once = Scatter.fold(high ^ first, 0xa076_1d64_78bd_642f)
        return Scatter.fold(low ^ once, 0xe703_7ed1_a0b4_28db) ^ second
    }

    @inline(__always) private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}

/// Numbers account ids from zero in the order of arrival, and finds the number of an id.
///
/// Open addressing with linear probing, at most half full: 16 bytes for the id and 8 to 16 for
/// its place in the table.
struct DenseIndex: Sendable {
    private(set) var ids: [AccountID] = []
    /// The number plus one; zero for an empty place.
    private var places: [UInt32] = Array(repeating: 0, count: 16)
    private let scatter: Scatter

    init(_ scatter: Scatter) { self.scatter = scatter }

    var count: Int { ids.count }

    /// The number of an id; nil when it never arrived.
    @inline(__always) func find(_ id: AccountID) -> Int? {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: scatter.hash(id.high, id.low)) & mask
        while true {
            let held = places[place]
            if held == 0 { return nil }
            if ids[Int(held) - 1] == id { return Int(held) - 1 }
            place = (place + 1) & mask
        }
    }

    /// Numbers an id.
    ///
    /// - Requires: the id is new, and fewer than 2^32 − 1 came before.
    mutating func insert(_ id: AccountID) -> Int {
        ids.append(id)
        if ids.count * 2 > places.count { grow() } else { place(ids.count - 1) }
        return ids.count - 1
    }

    private mutating func place(_ number: Int) {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: scatter.hash(ids[number].high, ids[number].low)) & mask
        while places[place] != 0 { place = (place + 1) & mask }
        places[place] = UInt32(number + 1)
    }

    private mutating func grow() {
        places = Array(repeating: 0, count: places.count * 2)
        for number in ids.indices { place(number) }
    }
}
