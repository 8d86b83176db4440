// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange
import Intake
import Learn

struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract:
            "Use a model that was bought; let others use it, rent one, or make one of rows of your own.",
        discussion: """
            A model is bought like an answer: dividend query "CREATE MODEL name FROM pool PREDICT column" \
            --party NAME --receipt FILE. The receipt holds the model and its passport; no exchange is needed \
            to use it.
            """,
        subcommands: [
            List.self, Show.self, Fit.self, Predict.self, ONNX.self, Rent.self, Rentals.self,
            Call.self,
            Retrain.self,
        ])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What a model predicts from what, how good it is, and its passport.")
        @Argument(help: "The receipt, or a model by itself.") var receipt: String
        @Flag(help: "Print JSON for programs.") var json = false

        func run() async throws {
            let kept = try KeptModel(receipt)
            if json {
                return try Terminal.json([
                    "model": kept.model.json, "passport": kept.passport,
                    "origin": kept.origin.map { .string($0) } ?? .null,
                ])
            }
            Print.model(kept.model)
            if let origin = kept.origin { return Terminal.line(origin) }
            for member in ["pool", "cohort", "epsilon", "delta", "grants", "made"] {
                Terminal.line("\(member): \(kept.passport[member]?.string ?? "-")")
            }
            Terminal.line(
                "licence: \(kept.passport["licence"]?["purpose"]?.string ?? "-"), not to be sold on"
            )
        }
    }

    struct Predict: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Predict from rows of your own: free, and nobody else's data is read.",
            discussion: """
                The rows are a CSV file whose first line names the columns. A feature that is missing is an \
                error, never a default; write NULL where there is no value. Of a recommender all rows are one \
                person's: a rating that is NULL is foretold from the others; where none is, the ten items that she \
                would rate highest are named. Of a forecast they are one series: a day and a value each, and what \
                comes after the last is forecast.
                """)
        @Argument(help: "The receipt, or a model by itself.") var receipt: String
        @Argument(help: "The rows, as CSV.") var rows: String
        @Flag(help: "Print JSON for programs.") var json = false

        func run() async throws {
            let model = try KeptModel(receipt).model
            let sheet = try CSVSheet(path: rows)
            if model.isRecommender { return try recommend(by: model, sheet) }
            if model.isForecast { return try forecast(by: model, from: sheet) }
            var predictions: [Prediction] = []
            for row in sheet.rows {
                do throws(ModelError) {
                    predictions.append(
                        model.prediction(of: try model.values(of: row.cells, line: row.line)))
                } catch {
                    throw Failure("rows", "\(rows), \(error)")
                }
            }
            if json {
                return try Terminal.json(
                    .array(
                        predictions.map(\.json)))
            }
            Print.predictions(predictions, by: model, of: sheet)
        }
    }
}

/// A model with its passport, from the receipt that its buyer keeps; or a model by itself, without one.
struct KeptModel {
    let model: Model
    let passport: JSON
    /// What a model by itself says of where it is from; nothing vouches for that.
    let origin: String?

    /// What a model says that was made of a file of its maker's own.
    static let ownOrigin = "made from own rows, without privacy: it has no passport"

    init(_ path: String) throws {
        let bytes = try Files.read(path)
        if let alone = try? JSON(parsing: bytes), alone["type"]?.string == "DividendModel" {
            (model, passport) = (try KeptModel.model(alone, path), .null)
            origin = alone["origin"]?.string == KeptModel.ownOrigin ? KeptModel.ownOrigin : nil
            return
        }
        do { _ = try Receipts.check(bytes, expecting: nil) } catch {
            throw Failure(
                "receipt",
                "\(path): neither a model nor the receipt of one: \(ErrorWords(error).message)")
        }
        let receipt = try JSON(parsing: bytes)
        guard let json = receipt["answer"]?["model"], let passport = receipt["passport"] else {
            throw Failure("receipt", "\(path): the receipt of an answer, but of no model")
        }
        (model, self.passport, origin) = (try KeptModel.model(json, path), passport, nil)
    }

    private static func model(_ json: JSON, _ path: String) throws -> Model {
        do throws(ModelError) { return try Model(json: json) } catch {
            throw Failure("receipt", "\(path): \(error)")
        }
    }
}
