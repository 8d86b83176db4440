// SPDX-License-Identifier: Apache-2.0
import Value

/// Utilities by neighbours straight from their definitions, for a single test record.
struct NearestGame {
    /// Squared distances.
    let distances: [Double]
    /// What each record is worth when it counts, from 0 to 1.
    let worth: [Double]
    let k: Int

    /// The expected sum of worth over the min(K, |S|) nearest when ties are broken at random.
    private func expected(_ members: [Int]) -> Double {
        var (left, sum) = (min(k, members.count), 0.0)
        for distance in Set(members.map { distances[$0] }).sorted() where left > 0 {
            let tied = members.filter { distances[$0] == distance }
            let taken = min(left, tied.count)
            sum += Double(taken) * tied.reduce(0) { $0 + worth[$1] } / Double(tied.count)
            left -= taken
        }
        return sum
    }

    /// The sum divided by K, U(∅) = 0.
    func additive(_ coalition: Coalition) -> Double { expected(coalition.players) / Double(k) }

    /// The same when the earlier row is the nearer one.
    func byPlace(_ coalition: Coalition) -> Double {
        let order = coalition.players.sorted {
            distances[$0] == distances[$1] ? $0 < $1 : distances[$0] < distances[$1]
        }
        return order.prefix(k).reduce(0) { $0 + worth[$1] } / Double(k)
    }

    /// The sum divided by min(K, |S|), U(∅) = 1/C.
    func soft(_ coalition: Coalition, classes: Int) -> Double {
        let members = coalition.players
        guard !members.isEmpty else { return 1 / Double(classes) }
        return expected(members) / Double(min(k, members.count))
    }

    /// The mean worth within a ball, 1/C where it is empty.
    func threshold(_ coalition: Coalition, radiusSquared: Double, classes: Int) -> Double {
        let members = coalition.players.filter { distances[$0] <= radiusSquared }
        guard !members.isEmpty else { return 1 / Double(classes) }
        return members.reduce(0) { $0 + worth[$1] } / Double(members.count)
    }
}
