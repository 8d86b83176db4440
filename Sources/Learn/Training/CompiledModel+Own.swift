// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Trees

/// How a model of its maker's own rows is made: in the rounds that one of a pool's rows has, but for what those do because of
/// noise.
extension CompiledModel {
    /// The finest lattice whose sums cannot overflow.
    private static let finest = Double(sign: .plus, exponent: 30, significand: 1)
    /// How often centres of clusters are moved at most, and factors of items are solved.
    private static let moves = 100
    private static let factorRounds = 12
    /// How many steps trees have, and each tree leaves: more follow chance.
    private static let epochs = 60
    private static let leaves = 10

    /// The same method, without what noise makes necessary.
    ///
    /// Regressions are solved; trees have other bins and more steps, and no residual is cut; clusters move until they stand still.
    ///
    /// - Parameter cuts: where the bins of a number end, by its column.
    static func exact(
        _ method: Method, _ schedule: Schedule, _ cuts: [String: [Int64]]
    ) -> (Method, Schedule) {
        func rounds(_ kinds: [Schedule.Kind]) -> [Schedule.Round] {
            (kinds + (schedule.isMeasured ? [.quality] : [])).map {
                Schedule.Round(kind: $0, radius: 1, spending: .zero)
            }
        }
        func many(_ kind: Schedule.Kind, _ count: Int) -> [Schedule.Kind] {
            Array(repeating: kind, count: count)
        }
        switch (method, schedule.descent) {
        case (.regression, _):
            let isLinear = !schedule.rounds.contains { $0.kind == .slope }
            let kinds = isLinear ? [.products] : many(.curvature, NewtonRegression.steps)
            return (
                method,
                Schedule(
                    rounds: rounds([.moments] + kinds), descent: .curved, unit: finest)
            )
        case (.trees(let bins, let trees), _):
            return exact(bins.cut(cuts), trees) { rounds([.counts] + many(.leaves, $0)) }
        case (.recommender, .factors(let plan)):
            return (
                method,
                Schedule(
                    rounds: rounds(
                        [.middle, .biases] + many(.factors(plan.factors), factorRounds)),
                    descent: schedule.descent, unit: finest)
            )
        case (.clusters(var plan), _):
            plan.isExact = true
            return (
                .clusters(plan),
                Schedule(
                    rounds: rounds([.counts, .cells] + many(.moves, moves)),
                    descent: .clusters(plan), unit: finest)
            )
        default:
            return (
                method,
                Schedule(rounds: schedule.rounds, descent: schedule.descent, unit: finest)
            )
        }
    }

    private static func exact(
        _ bins: ColumnBins, _ trees: AdditiveTrees, _ rounds: (_ steps: Int) -> [Schedule.Round]
    ) -> (Method, Schedule) {
        guard let features = try? bins.features else {
            preconditionFailure("as many bins as before, or fewer than a byte tells")
        }
        var plan = AdditiveTrees.Plan(trees.plan.objective, bins: features)
        (plan.epochs, plan.leaves, plan.learningRate) = (epochs, leaves, 1)
        plan.clip = 1
        // The bins are those that trees were grown on before.
        let grown = (try? AdditiveTrees(plan)) ?? trees
        return (
            .trees(bins, grown),
            Schedule(
                rounds: rounds(grown.releases - 1), descent: .trees(grown),
                unit: Double(AdditiveTrees.unit))
        )
    }
}

extension ColumnBins {
    /// The same with other edges for some numbers.
    fileprivate func cut(_ cuts: [String: [Int64]]) -> ColumnBins {
        ColumnBins(
            columns.map { column in
                guard case .number(let scale, let low, let high, _) = column.kind,
                    let edges = cuts[column.name]
                else { return column }
                return Column(
                    name: column.name,
                    kind: .number(scale: scale, low: low, high: high, edges: edges))
            })
    }
}
