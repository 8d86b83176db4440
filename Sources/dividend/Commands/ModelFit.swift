// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Foundation
import Learn
import OwnRows
import Query
import Vault

extension ModelCommand {
    struct Fit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Make a model of rows of your own: free, without noise, and no exchange is needed.",
            discussion: """
                The rows are a CSV file whose first line names the columns; what each is taken for is said. The statement is \
                that of a pool, FROM own and without WITH PRIVACY: nobody is hidden from you in rows that you hold. Such a \
                model has no passport; `model predict`, `model onnx` and PREDICT(name) in questions take it like any other.

                  dividend model fit wages.csv "CREATE MODEL wage FROM own PREDICT income" --out wage.json
                """)
        @Argument(help: "The rows, as CSV.") var rows: String
        @Argument(help: "CREATE MODEL name FROM own PREDICT column [ORDER BY …] [USING (…)].")
        var statement: String
        @Option(help: "The new file.") var out: String
        @Option(
            help:
                "The column that says whose rows are whose; without it each row is a person's of its own."
        )
        var person: String?
        @Option(help: "How many threads add up; the model is the same for any number.")
        var threads: Int?
        @Flag(help: "Print JSON for programs.") var json = false

        func run() async throws {
            guard (threads ?? 1) > 0 else { throw ValidationError("--threads is 1 or more") }
            let file = try NewFile(out)
            let (own, model): (OwnRows, Model)
            do {
                own = try OwnRows(path: rows, for: statement, person: person)
                model = try await own.train(
                    threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
            } catch let error as QueryError {
                throw Failure("statement", error.marked(in: statement))
            } catch let error as OwnRowsError {
                throw Failure("rows", "\(error)")
            }
            guard case .object(var members) = model.json else {
                preconditionFailure("a model is written as an object")
            }
            members["origin"] = .string(KeptModel.ownOrigin)
            try file.write(try JSON.object(members).signable())
            if json {
                return try Terminal.json([
                    "file": .string(out), "model": .object(members),
                    "rows": .integer(Int64(own.count)), "people": .integer(Int64(own.people)),
                    "columns": .array(
                        own.columns.map {
                            [
                                "source": .string($0.source), "name": .string($0.column.name),
                                "kind": .string($0.column.kind.word), "words": .string($0.words),
                            ]
                        }),
                ])
            }
            say(own, model)
        }

        private func say(_ own: OwnRows, _ model: Model) {
            Terminal.table(
                ["column", "in the file", "taken for"],
                own.columns.map { reading in
                    let isRenamed = reading.source != reading.column.name
                    return [reading.column.name, isRenamed ? reading.source : "", reading.words]
                })
            let whose = person == nil ? "" : " of \(own.people) people"
            Terminal.line(
                "\(own.count) rows\(whose)"
                    + (model.quality == nil
                        ? ", all of them learned from"
                        : model.isForecast
                            ? "; the end of each series is held out to measure the model"
                            : "; one in ten is held out to measure the model, quality => off learns from all")
            )
            Print.model(model)
            Terminal.line("\(out): \(KeptModel.ownOrigin)")
        }
    }
}

extension Print {
    /// What a model predicts, of which kind it is and what from, and its table.
    static func model(_ model: Model) {
        Terminal.line("\(model.name): \(model.words)")
        Terminal.line("learned from \(model.order.joined(separator: ", "))")
        Print.result(model.table)
    }
}
