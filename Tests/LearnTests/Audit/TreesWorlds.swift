// SPDX-License-Identifier: Apache-2.0
import Privacy
import TestSupport
import Trees

/// Additive trees learnt in two worlds, as ``TwoWorlds``: a tiny cohort, and the same with one contributor more.
///
/// Between what one person gives and what is taken lie the clip, the sum and the noise, which are the caller's:
/// each release is clipped to its promised norm, and a tenth of the privacy goes to the counts.
struct TreesWorlds: Sendable {
    /// What is wrong; nil for releases as they should be.
    let flaw: Flaw?
    private let plan: AdditiveTrees.Plan
    private let columns: BinnedColumns
    /// By release.
    private let mechanisms: [GaussianMechanism]

    /// How many rows of a person count.
    private static let mostRows = 2
    /// How many rows she has of either label.
    private static let herRows = 3 * mostRows
    /// The labels of the others, with a row each, and hers.
    private static let labels =
        [0, 1] + [Double](repeating: 0, count: herRows) + [Double](repeating: 1, count: herRows)

    init(spending rho: Rho, flaw: Flaw? = nil) throws {
        let bins = try (0..<2).map { _ in try FeatureBins(bounds: -1...1, bins: 4) }
        var plan = AdditiveTrees.Plan(.logLoss, bins: bins)
        plan.epochs = Slow.count(2, 8)
        self.plan = plan
        self.flaw = flaw
        let extreme = [Double](repeating: 9, count: 2 * TreesWorlds.herRows)
        columns = try BinnedColumns([[-0.2, 0.3] + extreme, [0.4, -0.9] + extreme], bins: bins)
        let model = try AdditiveTrees(plan)
        mechanisms = try (0..<model.releases).map { release in
            let norm = model.largestNormSquared(release: release, rows: TreesWorlds.mostRows)
            let steps = UInt64(model.releases - 1)
            return try GaussianMechanism(
                sensitivity: UInt64(Double(norm).squareRoot().rounded(.up)),
                spending: release == 0 ? rho.part(1, of: 10) : rho.part(9, of: 10 * steps))
        }
    }

    /// What all releases charge, as μ.
    var charged: Double { Rho(units: mechanisms.reduce(0) { $0 + $1.charge.units }).mu }

    /// Learns once, and tells how much likelier what was let out is with her than without.
    func evidence(isThere: Bool, seed: UInt64) throws -> Double {
        var random = Seeded(seed)
        var source = ByteSource(seededBy: &random)
        var evidence = Evidence()
        var model = try AdditiveTrees(plan)
        while !model.isFinished {
            let mechanism = mechanisms[model.released]
            let radius = mechanism.sensitivity
            let others = try [0..<1, 1..<2].map { try part(of: model, $0, radius) }
            var there = others + [try hers(model, radius)]
            if flaw == .recordClip { there.append(there[2]) }
            let (without, with) = (sum(others), sum(there))
            var noise = mechanism.noise
            if flaw == .halfNoise { noise = try DiscreteGaussian(sigma: noise.sigma / 2) }
            let released = zip(isThere ? with : without, noise.draw(with.count, from: &source))
                .map { $0 + $1 }
            evidence.take(
                released, without: without, moved: zip(with, without).map { $0 - $1 },
                sigma: noise.sigma)
            model = try model.updated(with: released, noise: Double(noise.sigma))
        }
        return evidence.value
    }

    /// What a person with these rows gives, clipped as in every study.
    private func part(
        of model: AdditiveTrees, _ rows: Range<Int>, _ radius: UInt64
    ) throws -> [Int64] {
        var part = try model.contribution(of: columns, rows: rows, labels: TreesWorlds.labels)
        let norm = part.withUnsafeMutableBufferPointer { L2Shrink.bound($0) }
        let factor = L2Shrink(radius: radius).factor(normSquared: norm.squared)
        return part.map { L2Shrink.scaled($0, by: factor) }
    }

    /// The worse of what she may give: all rows of one label, or all of the other.
    private func hers(_ model: AdditiveTrees, _ radius: UInt64) throws -> [Int64] {
        let isLoose = flaw == .looseClip
        let rows = isLoose ? TreesWorlds.herRows : TreesWorlds.mostRows
        let parts = try [2, 2 + TreesWorlds.herRows].map {
            try part(of: model, $0..<$0 + rows, isLoose ? 3 * radius : radius)
        }
        func norm(_ part: [Int64]) -> Double { part.reduce(0) { $0 + Double($1) * Double($1) } }
        return norm(parts[0]) > norm(parts[1]) ? parts[0] : parts[1]
    }

    private func sum(_ parts: [[Int64]]) -> [Int64] {
        parts[0].indices.map { place in
            let sum = parts.reduce(0) { $0 + $1[place] }
            return flaw == .realisedCount ? Flaw.divided(sum, by: parts.count, of: 3) : sum
        }
    }
}
