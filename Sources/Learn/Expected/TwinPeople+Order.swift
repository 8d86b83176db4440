// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// People whose rows belong together.
extension TwinPeople {
    /// Ratings of different items, some of which are liked by all, and some by those of one taste.
    func appendRatings(
        to values: inout [[Int64]], of columns: [Schema.Column], _ dice: inout TwinDice
    ) {
        let items = columns[0].categories.count
        let taste = (dice.bell(), dice.bell())
        var rated: Set<Int> = []
        for _ in 0..<min(rows, items) {
            var item = dice.place(of: items)
            while rated.contains(item) { item = (item + 1) % items }
            rated.insert(item)
            var rule = TwinDice(UInt64(item), 5)
            let liked = rule.bell() + taste.0 * rule.bell() + taste.1 * rule.bell()
            values[0].append(Int64(item))
            values[1].append(
                TwinPeople.number(of: columns[1], at: 0.6 + 0.1 * liked + 0.12 * dice.bell()))
        }
    }

    /// The last steps of a series up to a day that is the same for all.
    func appendSeries(
        to values: inout [[Int64]], of columns: [Schema.Column], _ coding: SeriesCoding,
        _ dice: inout TwinDice
    ) {
        let level = 0.4 + 0.1 * dice.bell()
        let last = coding.step.place(of: TwinPeople.lastDay)
        var carried = dice.bell()
        for step in (last - Int64(rows) + 1)...last {
            let place = step.quotientAndRemainder(dividingBy: Int64(coding.season)).remainder
            var rule = TwinDice(UInt64(bitPattern: place), 6)
            // What one step has is carried over to the next in part.
            carried = 0.6 * carried + 0.8 * dice.bell()
            let season = coding.season > 1 ? rule.bell() : 0
            values[0].append(coding.step.day(of: step))
            values[1].append(
                TwinPeople.number(
                    of: columns[1], at: level + 0.05 * season + 0.05 * carried))
        }
    }

    /// 2024-12-31.
    private static let lastDay: Int64 = 20_088
}
