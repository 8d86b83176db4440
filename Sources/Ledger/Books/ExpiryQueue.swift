// SPDX-License-Identifier: Apache-2.0

/// Holds by the time at which they end; those of one time in the order in which they were made.
///
/// A binary heap. Holds that end early stay in it until their time comes: 16 bytes each.
struct ExpiryQueue: Sendable {
    private struct Entry: Sendable {
        let expires: Int64
        let hold: Int

        static func < (left: Entry, right: Entry) -> Bool {
            (left.expires, left.hold) < (right.expires, right.hold)
        }
    }

    private var heap: [Entry] = []

    mutating func insert(hold: Int, expires: Int64) {
        heap.append(Entry(expires: expires, hold: hold))
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes out the first hold that ends at this time or before; nil when there is none.
    mutating func next(at time: Int64) -> Int? {
        guard let first = heap.first, first.expires <= time else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            guard least != parent else { return first.hold }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
