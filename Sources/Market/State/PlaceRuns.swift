// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// Rising places in a register, kept as runs: a cohort is nearly everybody, so it takes a few
/// hundred bytes where a list takes eight for each member.
package struct PlaceRuns: Hashable, Sendable {
    /// Runs in rising order, with a gap between any two.
    private var runs: [Range<UInt32>] = []
    /// How many places there are.
    package private(set) var count = 0

    /// No places.
    package init() {}

    /// Takes places that rise and are below 2^32 - 1.
    package init(_ places: [Int]) {
        for place in places { append(UInt32(place)) }
    }

    private mutating func append(_ place: UInt32) {
        if let last = runs.last, last.upperBound == place {
            runs[runs.count - 1] = last.lowerBound..<(place + 1)
        } else {
            runs.append(place..<(place + 1))
        }
        count += 1
    }

    /// All places, rising.
    package var places: [Int] { runs.flatMap { $0.map(Int.init) } }

    /// Whether the place is one of them. Cost: logarithmic in the runs.
    package func contains(_ place: Int) -> Bool {
        var (low, high) = (0, runs.count)
        while low < high {
            let middle = (low + high) / 2
            if Int(runs[middle].upperBound) <= place { low = middle + 1 } else { high = middle }
        }
        return low < runs.count && runs[low].contains(UInt32(clamping: place))
    }

    /// Writes the number of runs, and of each the gap before it and its length, as varints.
    func write(to writer: inout ByteWriter) {
        writer.write(varint: UInt64(runs.count))
        var end: UInt32 = 0
        for run in runs {
            writer.write(varint: UInt64(run.lowerBound - end))
            writer.write(varint: UInt64(run.count))
            end = run.upperBound
        }
    }

    /// Reads what ``write(to:)`` wrote; all places are below a bound.
    init(from reader: inout ByteReader, below bound: Int) throws(FormatError) {
        let count = try reader.readVarint()
        guard count <= UInt64(reader.left) else {
            throw FormatError("more runs than there are bytes", at: reader.offset)
        }
        var end: UInt64 = 0
        for number in 0..<count {
            let start = reader.offset
            let (gap, length) = (try reader.readVarint(), try reader.readVarint())
            guard gap <= UInt64(bound), length <= UInt64(bound), length > 0,
                gap > 0 || number == 0, end + gap + length <= UInt64(bound)
            else { throw FormatError("a run of places that cannot be", at: start) }
            let first = UInt32(end + gap)
            runs.append(first..<(first + UInt32(length)))
            self.count += Int(length)
            end += gap + length
        }
    }
}
