// SPDX-License-Identifier: Apache-2.0
internal import Privacy

/// A drawing and what its file is called.
package struct Plot: Sendable, Hashable {
    /// The file's name.
    package let name: String
    /// Its text.
    package let svg: String
}

extension Report {
    /// What the files of the drawings are called, in the order of ``plots``.
    package static let plotNames = [
        "willingness.svg", "contributors.svg", "pay.svg", "privacy.svg", "quality.svg",
        "cheats.svg",
    ]

    /// All drawings.
    package var plots: [Plot] {
        zip(
            Report.plotNames, [willingness, contributors, pay, privacy, quality, cheats]
        ).map(Plot.init)
    }

    private static let rules = SplitRule.allCases.map { (Drawing.Ink.of($0), $0.words) }

    private static func percent(_ value: Double) -> String {
        Numerals.text(100 * value, digits: 0) + " %"
    }

    /// What a line drawing shows of several seeds.
    private var firstSeed: String {
        trials.count > 1 ? ", seed \(settings.seed)" : ""
    }

    /// The published shares with their intervals, and what is made of them.
    private var willingness: String {
        var drawing = Drawing(title: "Who shares for how much", height: 400)
        let grid = Grid(
            x: .even("offer", from: 0, to: 1, by: 0.2) { "$" + Numerals.text($0, digits: 2) },
            y: .even("people who share (from 70 %)", from: 0.7, to: 0.95, by: 0.05, Report.percent),
            top: 92, bottom: 340)
        grid.draw(on: &drawing)
        let curve = settings.willingness
        drawing.polyline(
            .value,
            (0...100).map { cent in
                grid.place(Double(cent) / 100, curve.share(at: Int64(cent) * 10_000))
            })
        for arm in Willingness.published {
            let half = 1.96 * (arm.share * (1 - arm.share) / Double(arm.asked)).squareRoot()
            let x = grid.x(Double(arm.bonusMicros) / 1e6)
            drawing.margin(
                x: x, from: grid.y(arm.share - half), to: grid.y(arm.share + half))
            drawing.dot("bar", .rows, at: (x, grid.y(arm.share)), radius: 4.5)
        }
        drawing.legend(
            y: 56, isLines: true, names: [(.value, "this experiment's people")])
        drawing.dot("bar", .rows, at: (330, 51.5), radius: 4.5)
        drawing.text(
            "Berke et al. 2024, real offers, 95 %", at: (342, 56), kind: "strong")
        return drawing.svg
    }

    /// How many contribute over the rounds.
    private var contributors: String {
        var drawing = Drawing(
            title: "Contributors in each round\(firstSeed)", height: 400)
        let outcomes = trials[0].outcomes
        let rounds = settings.rounds
        let counts = outcomes.flatMap { $0.present.map(Double.init) }
        let step = max(1, (rounds + 7) / 8)
        let grid = Grid(
            x: .even("round", from: 1, to: Double(max(2, rounds)), by: Double(step)) {
                Numerals.text($0, digits: 0)
            }, y: .upTo("people", counts) { Numerals.text($0, digits: 0) }, top: 92, bottom: 340)
        grid.draw(on: &drawing)
        for outcome in outcomes {
            drawing.polyline(
                .of(outcome.rule),
                outcome.present.enumerated().map {
                    grid.place(Double($0.offset + 1), Double($0.element))
                })
        }
        drawing.legend(y: 56, isLines: true, names: Report.rules)
        return drawing.svg
    }

    /// How evenly honest people are paid.
    private var pay: String {
        var drawing = Drawing(
            title: "Pay among honest contributors, and its Gini\(firstSeed)", height: 470)
        let grid = Grid(
            x: .even("people, from the least paid", from: 0, to: 1, by: 0.2, Report.percent),
            y: .even("part of all pay", from: 0, to: 1, by: 0.2, Report.percent), top: 92,
            bottom: 410)
        grid.draw(on: &drawing)
        drawing.polyline(.plain, [grid.place(0, 0), grid.place(1, 1)])
        var names: [(Drawing.Ink, String)] = []
        for outcome in trials[0].outcomes {
            let honest = trials[0].population.contributors
                .filter { !$0.kind.isFraud && outcome.took($0.place) }
                .map { outcome.earnedMicros[$0.place] }
            drawing.polyline(
                .of(outcome.rule), Spread.lorenz(honest).map { grid.place($0.people, $0.part) })
            let gini = Numerals.text(Spread.gini(honest), digits: 2)
            names.append((.of(outcome.rule), "\(outcome.rule.words): \(gini)"))
        }
        drawing.legend(y: 56, isLines: true, names: names)
        return drawing.svg
    }

