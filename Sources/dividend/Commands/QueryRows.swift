// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange
import Learn
import OwnRows
import Query

/// A question about a file of the asker's own: exact, free, and without an exchange, but for models that she calls by name.
extension Query {
    /// Refuses what has no meaning where nothing is bought.
    func checkRows() throws {
        let others: [(name: String, isGiven: Bool)] = [
            ("--mock", mock), ("--prove", prove), ("--most", most != nil),
            ("--receipt", receipt != nil), ("--pool", question.pool != nil),
        ]
        guard let other = others.first(where: \.isGiven)?.name else { return }
        throw ValidationError(
            "--rows asks rows of your own, exactly and for nothing: leave out \(other)")
    }

    func answerFromOwn(_ path: String) async throws {
        let models = try await ownModels()
        let table: ResultTable
        do {
            table = try OwnRows(
                path: path, asking: question.sql, calling: try models.map { try $0.function },
                person: person
            ).answer()
        } catch let error as QueryError {
            throw Failure("question", error.marked(in: question.sql))
        } catch let error as OwnRowsError {
            throw Failure("rows", "\(error)")
        } catch let error as ModelError {
            throw Failure("model", "\(error)")
        }
        if place.json { return try Terminal.json(["own": table.json]) }
        Print.result(table)
    }

    /// The models in files; and, for a buyer who is named, those of hers that the question calls.
    private func ownModels() async throws -> [Model] {
        guard let party else {
            let models = try question.model.map { try KeptModel($0).model }
            do { return try BroughtModels(models, for: question.sql).models } catch let error
                as ModelError
            {
                throw Failure("model", "\(error)")
            }
        }
        let exchange = try await place.open()
        let key = try await exchange.knownKey(of: party, passphrase: Environment.passphrase)
        return try await OwnModels.brought(
            by: question.sql, files: question.model, of: key, at: exchange
        ).models
    }
}
