// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Consent
import Exchange
import Intake
import Learn
import Ledger
import Market

extension ModelCommand {
    struct Rent: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "Let others have a model of yours predict, for a price per prediction.",
            discussion: """
                Who rents it sends rows and gets predictions, not the model; many predictions tell a model roughly. Its name, what it predicts and the columns that it wants are shown to everybody (`model rentals`). Of what \
                that brings, less the operator's fee, you keep --own percent, at most 50; all else goes to the people whose rows the model was \
                made from. New terms replace the old ones; --end lets it no more.
                """)
        @OptionGroup var place: Place
        @Argument(help: "The model's name, or the id of its order.") var name: String
        @Option(help: "Whose model.") var party: String
        @Option(help: "What a prediction costs.") var price: String?
        @Option(help: "The percentage that you keep, 0 to 50.") var own = 0
        @Option(
            help: ArgumentHelp(
                "Have the node make it anew when somebody withdraws, for at most this in all.",
                discussion: "Where the pool says so (pool open --stale retrain)."))
        var retrain: String?
        @Flag(help: "Let it no more.") var end = false

        func validate() throws {
            guard end != (price != nil) else {
                throw ValidationError("give --price AMOUNT to let it, or --end")
            }
            guard !end || retrain == nil else {
                throw ValidationError("--retrain goes with --price")
            }
            guard (0...50).contains(own) else { throw ValidationError("--own takes 0 to 50") }
        }

        func run() async throws {
            let exchange = try await place.open()
            let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
            let terms = try price.map {
                try Rental.Terms(
                    price: Money.amount($0, for: "--price"), ownerBasisPoints: Int64(own) * 100,
                    retraining: retrain.map { try Money.amount($0, for: "--retrain") })
            }
            let owned = try await exchange.rent(model: name, on: terms, by: key)
            try await exchange.seal()
            let id = owned.order.id.hex
            if place.json {
                return try Terminal.json(["order": .string(id), "let": .bool(terms != nil)])
            }
            guard let terms else {
                return Terminal.line("\(owned.model.name), of the order \(id), is let no more.")
            }
            Terminal.line(
                "\(name) predicts for \(terms.price) a row; you keep \(own) % of what is left after the fee."
            )
            Terminal.line("Others rent it with: dividend model call \(id) ROWS.csv --party NAME")
        }
    }

    struct Rentals: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "The models that are let or were, what they cost, and what they brought.")
        @OptionGroup var place: Place

        func run() async throws {
            let models = try await place.open().everLetModels
            if place.json { return try Terminal.json(.array(models.map(\.json))) }
            guard !models.isEmpty else { return Terminal.line("No model is let, and none was.") }
            Terminal.table(
                [
                    "model", "pool", "purpose", "let", "a prediction", "sold", "income", "stale",
                    "order",
                ],
                models.map {
                    [
                        $0.face?.name ?? "-", $0.pool, $0.purpose.id,
                        $0.isLet
                            ? "yes" : $0.isStopped ? "stopped by the pool" : "ended",
                        $0.terms?.price.description ?? "-",
                        String($0.rental.rows), $0.rental.income.description,
                        $0.isStale ? "yes" : "no", $0.order.hex,
                    ]
                })
            for model in models where model.isLet {
                guard let face = model.face else { continue }
                Terminal.line(
                    "\(face.name) \(face.words), from \(face.columns.joined(separator: ", "))")
            }
        }
    }

    struct Call: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "Rent a model: predictions for rows of your own, paid by the row.",
            discussion: """
                The rows are a CSV file as for `dividend model predict`. The node reads them to predict, and keeps \
                them nowhere; the predictions are sealed to you. The same rows again cost nothing.
                """)
        @OptionGroup var place: Place
        @Argument(
            help:
                "The model's name, or its order where several have the name: `dividend model rentals` lists them."
        )
        var model: String
        @Argument(help: "The rows, as CSV.") var rows: String
        @Option(help: "Who pays.") var party: String
        @Option(help: "What the predictions are for.") var purpose = "dpv:ResearchAndDevelopment"
        @Option(
            help:
                "Refuse when the price is above this; wanted with a name, which anybody can give a model of hers."
        )
        var most: String?

        func validate() throws {
            guard most != nil || Digest(hex: model) != nil else {
                throw ValidationError(
                    "a name may be another owner's model tomorrow: give --most AMOUNT with it, or the model's order"
                )
            }
        }

        func run() async throws {
            let sheet = try CSVSheet(path: rows)
            let exchange = try await place.open()
            let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
            let order = try await exchange.letOrder(named: model)
            let rented: RentedPredictions
            do {
                rented = try await exchange.predictions(
                    of: order, for: sheet.rows.map(\.cells),
                    at: sheet.rows.map(\.line), purpose: Pool.Purposes.named(purpose),
                    most: most.map { try Money.amount($0, for: "--most") }, by: key)
            } catch let error as ModelError {
                throw Failure("rows", "\(rows), \(error)")
            }
            try await exchange.seal()
            if place.json { return try Terminal.json(rented.json) }
            Terminal.table(
                ["line", "prediction", "chance"],
                zip(sheet.rows, rented.predictions).map { row, prediction in
                    [
                        String(row.line), prediction.value,
                        prediction.chance.map { "\($0 / 100) %" } ?? "",
                    ]
                })
            Terminal.line(
                rented.isRepeated
                    ? "You asked this before: nothing is charged again."
                    : "call \(rented.id.hex), for \(rented.price)")
            if rented.isStale {
                Terminal.line(
                    "The model is stale: somebody whose rows it was made from has withdrawn since.")
            }
            if try await exchange.orders(of: key).contains(where: { $0.id == order }) {
                Terminal.line(
                    "The model is yours: `dividend model predict` foretells rows by its receipt for nothing."
                )
            }
        }
    }
}

extension Print {
    /// Lists what is predicted of each line of a sheet.
    static func predictions(
        _ predictions: [Prediction], by model: Model, of sheet: CSVSheet
    ) {
        let isOfClusters = model.kind == "clusters"
        Terminal.table(
            [
                "line", isOfClusters ? "cluster" : "prediction",
                isOfClusters ? "distance" : "chance",
            ],
            zip(sheet.rows, predictions).map { row, prediction in
                [
                    String(row.line), prediction.value,
                    isOfClusters
                        ? prediction.distance : prediction.chance.map { "\($0 / 100) %" } ?? "",
                ]
            })
    }
}
