// SPDX-License-Identifier: Apache-2.0
import Query
import Testing

@testable import Learn

/// CREATE MODEL … ORDER BY … HORIZON …: what can be written, and what is said of what cannot.
@Suite struct ForecastQuestionTests {
    @Test func `a forecast is asked by day, week or month`() throws {
        let daily = try Walkers.forecast()
        #expect(daily.question.rows.columns.map(\.name) == ["day", "steps"])
        #expect(daily.method == .forecast(.init(step: .day, horizon: 7, season: 7, lags: 7)))
        let weekly = try Walkers.forecast(", step => week", horizon: 1)
        #expect(weekly.method == .forecast(.init(step: .week, horizon: 1, season: 52, lags: 7)))
        let monthly = try Walkers.forecast(", step => month, season => 1, lags => 14")
        #expect(monthly.method == .forecast(.init(step: .month, horizon: 7, season: 1, lags: 14)))
        #expect(try !Walkers.forecast(", quality => off").isMeasured)
    }

    @Test(arguments: [
        ("PREDICT steps ORDER BY day HORIZON 7", "write USING (model => forecast)"),
        ("PREDICT steps ORDER BY day HORIZON 7 USING (model => linear)", "but for a forecast"),
        (
            "PREDICT steps ORDER BY day HORIZON 7 USING (model => trees)",
            "leave out ORDER BY and HORIZON"
        ),
        ("PREDICT steps USING (model => forecast)", "write PREDICT number ORDER BY day HORIZON 7"),
        ("PREDICT steps HORIZON 7 USING (model => forecast)", "HORIZON stands without ORDER BY"),
        ("ORDER BY day HORIZON 7 PREDICT steps", "behind PREDICT"),
        ("PREDICT steps ORDER BY day", "HORIZON"),
        ("PREDICT steps ORDER BY day HORIZON 0", "from 1 to 366"),
        ("PREDICT steps ORDER BY day HORIZON 367", "from 1 to 366"),
        ("PREDICT steps ORDER BY day HORIZON week", "how many steps"),
        ("PREDICT steps ORDER BY day DESC HORIZON 7", "leave out DESC"),
        ("PREDICT steps ORDER BY steps HORIZON 7 USING (model => forecast)", "dates or times"),
        (
            "PREDICT steps ORDER BY CASE WHEN steps > 3 THEN day END HORIZON 7 USING (model => forecast)",
            "name of such a column"
        ),
        (
            "PREDICT steps ORDER BY nothing HORIZON 7 USING (model => forecast)",
            "no column 'nothing'"
        ),
        (
            "PREDICT steps > 3 ORDER BY day HORIZON 7 USING (model => forecast)",
            "a forecast is of a number"
        ),
        ("PREDICT note ORDER BY day HORIZON 7 USING (model => forecast)", "cannot be predicted"),
        (
            "PREDICT steps ORDER BY day HORIZON 7 USING (model => forecast, features => (note))",
            "leave out features"
        ),
        (
            "PREDICT steps ORDER BY day HORIZON 7 USING (model => forecast, season => 0)",
            "season => a number from 1 to 366"
        ),
        (
            "PREDICT steps ORDER BY day HORIZON 7 USING (model => forecast, lags => 61)",
            "lags => a number from 1 to 60"
        ),
        (
            "PREDICT steps ORDER BY day HORIZON 7 USING (model => forecast, step => year)",
            "use day, week or month"
        ),
        (
            "PREDICT steps ORDER BY day HORIZON 7 USING (model => forecast, quality => maybe)",
            "on or off"
        ),
        (
            "PREDICT steps ORDER BY day HORIZON 7 USING (model => forecast, depth => 3)",
            "use model, season, lags, step or quality"
        ),
        ("PREDICT steps > 3 USING (season => 7)", "nothing is left to learn from"),
    ])
    func `what cannot be asked is said, with its place`(words: String, problem: String) {
        do {
            _ = try Walkers.compiled(words)
            Issue.record("taken: \(words)")
        } catch {
            #expect("\(error)".contains(problem), "\(error)")
            #expect("\(error)".contains("line 1, column"))
        }
    }

    @Test func `texts that ask for other series are other models`() throws {
        let first = try Walkers.forecast().digest
        #expect(try Walkers.forecast(", season => 7, lags => 7, step => day").digest == first)
        #expect(try Walkers.forecast(horizon: 6).digest != first)
        #expect(try Walkers.forecast(", step => week, season => 7").digest != first)
        #expect(try Walkers.forecast(", season => 6, lags => 7").digest != first)
        let at = try Walkers.compiled(
            "PREDICT steps ORDER BY at HORIZON 7 USING (model => forecast)")
        #expect(try at.digest != first)
    }

    @Test func `it is explained, with what is held out`() throws {
        let model = try Walkers.forecast()
        let lines = model.explanation.lines.map { "\($0.subject) \($0.text)" }
        for words in [
            "reads activity: day, steps",
            "predicts steps, a number, by a forecast of the next 7 days",
            "features 8 of each day of a person's series",
            "round what each step of a person's series has to do with those before it: rho ",
            "round how good it is on ",
        ] { #expect(lines.contains { $0.hasPrefix(words) }, "\(words) \(lines)") }
        #expect(model.notes.contains { $0.contains("the last 7 days of each person are held out") })
        #expect(!model.notes.contains { $0.contains("people are few") })
    }
}
