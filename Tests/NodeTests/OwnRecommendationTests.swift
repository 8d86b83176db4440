// SPDX-License-Identifier: Apache-2.0
import Canon
import Learn
import Testing
import Vault
import WebUI

@testable import Node

/// What a published recommender says to somebody's own ratings.
@Suite struct OwnRecommendationTests {
    /// Films of two directions: who likes the one kind does not like the other.
    private func model() throws -> Model {
        let films = ["Alien", "Blade Runner", "Casablanca", "Dune", "Ninotchka"]
        let sides = ["1", "1", "-1", "1", "-1"]
        return try Model(
            json: [
                "type": "DividendModel", "version": "1", "name": "taste", "kind": "recommender",
                "predicts": ["scale": 0, "low": "1", "high": "5"], "order": ["film"],
                "quality": nil, "average": nil, "rating": "stars", "middle": "0",
                "offsetRidge": "5", "factorRidge": "0.3",
                "items": .array(
                    zip(films, sides).map { film, side in
                        [
                            "item": .string(film), "bias": "0", "factors": .array([.string(side)]),
                        ]
                    }),
            ])
    }

    private func rows(
        _ films: [String], _ ratings: [(film: Int64, stars: Int64)], named column: String = "film"
    ) -> Rows {
        Rows(
            schema: Schema(
                table: "ratings",
                columns: [
                    .init(column, .category, categories: films),
                    .init("stars", .integer, bounds: 1...5),
                ]),
            columns: [
                .init(values: ratings.map(\.film), dictionary: []),
                .init(values: ratings.map(\.stars), dictionary: []),
            ], count: ratings.count)
    }

    /// The published list as it is now: one film is newer than the model.
    private let films = ["Stalker", "Alien", "Blade Runner", "Casablanca", "Dune", "Ninotchka"]

    @Test func `who likes one kind is named what she has not rated, the best first`() throws {
        let list = try #require(
            OwnRecommendations.list(
                by: try model(), of: "Films", for: rows(films, [(1, 5), (2, 5), (3, 1), (0, 5)])))
        #expect(list.pool == "Films")
        #expect(list.items.map(\.name) == ["Dune", "Ninotchka"])
        #expect(list.items[0].rating > list.items[1].rating)
    }

    @Test func `of several ratings of one item the last counts, and none beyond the bounds`() throws
    {
        let first = try OwnRecommendations.list(
            by: model(), of: "Films", for: rows(films, [(1, 1), (2, 5), (1, 5), (3, 1)]))
        let plain = try OwnRecommendations.list(
            by: model(), of: "Films", for: rows(films, [(2, 5), (1, 5), (3, 1)]))
        #expect(first != nil && first == plain)
        let wild = try OwnRecommendations.list(
            by: model(), of: "Films", for: rows(films, [(2, 5), (1, 5), (3, 1), (4, 500)]))
        #expect(wild == plain)
    }

    @Test func `a model of other columns, and no ratings that it knows, say nothing`() throws {
        let model = try model()
        #expect(
            OwnRecommendations.list(
                by: model, of: "Films", for: rows(films, [(1, 5)], named: "book")) == nil)
        #expect(OwnRecommendations.list(by: model, of: "Films", for: rows(films, [])) == nil)
        #expect(OwnRecommendations.list(by: model, of: "Films", for: rows(films, [(0, 5)])) == nil)
        #expect(
            OwnRecommendations.list(
                by: model, of: "Films", for: rows(films, [(1, Schema.null), (Schema.null, 4)]))
                == nil)
        // Whoever has rated everything is named nothing.
        let all = (1...5).map { (film: Int64($0), stars: Int64(3)) }
        #expect(OwnRecommendations.list(by: model, of: "Films", for: rows(films, all)) == nil)
    }

    @Test func `the page shows them with where they come from`() {
        let table = TrendsPage.Table(name: "ratings", step: nil, charts: [])
            .with([.init(pool: "Films <1>", items: [("Dune", "5"), ("Ninotchka", "2")])], [])
        let page = TrendsPage([table]).html(Frame("en", path: "/"))
        #expect(page.contains("by a published model of Films &lt;1&gt;"))
        #expect(page.contains("<li>Dune <span class=\"soft\">5</span></li>"))
    }
}
