// SPDX-License-Identifier: Apache-2.0
import Canon
import Intake
import Learn

extension ModelCommand.Predict {
    /// How many items are named where no rating is asked for.
    private static let named = 10

    /// Foretells the ratings that are NULL from the others, all one person's; where none is, names the best items.
    func recommend(by model: Model, _ sheet: CSVSheet) throws {
        let rows = sheet.rows.map { (line: $0.line, cells: $0.cells) }
        var found: [(line: String, of: Recommendation)]
        do throws(ModelError) {
            found = try model.foretold(rows).map { (String($0.line), $0.recommendation) }
            if found.isEmpty {
                found = try model.recommendations(from: rows, count: Self.named).map { ("", $0) }
            }
        } catch {
            throw Failure("rows", "\(self.rows), \(error)")
        }
        if json {
            return try Terminal.json(
                .array(
                    found.map {
                        [
                            "item": .string($0.of.item), "value": .string($0.of.prediction.value),
                            "score": .string(String($0.of.prediction.score)),
                        ]
                    }))
        }
        Terminal.table(
            ["line", "item", "prediction"],
            found.map { [$0.line, $0.of.item, $0.of.prediction.value] })
    }
}
