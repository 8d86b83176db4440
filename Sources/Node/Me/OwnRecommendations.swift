// SPDX-License-Identifier: Apache-2.0
internal import Exchange
internal import Learn
internal import Market
internal import Vault
internal import WebUI

/// What recommenders that buyers published say to somebody's own ratings. Her taste is solved from her rows for the page
/// alone: nothing is recorded, charged or paid for it.
enum OwnRecommendations {
    /// The most items that are named.
    private static let most = 5

    /// What a model recommends to whoever has these rows; nil where it knows other columns, or she has rated nothing.
    static func list(
        by model: Model, of pool: String, for rows: Rows
    ) -> TrendsPage.Recommended? {
        guard let (items, rating) = model.rated,
            let item = rows.schema.columns.firstIndex(where: { $0.name == items }),
            let value = rows.schema.columns.firstIndex(where: { $0.name == rating })
        else { return nil }
        let (described, kind) = (rows.schema.columns[item], rows.schema.columns[value].kind)
        guard described.kind == .category else { return nil }
        let ratings = zip(rows.columns[item].values, rows.columns[value].values)
            .compactMap { place, code -> (item: String, rating: String)? in
                guard described.categories.indices.contains(Int(clamping: place)),
                    code != Schema.null
                else { return nil }
                return (described.categories[Int(place)], kind.writtenShort(code))
            }
        // Of what a newer list has and the model does not, it says nothing. Of several ratings of one item the last counts.
        var seen: Set<String> = []
        let known = ratings.reversed().filter {
            model.knows(item: $0.item) && model.knows(rating: $0.rating)
                && seen.insert($0.item).inserted
        }
        guard !known.isEmpty,
            let best = try? model.recommendations(for: known, count: most), !best.isEmpty
        else { return nil }
        return TrendsPage.Recommended(
            pool: pool, items: best.map { ($0.item, $0.prediction.value) })
    }
}

extension Node {
    /// The models that were published of each pool with a table, the newest first.
    ///
    /// - Cost: a look at the newest published answers of each such pool.
    func publishedModels(of table: String) async throws -> [(pool: String, models: [Model])] {
        var found: [(pool: String, models: [Model])] = []
        for pool in try await pools() where pool.offer.tables.contains(where: { $0.table == table })
        {
            let answers = try await exchange.published(
                in: pool.offer.name, count: Node.mostAnswers)
            let models = answers.compactMap(\.model).compactMap { try? Model(json: $0) }
            found.append((pool.offer.title, models))
        }
        return found
    }
}
