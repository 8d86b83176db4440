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

    /// - Parameters:
    ///   - clarity: how far the slope of all stands out from the noise, were it one step.
    ///   - start: what is gone on from.
    ///   - part: which part of all people that were ever read is read in this training; 1 of a first one. By the root of it
    ///     steps are shorter: were they as long, noise of few new people would undo what many had said.
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
        rate = longest * part.squareRoot()
        self.start = start
    }

    private static let thin = 80.0

    /// The part of whoever has this mark, from 1 on: it follows from her public key, and neither from rows nor from who
    /// else is there.
    func part(of mark: UInt64) -> Int { StreamPlan.part(of: mark, among: tree.parts) }

    static func part(of mark: UInt64, among parts: Int) -> Int {
        1 + Int(truncatingIfNeeded: mark % UInt64(parts))
    }
}
