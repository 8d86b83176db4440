// SPDX-License-Identifier: Apache-2.0
internal import Privacy

/// Clips one contributor's numbers of a block, and adds them: the last thing done to them.
struct BlockClip: Sendable {
    private let bound: ContributionBound
    private let clip: L2Clip
    /// The squares of the radii, rung by rung.
    private let squares: [UInt128]
    private var room: [Int64] = []

    init(_ bound: ContributionBound) {
        self.bound = bound
        switch bound {
        case .fixed(let radius):
            clip = L2Clip(radius: radius)
            squares = []
        case .ladder(let ladder):
            clip = L2Clip(radius: ladder.lowest)
            squares = (0..<ladder.rungs).map {
                UInt128(ladder.radius(of: $0)) * UInt128(ladder.radius(of: $0))
            }
        }
    }

    mutating func add(_ numbers: [Int64], to sum: inout BlockSum, at rows: [Int]?) {
        room.removeAll(keepingCapacity: true)
        room.append(contentsOf: numbers)
        guard case .ladder = bound else {
            clip.clip(&room)
            return sum.add(room, at: rows)
        }
        let (square, isVast) = BlockClip.square(numbers)
        let rung = squares.reduce(0) { $0 + (square > $1 || isVast ? 1 : 0) }
        clip.clip(&room)
        // Above every radius the norm counts as the highest.
        let norm = BlockClip.part(square, of: squares[min(rung, squares.count - 1)])
        sum.add(
            numbers, scaled: room, rung: rung, norm: rung < squares.count ? norm : ClipEstimate.unit,
            at: rows)
    }

    /// The squared norm, and whether it is more than 2^128.
    private static func square(_ numbers: [Int64]) -> (UInt128, isVast: Bool) {
        var square: UInt128 = 0
        var isVast = false
        for number in numbers {
            let size = number.magnitude
            let (sum, overflow) = square.addingReportingOverflow(UInt128(size) &* UInt128(size))
            square = sum
            isVast = isVast || overflow
        }
        return (square, isVast)
    }

    /// The root of a square as a part of the root of another that is not smaller, rounded up to
    /// sixteenths, in units of ``ClipEstimate/unit``.
    private static func part(_ square: UInt128, of whole: UInt128) -> Int64 {
        var sixteenths: Int64 = 0
        for place in 0..<16 as Range<UInt128> {
            // Radii are below 2^34, so both sides stay far below 2^128.
            sixteenths += square &<< 8 > whole &* place &* place ? 1 : 0
        }
        return sixteenths * (ClipEstimate.unit / 16)
    }
}
