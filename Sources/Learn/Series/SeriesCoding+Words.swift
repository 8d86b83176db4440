// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Query
internal import Study

extension SeriesCoding {
    /// How it is made, as people read it.
    var method: String {
        let steps =
            horizon == 1 ? "the next \(step.rawValue)" : "the next \(horizon) \(step.rawValue)s"
        return "a forecast of \(steps), each step from those before it"
    }

    /// What it learns from, as people read it.
    var words: String {
        "\(width) of each \(step.rawValue) of a person's series, in her own deviations from her own mean: "
            + names.joined(separator: ", ")
    }
}

extension CompiledModel {
    /// What a buyer of a forecast should know.
    func forecastNotes(_ coding: SeriesCoding) -> [String] {
        var notes: [String] = []
        if schedule.isMeasured {
            notes.append(
                "the last \(coding.horizon) \(coding.step.rawValue)s of each person are held out, and a tenth of the "
                    + "privacy spent, to measure it; quality => off trains on all")
        }
        // A step has a row at least: there are no more steps than rows.
        if schedule.isMeasured,
            Double(question.rowsPerPerson - coding.horizon) <= SeriesWalk.fewest
        {
            notes.append(
                "of a person's \(question.rowsPerPerson) rows those of the last \(coding.horizon) \(coding.step.rawValue)s are held "
                    + "out: little or nothing is left to learn from; ask for a shorter HORIZON, more rows => n, or quality => off"
            )
        }
        if let round = schedule.rounds.first {
            // A person gives about the radius; noise of μ for it is that much wider.
            let sigma = Double(round.radius) / schedule.unit / round.spending.gaussianMu
            if Double(question.people) < 2 * Forecasting.noise(sigma, coding) {
                notes.append(
                    "people are few for \(coding.width) features: it will be little more than each series' own mean; "
                        + "fewer lags or more epsilon make it better")
            }
        }
        return notes
    }
}
