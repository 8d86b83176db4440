// SPDX-License-Identifier: Apache-2.0

/// How good a model is to be expected, before anybody's rows are read: what the same training makes of as many people who
/// do not exist and follow a rule that is known (``TwinPeople``). How well real people can be foretold is in their rows and is
/// not known before; what noise takes away follows from the question alone, and that is what this tells.
package struct Expectation: Hashable, Sendable {
    /// One measure, in ten-thousandths.
    package struct Measure: Hashable, Sendable {
        /// "accuracy", "auc", "r2", "explained" or "mase".
        package let name: String
        /// What the model reaches on made-up people.
        package let value: Int64
        /// Half of the 95 % interval that will stand beside it, as far as noise and the number of held-out rows go.
        package let margin: Int64
        /// What it would reach without noise.
        package let limit: Int64
        /// What guessing reaches: always the commoner of two, the mean of a number, the value of a season ago.
        package let guess: Int64

        /// The part that noise leaves of what can be learned; 1 where nothing can.
        var left: Double {
            limit == guess ? 1 : Double(value - guess) / Double(limit - guess)
        }
        /// Whether the interval beside it is so wide that the model could as well be a guess.
        var isTelling: Bool { margin < abs(value - guess) }
    }

    /// The half of an interval of which nothing is known.
    static let unknown: Int64 = 10_000

    /// The measures.
    package let measures: [Measure]
    /// How many people it was reckoned for.
    package let people: Int
    /// How many rows each of those who are made up has.
    package let rows: Int
    /// How many rows of each person count, which noise is made for.
    let most: Int
    /// Whether the real model will be measured.
    let isMeasured: Bool
    /// Of the ε that were tried the least at which half of what can be learned is; nil where what was asked for is
    /// enough, or none was.
    package let enough: String?

    /// The measure that says most of how much was learned.
    private var leading: Measure? { measures.last }

    /// Whether noise leaves less than half of what can be learned.
    package var isPoor: Bool { leading.map { $0.left < 0.5 } ?? true }

    init(
        _ measures: [Measure], people: Int, rows: Int, most: Int, isMeasured: Bool,
        enough: String? = nil
    ) {
        (self.measures, self.people, self.rows, self.most) = (measures, people, rows, most)
        (self.isMeasured, self.enough) = (isMeasured, enough)
    }

    func with(enough: String?) -> Expectation {
        Expectation(
            measures, people: people, rows: rows, most: most, isMeasured: isMeasured, enough: enough
        )
    }

    /// Half of the interval that will stand beside each measure of the real model, as people read it; none where it is not
    /// measured.
    package var margins: [(name: String, margin: String)] {
        isMeasured ? measures.map { ($0.name, Model.shown($0.margin)) } : []
    }

    /// What a buyer should know before she pays.
    package var notes: [String] {
        guard !measures.isEmpty else {
            return [
                "nothing is left to measure: people or the rows of each are too few, or noise is too wide; count more rows of "
                    + "each (rows => n), or give more epsilon"
            ]
        }
        let told = measures.map {
            "\($0.name) \(Model.shown($0.value)) (without noise \(Model.shown($0.limit)), guessing \(Model.shown($0.guess)))"
        }.joined(separator: ", ")
        var notes = [
            "expected quality, on \(people) made-up people with \(rows) row\(rows == 1 ? "" : "s") each who follow a planted rule: "
                + "\(told); how well real people can be foretold only their rows show"
                + (most > rows
                    ? "; noise is made for \(most) rows of each: rows => \(rows) makes it less"
                    : "")
        ]
        if isPoor {
            notes.append(
                "noise takes more than half of what can be learned; "
                    + (enough.map { "epsilon => \($0) would leave more" }
                        ?? "no epsilon that was tried leaves more: ask for fewer features, or where more people are")
            )
        }
        if isMeasured, let leading, !leading.isTelling {
            notes.append(
                "its \(leading.name) will be told to within ± \(Model.shown(leading.margin)): too wide to tell it from a guess. More "
                    + "epsilon or more people narrow it; quality => off saves what measuring costs")
        }
        return notes
    }
}
