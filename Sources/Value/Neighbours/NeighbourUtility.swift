// SPDX-License-Identifier: Apache-2.0

/// What records are worth to a classifier by neighbours: the utility U(S) whose exact Shapley values are
/// computed. In each, U is averaged over test records.
public enum NeighbourUtility: Sendable, Hashable {
    /// The matching ones among the min(K, |S|) nearest, divided by K; U(∅) = 0. Ties are averaged.
    ///
    /// Jia et al., VLDB 12(11), 2019. Records without any information are paid: about a tenth of what
    /// honest ones get with ten classes, since U(∅) = 0.
    case nearest(k: Int)
    /// The same, but of equal distances the row that comes first counts as nearer. It depends on the
    /// order of rows, so it is for comparing with others, not for money.
    case nearestByPlace(k: Int)
    /// The same with each match weighted by a kernel, not normalised. Ties are averaged.
    case weighted(k: Int, DistanceKernel)
    /// The share of matching ones among the min(K, |S|) nearest; U(∅) = 1/C. Ties are averaged.
    ///
    /// Wang and Jia, arXiv:2304.04258, 2023.
    case softLabel(k: Int)
    /// The share of matching ones among all within a ball; U(∅) = 1/C. **The one to pay by**: a record
    /// that lies near no test record gets exactly 0.
    ///
    /// Wang et al., "Threshold KNN-Shapley", NeurIPS 2023. With m records in the ball, p of which
    /// match,
    ///
    ///     φ = (y - 1/C + (y - (p - y) / (m - 1)) · (H_m - 1)) / m.
    ///
    /// Linear time, no sorting. ``ThresholdRadius`` proposes a radius.
    case threshold(radiusSquared: Double)
}

/// A weight by distance, from 1 at distance 0 down to 0. Only sums, products and quotients, which are
/// the same bits on every machine.
public enum DistanceKernel: Sendable, Hashable {
    /// 1 / (1 + d²/s).
    case inverse(scaleSquared: Double)
    /// max(0, 1 - d²/r²), Epanechnikov's.
    case parabola(radiusSquared: Double)

    /// The weight at a squared distance.
    public func weight(_ squaredDistance: Double) -> Double {
        switch self {
        case .inverse(let scale): 1 / (1 + squaredDistance / scale)
        case .parabola(let radius): max(0, 1 - squaredDistance / radius)
        }
    }

    /// The number that distances are divided by.
    var scale: Double {
        switch self {
        case .inverse(let scale): scale
        case .parabola(let radius): radius
        }
    }
}

extension NeighbourUtility {
    /// Refuses settings that make no sense.
    func check() throws(ValueError) {
        switch self {
        case .nearest(let k), .nearestByPlace(let k), .softLabel(let k), .weighted(let k, _):
            guard k >= 1 else { throw .setting("K = \(k); at least 1 neighbour wanted") }
        case .threshold(let radius):
            guard radius >= 0, radius.isFinite else {
                throw .setting("a squared radius that is finite and not negative wanted")
            }
        }
        if case .weighted(_, let kernel) = self {
            guard kernel.scale > 0, kernel.scale.isFinite else {
                throw .setting("a kernel's scale that is finite and above 0 wanted")
            }
        }
    }
}
