// SPDX-License-Identifier: Apache-2.0
internal import Privacy

/// How a stream is learned, found by trials over adults of 1994, of 400 to 26,000 people at several ε: into how many parts people fall, how far one row moves the sum of a part's slopes, how long a
/// step is, and where the first step begins. Fixed before anything is read, by the schema, the number of people and the
/// privacy, and by the model that is gone on from.
struct StreamPlan: Hashable, Sendable {
    /// The parts, and which sums of them are let out. It begins anew with every training (DP-FTRL-TreeRestart): a sum
    /// of one training has nobody of another in it.
    let tree: TreeAggregation
    /// What one slope may move the sum by, in rows.
    let clip: Double
    /// How far a step goes along the mean slope of a part.
    let rate: Double
    /// What part of a step's speed goes on in the next.
    static let momentum = 0.5
    /// Whether noise leaves little of what the steps find.
    let isThin: Bool
    /// What it goes on from; nil of a first training.
    let start: WeightedSum?
    /// Whether so few people are new that steps are shorter than they else would be.
    let isHeld: Bool

    /// - Parameters:
    ///   - clarity: how far the slope of all stands out from the noise, were it one step.
    ///   - start: what is gone on from.
    ///   - part: which part of all people that were ever read is read in this training; 1 of a first one. By the root of it
    ///     steps are shorter: were they as long, noise of few new people would undo what many had said. Nor are they longer than
    ///     what lets noise move the weights by the root of new people to old, times how long the weights are.
    init(clarity: Double, start: WeightedSum? = nil, part: Double = 1) {
        let parts: Int
        let longest: Double
        isThin = clarity < StreamPlan.thin
        // Whoever goes on has less far to go: fewer steps are less noise.
        switch (clarity, start == nil) {
        case (..<15, _): (parts, clip, longest) = (7, 0.5, 8)
        case (..<StreamPlan.thin, true): (parts, clip, longest) = (7, 0.5, 24)
        case (..<250, true): (parts, clip, longest) = (63, 0.25, 20)
        case (_, true): (parts, clip, longest) = (63, 0.5, 24)
        case (..<StreamPlan.thin, false): (parts, clip, longest) = (7, 0.5, 32)
        case (_, false): (parts, clip, longest) = (15, 0.5, 32)
        }
        tree = TreeAggregation(parts: parts)
        let rate = longest * part.squareRoot()
        let most = StreamPlan.longest(
            from: start, part: part, clarity: clarity, clip: clip, in: tree)
        isHeld = most < rate
        self.rate = min(rate, most)
        self.start = start
    }

    private static let thin = 80.0

    /// How long steps may be from weights that are known, so that noise moves those by their length times the root of new people to
    /// old at most.
    ///
    /// A step has the noise of a part's mean slope. Momentum makes twice as much of it, and what is added up is about 1½ blocks of
    /// the tree, whose noise adds up by its root; that slopes lead back is not counted on.
    private static func longest(
        from known: WeightedSum?, part: Double, clarity: Double, clip: Double,
        in tree: TreeAggregation
    ) -> Double {
        let length = (known?.weights ?? []).reduce(0) { $0 + $1 * $1 }.squareRoot()
        // From nothing, and where all are new, there is nothing to lose.
        guard length > 0, part < 1 else { return .infinity }
        let blocks = Double(tree.mostReleases).squareRoot() * 1.5.squareRoot()
        let noise = Double(tree.parts) * clip * blocks / ((1 - momentum) * clarity)
        return (part / (1 - part)).squareRoot() * length / noise
    }
}
