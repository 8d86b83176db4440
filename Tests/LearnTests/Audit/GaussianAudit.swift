// SPDX-License-Identifier: Apache-2.0
import Foundation

@testable import Privacy

/// What an attack tells of a mechanism that is said to be μ-Gaussian private: a lower bound on its real μ.
///
/// In one of two worlds somebody takes part, in the other she does not, and the attacker guesses. Gaussian privacy
/// of μ says Φ⁻¹(TPR) − Φ⁻¹(FPR) ≤ μ for every way to guess (Dong, Roth, Su 2019). With the rates' Clopper-Pearson
/// bounds in place of the rates, what comes out is below the real μ in 999 of 1,000 audits.
struct GaussianAudit: Hashable, Sendable {
    /// How often each world was run.
    let runs: Int
    /// How often she was rightly said to be there.
    let hits: Int
    /// How often she was said to be there, and was not.
    let alarms: Int

    /// The chance that a bound is wrong.
    static let risk = 0.001

    /// Runs either world so many times, two at once, and guesses that she is there where the evidence is above 0.
    ///
    /// - Parameter evidence: the logarithm of how much likelier what was let out is with her than without, of a
    ///   run in one of the worlds. Its threshold is known beforehand, so all runs count.
    static func run(
        _ runs: Int, seed: UInt64,
        evidence: @escaping @Sendable (_ isThere: Bool, _ seed: UInt64) async throws -> Double
    ) async throws -> GaussianAudit {
        let parts = 2
        return try await withThrowingTaskGroup(of: GaussianAudit.self) { group in
            for part in 0..<parts {
                group.addTask {
                    try await GaussianAudit.worked(
                        stride(from: part, to: runs, by: parts), seed: seed, evidence)
                }
            }
            var (done, hits, alarms) = (0, 0, 0)
            for try await part in group {
                (done, hits, alarms) = (done + part.runs, hits + part.hits, alarms + part.alarms)
            }
            return GaussianAudit(runs: done, hits: hits, alarms: alarms)
        }
    }

    @concurrent private static func worked(
        _ runs: StrideTo<Int>, seed: UInt64,
        _ evidence: @Sendable (_ isThere: Bool, _ seed: UInt64) async throws -> Double
    ) async throws -> GaussianAudit {
        var (done, hits, alarms) = (0, 0, 0)
        for run in runs {
            let first = seed &+ 2 &* UInt64(run)
            if try await evidence(true, first) > 0 { hits += 1 }
            if try await evidence(false, first &+ 1) > 0 { alarms += 1 }
            done += 1
        }
        return GaussianAudit(runs: done, hits: hits, alarms: alarms)
    }

    /// What the real μ is at least, at 99.9 % confidence.
    var leastMu: Double {
        let hit = GaussianAudit.least(hits, of: runs)
        let alarm = 1 - GaussianAudit.least(runs - alarms, of: runs)
        guard hit > 0, alarm < 1 else { return -.infinity }
        return GaussianAudit.quantile(hit) - GaussianAudit.quantile(alarm)
    }

    /// Φ⁻¹.
    static func quantile(_ chance: Double) -> Double {
        -Normal.quantileAbove(upperTail: chance)
    }

    /// The lower Clopper-Pearson bound: the chance p at which so many successes or more come up once in 2/risk.
    static func least(_ successes: Int, of trials: Int) -> Double {
        guard successes > 0 else { return 0 }
        return Normal.bisect(from: 0, to: Double(successes) / Double(trials)) {
            tail(successes, of: trials, chance: $0) > risk / 2
        }
    }

    /// P(X ≥ k) for a binomial X of n trials whose chance is at most k/n, where terms fall from the first on.
    static func tail(_ k: Int, of n: Int, chance p: Double) -> Double {
        guard p > 0 else { return 0 }
        guard p < 1 else { return 1 }
        let (few, many) = (Double(k), Double(n))
        let ways = lgamma(many + 1) - lgamma(few + 1) - lgamma(many - few + 1)
        var term = exp(ways + few * log(p) + (many - few) * log1p(-p))
        var sum = term
        for next in stride(from: k + 1, through: n, by: 1) {
            term *= Double(n - next + 1) / Double(next) * (p / (1 - p))
            sum += term
            if term < sum * 1e-17 { break }
        }
        return sum
    }
}

/// The evidence that somebody took part, gathered from noised numbers by one who knows everything but the noise.
///
/// It is the logarithm of the likelihood ratio of two Gaussians: what is let out, projected on how far she moves it,
/// measured in the noise's deviation, and added up over all that is let out. No other test of as many false
/// alarms finds her more often (Neyman, Pearson 1933).
struct Evidence {
    private(set) var value = 0.0

    /// Takes one release.
    ///
    /// - Parameters:
    ///   - without: the numbers without noise where she is not there.
    ///   - moved: by how much she moves them.
    ///   - sigma: the deviation of the noise that is really there.
    mutating func take(_ released: [Int64], without: [Int64], moved: [Int64], sigma: Int) {
        let square = Double(sigma) * Double(sigma)
        for place in released.indices {
            let move = Double(moved[place])
            value += move * (Double(released[place] &- without[place]) - move / 2) / square
        }
    }
}
