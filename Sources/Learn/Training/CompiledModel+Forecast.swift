// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Query
internal import Study

extension CompiledModel {
    /// Plans a forecast that reaches so far.
    static func forecast(
        _ question: ModelQuestion, _ goal: Goal, horizon: Int
    ) throws(QueryError) -> (Method, Schedule) {
        guard goal.isNumber else {
            throw question.targetError(
                "a forecast is of a number, and this is none",
                remedy: "predict a number with public bounds, or leave out ORDER BY and HORIZON")
        }
        var (step, measured) = (SeriesStep.day, true)
        var season: Int?
        var lags: Int?
        for option in question.options {
            switch option.name {
            case "model": break
            case "quality": measured = try option.isOn()
            case "step":
                guard let known = SeriesStep(rawValue: option.value) else {
                    throw option.valueError(
                        "there is no step '\(option.value)'", remedy: "use day, week or month")
                }
                step = known
            case "season": season = try option.whole(most: SeriesCoding.longestSeason)
            case "lags": lags = try option.whole(most: SeriesCoding.mostLags)
            default:
                throw option.error(
                    "there is no option '\(option.name)'",
                    remedy: "use model, season, lags, step or quality")
            }
        }
        let repeats = season ?? step.season
        let coding = SeriesCoding(
            step: step, horizon: horizon, season: repeats,
            lags: lags
                ?? (season == 1 ? SeriesCoding.usualLags : min(repeats, SeriesCoding.usualLags)))
        return (
            .forecast(coding),
            Schedule(coding, spending: question.spending, measured: measured)
        )
    }
}

extension ModelQuestion.Option {
    /// The value of quality.
    func isOn() throws(QueryError) -> Bool {
        guard ["on", "off"].contains(value) else {
            throw valueError("quality is on or off", remedy: "write quality => off to leave it out")
        }
        return value == "on"
    }

    fileprivate func whole(most: Int) throws(QueryError) -> Int {
        guard let number = Int(value), (1...most).contains(number) else {
            throw valueError(
                "\(name) is how many steps", remedy: "write \(name) => a number from 1 to \(most)")
        }
        return number
    }
}
