// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Study

/// What to expect of an answer before anything is read, as if everybody of the pool's band were
/// there, spread evenly over the groups, with rows as usual.
struct ExpectedError {
    private let study: StudyPlan<AggregateStep>
    private let people: Int
    /// How many rows a contributor is taken to have.
    let rows: Int

    init(
        _ study: StudyPlan<AggregateStep>, bound: Compiler.RowBound, people: Int,
        target: PrivacyTarget
    ) {
        self.study = study
        self.people = people
        switch bound {
        // Hardly anybody has as many rows as may count: a quarter of them is nearer to it.
        case .stated(let rows): self.rows = max(1, rows / 4)
        case .chosen(let most): rows = max(1, min(most, 32))
        }
    }

    private static let foundGroups = 10

    /// The answer that is expected: every block without a sum, its noise as it will be.
    var noised: NoisedAnswer {
        let lattice = Double(study.step.lattice)
        // How many groups will be found nobody knows: as if there were some.
        let groups = study.step.found == nil ? study.step.listedGroups : ExpectedError.foundGroups
        let perGroup = max(1, Double(people) * Double(rows) / Double(groups))
        var blocks: [NoisedBlock] = []
        for (block, noise) in zip(study.step.blocks, study.noises) {
            let clip = ClipEstimate.expected(
                people: people, at: rung(of: block.bound), noise: noise,
                groups: study.step.groups, width: block.width)
            let rung = clip?.rung ?? 0
            let isRows = blocks.isEmpty && !study.step.statistics.isEmpty
            let one = (0..<block.width).map { number -> Int64 in
                guard isRows else {
                    return Int64(min(perGroup, Double(people)) * lattice)
                }
                switch study.step.statistics[number] {
                case .centredSum: return 0
                case .rows(let having?) where Statistic.missingValue(having) != nil: return 0
                default: return Int64(min(perGroup * lattice, 0x1p61))
                }
            }
            blocks.append(
                .expected(
                    Array(repeating: one, count: groups).flatMap(\.self),
                    sigma: noise.rungs[rung].noise.sigma, clip: clip))
        }
        return .expected(blocks)
    }

    /// The rung that the usual number of rows takes.
    private func rung(of bound: ContributionBound) -> Int {
        guard case .ladder = bound, rows > 1 else { return 0 }
        return (rows - 1).bitWidth - (rows - 1).leadingZeroBitCount
    }

    /// The largest error of a shown value, as a part of it; of averages and quantiles, of the range
    /// of their bounds.
    func relative(_ contents: [Content]) -> Double {
        let reader = AnswerReader(study, noised)
        return contents.indices.reduce(0) { worst, place in
            max(worst, reader.relative(contents[place]))
        }
    }
}
