// SPDX-License-Identifier: Apache-2.0
internal import Privacy

/// The sum of a block's clipped contributions, for every radius that may yet be chosen.
///
/// A block with a ladder keeps, for each rung, the sum of those contributions whose norm lies between
/// this radius and the one below (`whole`), and the sum of the same scaled down to the lowest radius
/// (`low`). With rung j chosen, the sum of all contributions clipped to its radius is Σ whole up to j
/// and 2^j · Σ low beyond j: every contributor is in it once, with a norm of at most that radius.
struct BlockSum: Sendable {
    let width: Int
    let bound: ContributionBound
    /// By rung; one for a fixed radius.
    private(set) var whole: [[Int64]]
    /// By rung, and at last for norms above the highest radius; empty for a fixed radius.
    private(set) var low: [[Int64]]
    /// By rung as ``low``: how many contributors, in units of ``ClipEstimate/unit``. One contributor adds
    /// one unit, to one of them.
    private(set) var counts: [Int64]
    /// By rung as ``low``: their norms, each as a part of its rung's radius, in the same units. One
    /// contributor adds at most one unit, to one of them.
    private(set) var parts: [Int64]

    init(_ block: StudyBlock, groups: Int) {
        width = block.width
        bound = block.bound
        let room = [Int64](repeating: 0, count: width * groups)
        switch bound {
        case .fixed:
            (whole, low, counts, parts) = ([room], [], [], [])
        case .ladder(let ladder):
            whole = Array(repeating: room, count: ladder.rungs)
            low = Array(repeating: room, count: ladder.rungs + 1)
            counts = [Int64](repeating: 0, count: ladder.rungs + 1)
            parts = counts
        }
    }

    /// Gives one more group its numbers.
    mutating func grow() {
        for place in whole.indices {
            whole[place].append(contentsOf: repeatElement(0, count: width))
        }
        for place in low.indices { low[place].append(contentsOf: repeatElement(0, count: width)) }
    }

    /// A contribution, and what scales it down.
    struct Scaled {
        let numbers: UnsafeBufferPointer<Int64>
        let norm: L2Shrink.Norm
        let factor: UInt64

        /// Adds it, scaled, to sums at these places, or to all of them.
        func add(to sums: inout [Int64], width: Int, at places: [Int]?) {
            sums.withUnsafeMutableBufferPointer { sums in
                guard let places else {
                    return L2Shrink.add(numbers, of: norm, times: factor, to: sums)
                }
                BlockSum.each(numbers.count, width, places) { number, place in
                    sums[place] &+= L2Shrink.scaled(numbers[number], by: factor)
                }
            }
        }
    }

    /// Adds a contribution scaled to the fixed radius. Cannot overflow: see ``StudyPlan``.
    mutating func add(_ scaled: Scaled, at places: [Int]?) {
        scaled.add(to: &whole[0], width: width, at: places)
    }

    /// Adds the few numbers of a contribution that stand at some places, scaled to the fixed radius.
    mutating func add(_ numbers: UnsafeBufferPointer<Int64>, times factor: UInt64, at places: [Int])
    {
        for (number, place) in zip(numbers, places) {
            whole[0][place] &+= L2Shrink.scaled(number, by: factor)
        }
    }

    /// Adds a contribution that belongs to a rung, as it is and scaled to the lowest radius.
    ///
    /// - Parameter part: its norm as a part of the rung's radius.
    mutating func add(_ scaled: Scaled, rung: Int, part: Int64, at places: [Int]?) {
        // A contribution above every radius is never let out as it is: zeros are added for it, in the
        // time that it would take.
        let isWithin: Int64 = rung < whole.count ? -1 : 0
        let (width, numbers) = (width, scaled.numbers)
        whole[min(rung, whole.count - 1)].withUnsafeMutableBufferPointer { sums in
            BlockSum.each(numbers.count, width, places) { sums[$1] &+= numbers[$0] & isWithin }
        }
        scaled.add(to: &low[rung], width: width, at: places)
        // Whoever gives nothing, as most do where a WHERE drops nearly everybody, is none of those whose
        // norms are looked at. A part is 0 for a norm of 0 only.
        counts[rung] &+= ClipEstimate.unit & (part == 0 ? 0 : -1)
        parts[rung] &+= part
    }

    /// Calls with the place of each number and of the sum that it belongs to.
    @inline(__always)
    private static func each(
        _ count: Int, _ width: Int, _ places: [Int]?, _ body: (_ number: Int, _ place: Int) -> Void
    ) {
        guard let places else {
            for number in 0..<count { body(number, number) }
            return
        }
        for (group, place) in places.enumerated() {
            for number in 0..<width { body(group * width + number, place * width + number) }
        }
    }

    private static func add(
        _ numbers: [Int64], to sums: inout [Int64], width: Int, at places: [Int]?
    ) {
        sums.withUnsafeMutableBufferPointer { sums in
            each(numbers.count, width, places) { sums[$1] &+= numbers[$0] }
        }
    }

    /// Adds another sum, whose group at each place stands here at `places`.
    mutating func merge(_ other: BlockSum, at places: [Int]?) {
        for rung in whole.indices {
            BlockSum.add(other.whole[rung], to: &whole[rung], width: width, at: places)
        }
        for rung in low.indices {
            BlockSum.add(other.low[rung], to: &low[rung], width: width, at: places)
        }
        for rung in counts.indices {
            counts[rung] &+= other.counts[rung]
            parts[rung] &+= other.parts[rung]
        }
    }

    /// The sum of all contributions clipped to the radius of a rung.
    func sums(at rung: Int) -> [Int64] {
        var sums = whole[0]
        for higher in whole.indices.dropFirst() where higher <= rung {
            for place in sums.indices { sums[place] &+= whole[higher][place] }
        }
        for higher in low.indices where higher > rung {
            for place in sums.indices { sums[place] &+= low[higher][place] << Int64(rung) }
        }
        return sums
    }
}
