// SPDX-License-Identifier: Apache-2.0
internal import Privacy

/// Clips one contributor's numbers of a block, and adds them: the last thing done to them.
struct BlockClip: Sendable {
    private let shrink: L2Shrink
    /// The squares of the radii, rung by rung; empty for a fixed radius.
    private let squares: [UInt128]

    init(_ bound: ContributionBound) {
        switch bound {
        case .fixed(let radius):
            shrink = L2Shrink(radius: radius)
            squares = []
        case .ladder(let ladder):
            shrink = L2Shrink(radius: ladder.lowest)
            squares = (0..<ladder.rungs).map {
                UInt128(ladder.radius(of: $0)) * UInt128(ladder.radius(of: $0))
            }
        }
    }

    /// - Parameters:
    ///   - numbers: hers; what is left of them is to be cleared.
    ///   - touched: where they may be other than zero; empty for anywhere.
    func add(
        _ numbers: inout [Int64], touched: [Int], to sum: inout BlockSum, at rows: [Int]?
    ) {
        // Where it would spare nothing, or shorter vectors are scaled in another way, all numbers are looked at.
        let isFew = !touched.isEmpty && touched.count < numbers.count
        if isFew, squares.isEmpty, rows == nil, numbers.count > L2Shrink.mostNarrow {
            return add(&numbers, at: touched, to: &sum)
        }
        numbers.withUnsafeMutableBufferPointer { numbers in
            let norm = L2Shrink.bound(numbers)
            let square = norm.squared
            let scaled = BlockSum.Scaled(
                numbers: UnsafeBufferPointer(numbers), norm: norm,
                factor: shrink.factor(normSquared: square))
            guard !squares.isEmpty else { return sum.add(scaled, at: rows) }
            let rung = squares.reduce(0) { $0 + (square > $1 ? 1 : 0) }
            // Above every radius the norm counts as the highest.
            let most = squares[min(rung, squares.count - 1)]
            let part = BlockClip.part(min(square, most), of: most)
            sum.add(scaled, rung: rung, part: part, at: rows)
        }
    }

    /// Adds the few numbers at some places, in a time that depends on how many places there are.
    private func add(_ numbers: inout [Int64], at places: [Int], to sum: inout BlockSum) {
        // Taken from where it stands, a number counts once, however often its place is named.
        var few = places.map { place in
            defer { numbers[place] = 0 }
            return numbers[place]
        }
        few.withUnsafeMutableBufferPointer { few in
            let square = L2Shrink.bound(few).squared
            sum.add(UnsafeBufferPointer(few), times: shrink.factor(normSquared: square), at: places)
        }
    }

    /// The root of a square as a part of the root of another that is not smaller, rounded up to
    /// sixteenths, in units of ``ClipEstimate/unit``.
    private static func part(_ square: UInt128, of whole: UInt128) -> Int64 {
        // How many sixteenths are too few, bit by bit from the highest.
        var sixteenths: UInt128 = 0
        for bit in [8, 4, 2, 1] as [UInt128] {
            // Radii are below 2^34, so both sides stay far below 2^128.
            let place = sixteenths &+ bit &- 1
            sixteenths &+= square &<< 8 > whole &* place &* place ? bit : 0
        }
        // All of fifteen sixteenths are too few as well.
        sixteenths &+= square &<< 8 > whole &* 225 ? 1 : 0
        return Int64(truncatingIfNeeded: sixteenths) * (ClipEstimate.unit / 16)
    }
}
