// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Vault

/// A sum of clipped contributions. Nobody can look inside: the numbers are private to this module
/// and leave it only through ``StudyPlan/release(_:adding:)``.
public struct Partial: Sendable {
    /// The sums, in lattice units.
    private(set) var sums: [Int64]
    /// How many contributors were added.
    private(set) var people: Int

    init(width: Int) {
        sums = [Int64](repeating: 0, count: width)
        people = 0
    }

    /// Adds one clipped contribution. Cannot overflow: see ``StudyPlan/init(step:radius:spending:)``.
    mutating func add(_ vector: [Int64]) {
        for index in sums.indices { sums[index] &+= vector[index] }
        people += 1
    }

    /// Adds another sum; the order of merging never matters.
    ///
    /// - Requires: partials of one plan, of together at most ``StudyLimits/people`` contributors.
    public mutating func merge(_ other: Partial) {
        precondition(other.sums.count == sums.count, "partials of one plan")
        precondition(other.people <= StudyLimits.people - UInt64(people), "sums are proven to fit")
        for index in sums.indices { sums[index] &+= other.sums[index] }
        people += other.people
    }
}

/// Reduces contributors one after another, with room to work in that is made once.
struct Worker<Step: LocalStep> {
    private let plan: StudyPlan<Step>
    private let clip: L2Clip
    private var scratch: Step.Scratch
    private var vector: [Int64]
    private(set) var partial: Partial

    init(plan: StudyPlan<Step>) {
        self.plan = plan
        clip = L2Clip(radius: plan.radius)
        scratch = plan.step.makeScratch()
        vector = [Int64](repeating: 0, count: plan.step.width)
        partial = Partial(width: plan.step.width)
    }

    mutating func add(_ tables: [Rows]) {
        plan.step.contribute(tables, to: &vector, using: &scratch)
        clip.clip(&vector)
        partial.add(vector)
        for index in vector.indices { vector[index] = 0 }
    }
}
