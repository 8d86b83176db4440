// SPDX-License-Identifier: Apache-2.0

/// Records from the earliest commitment to the latest.
public struct CommitmentOrder: Sendable, Hashable {
    /// The places of the records, the earliest first.
    public let places: [Int]
    /// How many records are earlier, for each record.
    public let ranks: [Int]

    /// Takes when each record was committed to, in any unit; of equal times the record that comes first
    /// is the earlier one.
    public init(times: [UInt64]) {
        places = times.indices.sorted {
            times[$0] == times[$1] ? $0 < $1 : times[$0] < times[$1]
        }
        var ranks = [Int](repeating: 0, count: times.count)
        for (rank, place) in places.enumerated() { ranks[place] = rank }
        self.ranks = ranks
    }

    /// Records that come in the order in which they were committed to.
    public init(count: Int) {
        places = Array(0..<count)
        ranks = places
    }

    /// Refuses an order of another number of records.
    func check(_ records: Int) throws(ValueError) {
        guard places.count == records else {
            throw .shape("commitments", expected: records, got: places.count)
        }
    }
}
