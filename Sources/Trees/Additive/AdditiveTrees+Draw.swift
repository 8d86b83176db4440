// SPDX-License-Identifier: Apache-2.0

extension AdditiveTrees {
    /// Draws which features move next, and a tree for each: a function of the plan's seed, the
    /// number of the release, and the noised counts, so public.
    ///
    /// Cuts are uniform in the share of rows, as the noised counts tell it: leaves are of like size
    /// in the mean, however the values are spread. Numbers are cut in their order, categories in
    /// one that is drawn; what is missing goes to any leaf, or lies among the categories.
    mutating func drawTrees() {
        (moving, trees) = ([], [])
        guard !isFinished, released > 0 else { return }
        let (epoch, place) = (released - 1).quotientAndRemainder(dividingBy: plan.batches)
        var dice = SplitDice(seed: plan.seed, stream: UInt64(epoch))
        let order = plan.batches == 1 ? Array(plan.bins.indices) : dice.shuffled(plan.bins.count)
        let first = place * plan.batch
        moving = Array(order[first..<min(first + plan.batch, order.count)])
        trees = moving.map { feature in
            var dice = SplitDice(
                seed: plan.seed ^ 0x5851_f42d_4c95_7f2d,
                stream: UInt64(epoch) * UInt64(plan.bins.count) + UInt64(feature))
            return tree(of: feature, &dice)
        }
    }

    private func tree(of feature: Int, _ dice: inout SplitDice) -> [UInt8] {
        let bins = plan.bins[feature]
        let codes = bins.isCategorical ? dice.shuffled(bins.codes) : Array(1..<bins.codes)
        // A quarter of the people is spread evenly, so that bins without rows have some width.
        let even = people / 4 / Double(codes.count)
        let widths = codes.map { max(counts[feature][$0], 0) + even }
        let whole = widths.reduce(0, +)
        let cuts = (1..<plan.leaves).map { _ in dice.unit() * whole }
        var tree = [UInt8](repeating: 0, count: bins.codes)
        var sum = 0.0
        for (code, width) in zip(codes, widths) {
            let middle = sum + width / 2
            tree[code] = UInt8(cuts.count { $0 < middle })
            sum += width
        }
        if !bins.isCategorical { tree[0] = UInt8(dice.below(plan.leaves)) }
        return tree
    }
}

/// Public dice: SplitMix64 (Steele, Lea, Flood 2014). Good enough for splits, and not for noise.
package struct SplitDice: RandomNumberGenerator {
    private var state: UInt64

    /// Begins one of many rows of numbers.
    package init(seed: UInt64, stream: UInt64) {
        state = seed
        state = next() ^ stream &* 0xd134_2543_de82_ef95
        _ = next()
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z &>> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z &>> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z &>> 31
    }

    /// In 0..<1.
    package mutating func unit() -> Double { Double(next() &>> 11) * 0x1p-53 }

    /// In 0..<count; uneven by less than count / 2^64.
    mutating func below(_ count: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// The numbers below a count in an order that is drawn.
    mutating func shuffled(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for place in order.indices.dropLast() {
            order.swapAt(place, place + below(count - place))
        }
        return order
    }
}
