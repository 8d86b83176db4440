// SPDX-License-Identifier: Apache-2.0
internal import Canon
public import Privacy

/// How much noise a block of numbers gets, for each radius that may be chosen, and what it costs.
public struct BlockNoise: Hashable, Sendable {
    /// By rung; one for a fixed radius. All of them cost the same, as nearly as integers can.
    public let rungs: [GaussianMechanism]
    /// For the histogram that a rung is chosen by; nil for a fixed radius.
    public let choice: GaussianMechanism?
    /// What the block costs everyone in the cohort, whatever rung is chosen.
    public let charge: Rho

    /// The histogram gets a sixteenth of a block's privacy.
    private static let choiceParts: UInt64 = 16

    init(_ bound: ContributionBound, spending rho: Rho) throws(NoiseError) {
        switch bound {
        case .fixed(let radius):
            rungs = [try GaussianMechanism(sensitivity: radius, spending: rho)]
            choice = nil
            charge = rungs[0].charge
        case .ladder(let ladder):
            let part = rho.part(of: BlockNoise.choiceParts)
            let choice = try GaussianMechanism(
                sensitivity: ClipEstimate.sensitivity, spending: part)
            let rest = Rho(units: rho.units - choice.charge.units)
            var rungs: [GaussianMechanism] = []
            for rung in 0..<ladder.rungs {
                rungs.append(
                    try GaussianMechanism(sensitivity: ladder.radius(of: rung), spending: rest))
            }
            let most = rungs.map(\.charge).max() ?? rest
            self.rungs = rungs
            self.choice = choice
            charge = Rho(units: choice.charge.units + most.units)
        }
    }

    var canonical: JSON {
        [
            "sigmas": .array(rungs.map { .string(String($0.noise.sigma)) }),
            "choice": choice.map { .string(String($0.noise.sigma)) } ?? .null,
        ]
    }
}
