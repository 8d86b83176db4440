// SPDX-License-Identifier: Apache-2.0

/// A table of texts.
package struct TextTable: Sendable, Hashable {
    /// What it is about.
    package let title: String
    /// The columns' names.
    package let header: [String]
    /// The rows.
    package let rows: [[String]]
}

extension Report {
    /// The tables that a person reads, one after the other.
    package var tables: [TextTable] {
        [
            table(
                "Orders and money",
                [
                    .revenue, .operatorPart, .paidOut, .returned, .ordersFilled, .refusedTooDear,
                    .refusedTooFew, .area, .accuracy,
                ]),
            table(
                "People",
                [
                    .contributorsAtStart, .contributorsAtEnd, .contributorsEver, .leftForPay,
                    .leftSpent, .honestSuspended, .cheatsSuspended, .medianPay, .meanPay,
                    .smallestPay, .largestPay, .gini,
                    .honestUnpaid,
                ]),
            table(
                "Privacy, epsilon at delta \(settings.delta)",
                [.medianEpsilon, .largestEpsilon, .medianRho, .largestRho]),
            table(
                "Cheats",
                [
                    .fraudPart, .fraudShare, .randomRowsShare, .flippedLabelsShare,
                    .noisyCopyShare,
                ]),
            qualityTable,
        ]
    }

    private func table(_ title: String, _ measures: [Measure]) -> TextTable {
        TextTable(
            title: title, header: [""] + SplitRule.allCases.map(\.words),
            rows: measures.map { measure in
                [measure.words] + SplitRule.allCases.map { text(measure, $0) }
            })
    }

    /// A measure with its range.
    private func text(_ measure: Measure, _ rule: SplitRule) -> String {
        let estimate = estimate(measure, rule)
        let mean = measure.text(estimate.mean)
        guard let margin = estimate.margin, margin > 0 else { return mean }
        return "\(mean) ± \(measure.text(margin))"
    }

    /// How good models were, by what they cost.
    private var qualityTable: TextTable {
        var rows: [[String]] = []
        for epsilon in settings.epsilons {
            for rule in SplitRule.allCases {
                let sales = sales(rule, epsilon: epsilon)
                guard !sales.isEmpty else {
                    rows.append([epsilon, rule.words, "0", "-", "-", "-", "-"])
                    continue
                }
                let area = Estimate(sales.map(\.quality.area))
                let accuracy = Estimate(sales.map(\.quality.accuracy))
                let micros = Spread.mean(sales.map(\.priceMicros))
                rows.append([
                    epsilon, rule.words, "\(sales.count)", Numerals.money(micros),
                    Numerals.text(accuracy.mean, digits: 3), Numerals.text(area.mean, digits: 3),
                    Numerals.text(100 * (area.mean - 0.5) / (Double(micros) / 1e6), digits: 2),
                ])
            }
        }
        return TextTable(
            title:
                "Quality by price, on \(settings.measuringRows) rows of nobody's; always the commoner "
                + "answer has accuracy \(Numerals.text(commoner, digits: 3)), area 0.500",
            header: [
                "epsilon", "split", "sold", "price", "accuracy", "area",
                "points of area above 0.5 per 1.00",
            ], rows: rows)
    }
}
