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
/// because a partial is made of integers and merging is exact addition.
public struct StudyPlan<Step: LocalStep>: Sendable {
    /// What one contributor's rows are reduced to.
    public let step: Step
    /// The noise of each block.
    public let noises: [BlockNoise]
    /// How groups are selected, where they are found in the data.
    public let selection: WeightedGaussianSelection?
    /// What every contributor of the cohort is charged: the sum of what all releases cost.
    public let cost: Rho

    /// Shares the privacy among the blocks of a step, and finds the noise that keeps within it.
    ///
    /// - Throws: ``StudyError/overflow`` when sums over ``StudyLimits/people`` could leave Int64,
    ///   ``StudyError/width(_:)``, and ``StudyError/noise(_:)`` when no noise can be drawn for a
    ///   radius and a cost.
    public init(step: Step, spending rho: Rho) throws(StudyError) {
        var width = 0
        for block in step.blocks {
            let (most, overflow) = block.bound.largest.multipliedReportingOverflow(
                by: StudyLimits.people)
            guard !overflow, most < 1 << 62, block.bound.largest > 0 else { throw .overflow }
            width += block.width
        }
        let (product, overflow) = width.multipliedReportingOverflow(by: step.groups.most)
        width = overflow ? .max : product
        guard width > 0, width <= StudyLimits.width else { throw .width(width) }
        var parts = step.blocks.reduce(UInt64(0)) { $0 + $1.share }
        if case .found(let found) = step.groups { parts += found.share }
        self.step = step
        var noises: [BlockNoise] = []
        do throws(NoiseError) {
            for block in step.blocks {
                noises.append(
                    try BlockNoise(block.bound, spending: rho.part(block.share, of: parts)))
            }
        } catch {
            throw .noise(error)
        }
        self.noises = noises
        var cost = noises.reduce(UInt64(0)) { $0 + $1.charge.units }
        selection = try StudyPlan.selection(step.groups, spending: rho, parts: parts)
        if let selection { cost += selection.charge.units }
        self.cost = Rho(units: cost)
    }

    private static func selection(
        _ groups: StudyGroups, spending rho: Rho, parts: UInt64
    ) throws(StudyError) -> WeightedGaussianSelection? {
        guard case .found(let found) = groups else { return nil }
        do throws(SelectionError) {
            return try found.selection(spending: rho.part(found.share, of: parts))
        } catch {
            throw .selection(error)
        }
    }

    /// The plan as a value; covers everything that decides a partial or the noise.
    public var canonical: JSON {
        var groups: JSON
        switch step.groups {
        case .listed(let count): groups = .integer(Int64(count))
        case .found(let found): groups = found.canonical
        }
        return [
            "step": step.canonical, "groups": groups,
            "blocks": .array(step.blocks.map(\.canonical)),
            "noises": .array(noises.map(\.canonical)),
            "selection": .string(
                selection.map { "\($0.noise.sigma) \($0.threshold)" } ?? "none"),
            "rho": .string(String(cost.units)),
        ]
    }

    /// One contributor's partial: her numbers, clipped. The last thing done to them.
    ///
    /// - Parameter mark: what tells her from others with equal rows.
    /// - Requires: `tables` in the order of the step's `reads`.
    public func partial(of tables: [Rows], mark: UInt64 = 0) -> Partial {
        var worker = Worker(plan: self)
        worker.add(tables, of: mark)
        return worker.partial
    }
}

/// The bounds that make every sum provably fit.
public enum StudyLimits {
    /// The most contributors a cohort may have.
    public static let people: UInt64 = 1 << 28
    /// The most numbers a study may give.
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
    /// No such selection of groups.
    case selection(SelectionError)
    /// A segment could not be read: the storage is damaged.
    case unreadable(contributor: Int)
    /// The cohort is larger than sums are proven for.
    case cohort(Int)
    /// The study is no row of sums that devices could take among themselves.
    case notSummed
    /// The sum of a block that devices took is not one that the plan asks for.
    case summed(block: Int)

    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .overflow:
            "the sums of this study could overflow; narrow the bounds or the rows per person"
        case .width(let width):
            "a study gives 1 to \(StudyLimits.width) numbers, not \(width); use fewer groups"
        case .noise(let error): "no noise fits this study: \(error)"
        case .selection(let error): "no groups can be found by this study: \(error)"
        case .unreadable(let contributor):
            "the data of contributor \(contributor) of the cohort cannot be read; run doctor"
        case .cohort(let count): "a cohort of \(count) is more than \(StudyLimits.people)"
        case .notSummed: "this study cannot be summed by contributors' own machines"
        case .summed(let block):
            "the sum of block \(block) has not the length, reach or noise that the study plans"
        }
    }
}
