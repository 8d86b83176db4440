// SPDX-License-Identifier: Apache-2.0

/// How many marked ones are among those drawn from a population without putting back.
///
/// The weights come from the ratio of neighbouring ones, starting at the most likely count, so that
/// nothing underflows where it matters and no logarithm is needed: only the four operations of IEEE
/// 754, which give the same on every machine. Relative error below 10^-10.
struct Hypergeometric: Sendable {
    let population: Int
    let marked: Int
    let drawn: Int

    /// P[X ≥ least]. Cost: one pass over the possible counts.
    func tail(atLeast least: Int) -> Double {
        let (first, last) = (max(0, drawn - (population - marked)), min(marked, drawn))
        guard least > first else { return 1 }
        guard least <= last else { return 0 }
        let mode = min(max((drawn + 1) * (marked + 1) / (population + 2), first), last)
        var weights = [Double](repeating: 1, count: last - first + 1)
        for count in stride(from: mode, to: last, by: 1) {
            weights[count + 1 - first] = weights[count - first] * ratio(above: count)
        }
        for count in stride(from: mode, to: first, by: -1) {
            weights[count - 1 - first] = weights[count - first] / ratio(above: count - 1)
        }
        // From the small ones up, so that none of them is lost in a large sum.
        let above = weights[(least - first)...].reversed().reduce(0, +)
        return min(1, above / weights.reduce(0, +))
    }

    /// P[X = count + 1] / P[X = count].
    private func ratio(above count: Int) -> Double {
        Double(marked - count) * Double(drawn - count)
            / (Double(count + 1) * Double(population - marked - drawn + count + 1))
    }
}
