// SPDX-License-Identifier: Apache-2.0

extension AdditiveTrees {
    /// The next release, as whoever adds up rows one by one needs it: what of the state decides it, laid out
    /// in a line. Made once, and asked for every row.
    public struct Round: Hashable, Sendable {
        /// How many numbers the release has; 0 where none is left, and then no row gives anything.
        public let length: Int
        private let objective: Objective
        private let isCounting: Bool
        private let start: Double
        /// R in lattice units.
        private let bound: Int64
        /// The place of code 0 of each feature, among the codes of all.
        private let firsts: [Int]
        /// By the place of a code: what it adds to the output.
        private let outputs: [Double]
        /// The features that move.
        private let moving: [Int]
        /// By the place of a code: which number of the release its leaf is.
        private let leaves: [Int32]

        init(of state: AdditiveTrees) {
            let bins = state.plan.bins
            length = state.releaseLength
            objective = state.plan.objective
            isCounting = state.released == 0
            start = state.start
            bound = state.plan.clipUnits
            var first = 0
            var firsts: [Int] = []
            for feature in bins {
                firsts.append(first)
                first += feature.codes
            }
            self.firsts = firsts
            outputs = state.curves.flatMap(\.self)
            moving = state.moving
            var leaves = [Int32](repeating: 0, count: first)
            for (place, feature) in state.moving.enumerated() {
                for (code, leaf) in state.trees[place].enumerated() {
                    leaves[firsts[feature] + code] = Int32(place * state.plan.leaves + Int(leaf))
                }
            }
            self.leaves = leaves
        }

        /// Two rounds with equal texts make the same numbers of any row.
        public var canonical: String {
            guard !isCounting else { return "counts \(firsts) of \(length)" }
            return "leaves \(leaves) of \(moving) of \(firsts), \(objective) from \(start) "
                + "and \(outputs), at most \(bound)"
        }
    }

    /// The next release.
    public var round: Round { Round(of: self) }
}

extension AdditiveTrees.Round {
    /// Adds what one row gives, in lattice units of ``AdditiveTrees/unit``, as
    /// ``AdditiveTrees/contribution(of:rows:labels:)`` does for all rows of a person.
    ///
    /// - Parameters:
    ///   - codes: of each feature the code of its value.
    ///   - label: 0 or 1; for squared errors within 0...1.
    ///   - sums: as many as ``length``.
    /// - Requires: codes below ``FeatureBins/codes`` of their features, and the label within its range.
    /// - Cost: as there; no memory.
    public func add(codes: [UInt8], label: Double, to sums: inout [Int64]) {
        precondition(codes.count == firsts.count, "a code for each feature")
        precondition(sums.count == length, "a place for each number")
        add(label, to: &sums) { codes[$0] }
    }

    /// Adds a row whose codes are found one by one.
    @inline(__always)
    func add(_ label: Double, to sums: inout [Int64], code: (_ feature: Int) -> UInt8) {
        guard length > 0 else { return }
        if isCounting {
            let unit = AdditiveTrees.unit
            for feature in firsts.indices { sums[firsts[feature] + Int(code(feature))] += unit }
            sums[length - 1] += Int64((2 * label - 1) * Double(unit))
            return
        }
        var output = start
        for feature in firsts.indices { output += outputs[firsts[feature] + Int(code(feature))] }
        let residual = label - objective.prediction(output)
        // Far from the data a value may lie anywhere; a residual beyond ±1 is clamped before it
        // becomes whole, and R is at most 1.
        let whole = Int64(min(max(residual, -1), 1) * Double(AdditiveTrees.unit))
        let clamped = min(max(whole, -bound), bound)
        for feature in moving {
            sums[Int(leaves[firsts[feature] + Int(code(feature))])] += clamped
        }
    }
}
