// SPDX-License-Identifier: Apache-2.0

/// A way to part the rows of a leaf: codes 1...code go left, those above go right.
struct Split: Sendable {
    /// G²/(H+λ) of both sides together: what splits of one leaf are compared by.
    let score: Double
    /// The score without that of the whole leaf: what leaves are compared by. Above 0.
    let gain: Double
    let feature: Int
    let code: UInt8
    /// Where code 0 goes: what is missing.
    let missingLeft: Bool
    /// What the rows on the left add up to.
    let left: Moments

    /// Whether a code goes left.
    @inline(__always)
    static func isLeft(_ code: UInt8, last: UInt8, missingLeft: Bool) -> Bool {
        code == 0 ? missingLeft : code <= last
    }
}

/// Looks for the split of the highest gain. Of equal ones the first counts: by feature, then what
/// is missing right before left, then by code; so the choice depends on the sums alone.
struct SplitSearch: Sendable {
    let units: FixedPoint
    let leastRows: Int
    let leastCurvature: Double
    let penalty: Double
    let leastGain: Double

    /// The best split of a group's features, given the sums by code and those of all rows; nil
    /// where none gains.
    func best(_ group: CodeGroups.Group, sums: [Moments], total: Moments) -> Split? {
        guard units.rows(total) / 2 >= leastRows else { return nil }
        var best: Split?
        sums.withUnsafeBufferPointer { sums in
            for (place, feature) in group.features.enumerated() {
                let codes = UnsafeBufferPointer(
                    rebasing: sums[group.starts[place]..<group.starts[place + 1]])
                let found = self.best(of: feature, codes, total: total, above: best?.score)
                if let found { best = found }
            }
        }
        return best
    }

    /// The best split of one feature that gains more than one that is known.
    private func best(
        of feature: Int, _ codes: UnsafeBufferPointer<Moments>, total: Moments, above known: Double?
    ) -> Split? {
        let whole = score(total)
        var bar = known ?? whole + max(leastGain, whole * 0x1p-40)
        var (last, left) = (0, Moments.zero)
        let missing = codes[0]
        let someMissing = units.rows(missing) > 0
        // With nothing missing, all values to the left leave nothing to the right.
        let ends = someMissing ? codes.count : codes.count - 1
        let isRight = scan(codes, from: .zero, until: ends, total, &bar, &last, &left)
        var missingLeft = units.rows(left) * 2 >= units.rows(total)
        if someMissing {
            let isLeft = scan(
                codes, from: missing, until: codes.count - 1, total, &bar, &last, &left)
            guard isRight || isLeft else { return nil }
            missingLeft = isLeft
        } else if !isRight {
            return nil
        }
        return Split(
            score: bar, gain: bar - whole, feature: feature, code: UInt8(last),
            missingLeft: missingLeft, left: left)
    }

    /// Moves codes to the left, one after the other, and keeps the best place to stop.
    @inline(__always)
    private func scan(
        _ codes: UnsafeBufferPointer<Moments>, from start: Moments, until end: Int,
        _ total: Moments, _ bar: inout Double, _ last: inout Int, _ left: inout Moments
    ) -> Bool {
        var sum = start
        var isFound = false
        let rows = units.rows(total)
        for code in 1..<max(end, 1) {
            sum = sum &+ codes[code]
            let leftRows = units.rows(sum)
            guard leftRows >= leastRows else { continue }
            guard rows &- leftRows >= leastRows else { break }
            let other = total &- sum
            let (curvature, otherCurvature) = (units.curvature(sum), units.curvature(other))
            guard curvature >= leastCurvature, otherCurvature >= leastCurvature else { continue }
            let gain = score(sum) + score(other)
            if gain > bar {
                (bar, last, left, isFound) = (gain, code, sum, true)
            }
        }
        return isFound
    }

    /// G² / (H + λ); 0 where there is no curvature at all.
    @inline(__always)
    private func score(_ sum: Moments) -> Double {
        let gradient = units.gradient(sum)
        let weight = units.curvature(sum) + penalty
        return weight > 0 ? gradient * gradient / weight : 0
    }
}
