// SPDX-License-Identifier: Apache-2.0

/// Puts rows in the order of their squared distances, equal ones by their place.
///
/// A code of up to 22 bits, the distance's exponent and first digits below the largest one, is sorted
/// by two counting passes; the few rows that share a code are then put right by their whole distances.
/// O(N) unless most rows share codes, which outliers 256 times as far as the rest bring about;
/// O(N log N) then.
struct DistanceOrder {
    /// The rows from near to far: the code in the high half, the row in the low half.
    private(set) var items: [UInt64]
    private var spare: [UInt64]
    private var counts: [UInt32]
    private let bits: Int

    /// Makes room for so many rows, below 2^31.
    init(rows: Int) {
        let size = Int.bitWidth - max(1, rows).leadingZeroBitCount
        bits = min(11, (size + 6) / 2)
        items = [UInt64](repeating: 0, count: rows)
        spare = items
        counts = [UInt32](repeating: 0, count: 2 << bits)
    }

    /// Sorts. The distances are finite and not negative.
    mutating func sort(_ distances: UnsafePointer<Double>) {
        let rows = items.count
        guard rows > 0 else { return }
        var (least, most) = (UInt64.max, UInt64.min)
        var row = 0
        while row < rows {
            let pattern = distances[row].bitPattern
            least = min(least, pattern)
            most = max(most, pattern)
            row &+= 1
        }
        // Eight powers of two below the largest distance keep enough digits; what is nearer is put
        // right by comparing.
        least = max(least, most - min(most, 1 << 55))
        let span = UInt64.bitWidth - (most - least).leadingZeroBitCount
        let shift = UInt64(max(0, span - 2 * bits))
        let (bits, mask) = (UInt64(bits), UInt64(1) << UInt64(bits) - 1)
        items.withUnsafeMutableBufferPointer { items in
            spare.withUnsafeMutableBufferPointer { spare in
                counts.withUnsafeMutableBufferPointer { counts in
                    guard let items = items.baseAddress, let spare = spare.baseAddress,
                        let low = counts.baseAddress
                    else { return }
                    let high = low + 1 << Int(bits)
                    low.update(repeating: 0, count: counts.count)
                    var row = 0
                    while row < rows {
                        let pattern = max(distances[row].bitPattern, least)
                        let code = (pattern &- least) &>> shift
                        low[Int(truncatingIfNeeded: code & mask)] &+= 1
                        high[Int(truncatingIfNeeded: code &>> bits)] &+= 1
                        items[row] = code &<< 32 | UInt64(truncatingIfNeeded: row)
                        row &+= 1
                    }
                    Self.scatter(items, spare, rows, low, shift: 32, mask: mask)
                    Self.scatter(spare, items, rows, high, shift: 32 + bits, mask: mask)
                    Self.putRight(items, rows, distances)
                }
            }
        }
    }

    /// One counting pass: stable, so rows of one code stay in the order of their places.
    private static func scatter(
        _ from: UnsafeMutablePointer<UInt64>, _ to: UnsafeMutablePointer<UInt64>, _ rows: Int,
        _ counts: UnsafeMutablePointer<UInt32>, shift: UInt64, mask: UInt64
    ) {
        var total: UInt32 = 0
        var bin = 0
        while bin <= Int(mask) {
            let count = counts[bin]
            counts[bin] = total
            total &+= count
            bin &+= 1
        }
        var place = 0
        while place < rows {
            let item = from[place]
            let bin = Int(truncatingIfNeeded: item &>> shift & mask)
            to[Int(counts[bin])] = item
            counts[bin] &+= 1
            place &+= 1
        }
    }

    /// Sorts each run of rows that share a code by the whole distances.
    private static func putRight(
        _ items: UnsafeMutablePointer<UInt64>, _ rows: Int, _ distances: UnsafePointer<Double>
    ) {
        var start = 0
        while start < rows {
            var end = start &+ 1
            let code = items[start] &>> 32
            while end < rows, items[end] &>> 32 == code { end &+= 1 }
            if end - start > 1 {
                if end - start <= 32 {
                    insert(items + start, end - start, distances)
                } else {
                    sortLong(items + start, end - start, distances)
                }
            }
            start = end
        }
    }

    @inline(__always)
    private static func row(_ item: UInt64) -> Int { Int(truncatingIfNeeded: item & 0xffff_ffff) }

    private static func insert(
        _ run: UnsafeMutablePointer<UInt64>, _ count: Int, _ distances: UnsafePointer<Double>
    ) {
        var next = 1
        while next < count {
            let item = run[next]
            let distance = distances[row(item)]
            var place = next
            while place > 0, distances[row(run[place &- 1])] > distance {
                run[place] = run[place &- 1]
                place &-= 1
            }
            run[place] = item
            next &+= 1
        }
    }

    private static func sortLong(
        _ run: UnsafeMutablePointer<UInt64>, _ count: Int, _ distances: UnsafePointer<Double>
    ) {
        var place = 1
        while place < count, distances[row(run[place &- 1])] <= distances[row(run[place])] {
            place &+= 1
        }
        guard place < count else { return }
        var items = UnsafeMutableBufferPointer(start: run, count: count)
        items.sort {
            let (left, right) = (distances[row($0)], distances[row($1)])
            return left == right ? $0 < $1 : left < right
        }
    }
}
