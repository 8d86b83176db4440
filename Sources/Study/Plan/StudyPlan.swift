// SPDX-License-Identifier: Apache-2.0
public import Canon
public import Privacy
public import Vault

/// A study, whole: what each contributor's rows are reduced to, how far one contributor may move
/// the result, and how much noise hides her.
///
/// ```
/// plan ──> local step(one contributor's tables) ──> clip ──> merge ──> noise ──> answer
/// ```
///
/// The plan is a value. Wherever it runs, on a thread over the vault, on a contributor's own
/// device, on somebody's rented machine, the same rows give the same partial, byte for byte,
/// because a partial is a vector of integers and merging is exact addition.
public struct StudyPlan<Step: LocalStep>: Sendable {
    /// What one contributor's rows are reduced to.
    public let step: Step
    /// How far, in lattice units and Euclidean norm, one contributor may move the result.
    public let radius: UInt64
    /// The noise, and what it costs everyone in the cohort.
    public let mechanism: GaussianMechanism

    /// Binds a step to a radius and to the noise that hides a move of that radius.
    ///
    /// - Throws: ``StudyError/overflow`` when sums over ``StudyLimits/people`` could leave Int64, and
    ///   ``StudyError/noise(_:)`` when no noise can be drawn for that radius and cost.
    public init(step: Step, radius: UInt64, spending rho: Rho) throws(StudyError) {
        let (most, overflow) = radius.multipliedReportingOverflow(by: StudyLimits.people)
        guard !overflow, most < 1 << 62, radius > 0 else { throw .overflow }
        guard step.width > 0, step.width <= StudyLimits.width else { throw .width(step.width) }
        self.step = step
        self.radius = radius
        do throws(NoiseError) {
            mechanism = try GaussianMechanism(sensitivity: radius, spending: rho)
        } catch {
            throw .noise(error)
        }
    }

    /// What every contributor of the cohort is charged.
    public var cost: Rho { mechanism.charge }

    /// The plan as a value; covers everything that decides a partial or the noise.
    public var canonical: JSON {
        [
            "step": step.canonical, "radius": .string(String(radius)),
            "sigma": .string(String(mechanism.noise.sigma)), "rho": .string(String(cost.units)),
        ]
    }

    /// One contributor's partial: her numbers, clipped to the radius. The last thing done to them.
    ///
    /// - Requires: `tables` in the order of the step's `reads`.
    public func partial(of tables: [Rows]) -> Partial {
        var worker = Worker(plan: self)
        worker.add(tables)
        return worker.partial
    }

    /// Draws all the noise that a release needs. Done before any row is read, so that the time it
    /// takes cannot tell anything about the rows.
    public func noise(from random: inout ByteSource) -> StudyNoise {
        StudyNoise(mechanism, count: step.width, from: &random)
    }

    /// The only exit: adds the noise, once, and gives the noised numbers.
    ///
    /// - Requires: noise that this plan, or one with the same mechanism, drew.
    /// - Throws: ``NoiseError/poolEmpty`` when the noise was drawn for a smaller plan.
    public func release(
        _ partial: consuming Partial, adding noise: consuming StudyNoise
    ) throws(NoiseError) -> NoisedVector {
        precondition(noise.mechanism == mechanism, "noise that was drawn for this plan")
        return NoisedVector(
            values: try noise.pool.release(partial.sums), sigma: mechanism.noise.sigma)
    }
}

/// The bounds that make every sum provably fit.
public enum StudyLimits {
    /// The most contributors a cohort may have.
    public static let people: UInt64 = 1 << 28
    /// The most numbers a step may give.
    public static let width = 1 << 20
}

/// Why a study cannot be planned or run. Never depends on anybody's rows.
public enum StudyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Sums could leave Int64.
    case overflow
    /// No numbers, or too many.
    case width(Int)
    /// No such noise.
    case noise(NoiseError)
    /// A segment could not be read: the storage is damaged.
    case unreadable(contributor: Int)
    /// The cohort is larger than sums are proven for.
    case cohort(Int)

    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .overflow:
            "the sums of this study could overflow; narrow the bounds or the rows per person"
        case .width(let width):
            "a study gives 1 to \(StudyLimits.width) numbers, not \(width); use fewer groups"
        case .noise(let error): "no noise fits this study: \(error)"
        case .unreadable(let contributor):
            "the data of contributor \(contributor) of the cohort cannot be read; run doctor"
        case .cohort(let count): "a cohort of \(count) is more than \(StudyLimits.people)"
        }
    }
}