    /// How much of their privacy people spent.
    private var privacy: String {
        var drawing = Drawing(
            title: "Privacy spent by the end\(firstSeed)", height: 400)
        let trial = trials[0]
        let curves = trial.outcomes.map { outcome in
            trial.population.contributors.filter { outcome.took($0.place) }
                .map { settings.epsilon(of: outcome.spent[$0.place]) }.sorted()
        }
        let grid = Grid(
            x: .upTo("epsilon, at delta \(settings.delta)", curves.flatMap(\.self)) {
                Numerals.text($0, digits: $0 == $0.rounded() ? 0 : 1)
            },
            y: .even(
                "contributors who spent at most so much", from: 0, to: 1, by: 0.2, Report.percent),
            top: 92, bottom: 340)
        grid.draw(on: &drawing)
        for (outcome, spent) in zip(trial.outcomes, curves) where !spent.isEmpty {
            var points = [grid.place(0, 0)]
            for (place, epsilon) in spent.enumerated() {
                let (before, after) = (Double(place), Double(place + 1))
                points.append(grid.place(epsilon, before / Double(spent.count)))
                points.append(grid.place(epsilon, after / Double(spent.count)))
            }
            points.append(grid.place(grid.x.high, 1))
            drawing.polyline(.of(outcome.rule), points)
        }
        drawing.legend(y: 56, isLines: true, names: Report.rules)
        return drawing.svg
    }

    /// How good models of each price were.
    private var quality: String {
        var drawing = Drawing(title: "What a price buys: every model sold", height: 400)
        let all = settings.epsilons.map { epsilon in
            SplitRule.allCases.map { sales($0, epsilon: epsilon) }
        }
        let areas = all.flatMap { $0.flatMap { $0.map(\.quality.area) } }
        let low = min(0.5, ((areas.min() ?? 0.5) * 10).rounded(.down) / 10)
        let count = Double(settings.epsilons.count)
        let grid = Grid(
            x: .init(
                title: "epsilon, and the mean price", low: 0, high: count,
                marks: zip(settings.epsilons, all).enumerated().map { place, column in
                    let prices = column.1.flatMap { $0.map(\.priceMicros) }
                    let price = prices.isEmpty ? "none sold" : Numerals.money(Spread.mean(prices))
                    return (Double(place) + 0.5, "\(column.0): \(price)")
                }),
            y: .even("area under the curve (0.5 is a coin)", from: low, to: 1, by: 0.1) {
                Numerals.text($0, digits: 1)
            }, top: 92, bottom: 340)
        grid.draw(on: &drawing)
        for (column, rules) in all.enumerated() {
            for (number, sales) in rules.enumerated() where !sales.isEmpty {
                let ink = Drawing.Ink.of(SplitRule.allCases[number])
                let middle = Double(column) + 0.2 + 0.2 * Double(number)
                for (place, sale) in sales.enumerated() {
                    // Beside each other as far as they would hide one another.
                    let aside = 0.016 * Double(place % 7 - 3)
                    drawing.dot(
                        "dot", ink, at: grid.place(middle + aside, sale.quality.area), radius: 3)
                }
                let estimate = Estimate(sales.map(\.quality.area))
                let (x, y) = grid.place(middle, estimate.mean)
                drawing.line("margin", (x - 16, y), (x + 16, y))
            }
        }
        drawing.legend(y: 56, isLines: false, names: Report.rules)
        drawing.line("margin", (470, 51), (502, 51))
        drawing.text("mean", at: (510, 56), kind: "strong")
        return drawing.svg
    }

    /// What each way of cheating brings.
    private var cheats: String {
        var drawing = Drawing(
            title: "What a cheat gets, beside an honest person in the same sales", height: 400)
        let ways: [(Measure, Contributor.Kind)] = [
            (.randomRowsShare, .randomRows), (.flippedLabelsShare, .flippedLabels),
            (.noisyCopyShare, .noisyCopy),
        ]
        let estimates = ways.map { way in SplitRule.allCases.map { estimate(way.0, $0) } }
        let tops = estimates.joined().map { $0.mean + ($0.margin ?? 0) }.filter(\.isFinite)
        let grid = Grid(
            x: .init(
                title: trials.count > 1 ? "95 % over \(trials.count) seeds" : "one seed", low: 0,
                high: 3,
                marks: ways.enumerated().map { (Double($0.offset) + 0.5, $0.element.1.words) }),
            y: .upTo("part of an honest share", tops + [1], Report.percent),
            top: 92, bottom: 340)
        grid.draw(on: &drawing)
        drawing.polyline(.plain, [grid.place(0, 1), grid.place(3, 1)])
        for (way, rules) in estimates.enumerated() {
            for (number, estimate) in rules.enumerated() where estimate.mean.isFinite {
                let x = grid.x(Double(way) + 0.06 + 0.22 * Double(number))
                let y = grid.y(estimate.mean)
                drawing.bar(
                    .of(SplitRule.allCases[number]), from: (x + 2, y), width: 34,
                    height: grid.bottom - y)
                if let margin = estimate.margin, margin > 0 {
                    drawing.margin(
                        x: x + 19, from: grid.y(max(0, estimate.mean - margin)),
                        to: grid.y(estimate.mean + margin))
                }
                let above = grid.y(estimate.mean + (estimate.margin ?? 0)) - 6
                drawing.text(
                    Report.percent(estimate.mean), at: (x + 19, above), anchor: "middle",
                    kind: "small")
            }
        }
        drawing.legend(y: 56, isLines: false, names: Report.rules)
        return drawing.svg
    }
}
