// SPDX-License-Identifier: Apache-2.0
internal import Query
internal import Vault

extension TrainingStep {
    /// The ratings of a contributor, of items that are in the list, those that are held out marked.
    func ratings(
        of tables: [Rows], items: Int, _ mark: UInt64, _ scan: RowScan
    ) -> [Rating] {
        var ratings: [Rating] = []
        scan.forEachRow(of: tables, most: mostRows) { values in
            guard let value = goal.value(of: values[1]), values[0] >= 0, values[0] < Int64(items)
            else { return }
            ratings.append(Rating(item: Int(values[0]), value: value, isHeldOut: false))
        }
        return holdsOut ? ratings.holdingOut(of: mark) : ratings
    }

    /// Adds what a round asks of a contributor's ratings. In the round that measures, each that was held out is
    /// foretold from those of hers that were not, as a person's own program would.
    func add(_ ratings: [Rating], to totals: inout [Double]) {
        let learned = ratings.filter { !$0.isHeldOut }
        switch sums {
        case .ratings(let sums): sums.add(learned, to: &totals)
        case .quality(.factors(let form)):
            let heldOut = ratings.filter(\.isHeldOut)
            guard !heldOut.isEmpty else { return }
            let taste = form.taste(of: learned)
            for rating in heldOut {
                Quality.add(
                    form.score(of: rating.item, for: taste), rating.value, goal, to: &totals)
            }
        case .moments, .products, .slope, .curvature, .trees, .network, .stream, .series,
            .clusters, .quality:
            break
        }
    }
}

extension TrainingStep.Sums {
    /// How many items there are, where a contributor's ratings are looked at together.
    var items: Int? {
        switch self {
        case .ratings(let sums): sums.form.items.count
        case .quality(.factors(let form)): form.items.count
        case .moments, .products, .slope, .curvature, .trees, .network, .stream, .series,
            .clusters, .quality:
            nil
        }
    }
}

extension Schedule {
    /// How a recommender is made.
    var recommenderInWords: String {
        guard case .factors(let plan) = descent, plan.factors > 0 else {
            return "the item's bias and the person's own offset: people are few for factors"
        }
        return
            "private alternating least squares: \(plan.factors) factors for each item, solved \(plan.rounds) times"
    }
}
