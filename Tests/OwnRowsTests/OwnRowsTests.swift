// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Learn
import OwnRows
import Query
import TestSupport
import Testing
import Vault

/// A model of a file's own rows: what columns are taken for, and what is made of them.
@Suite struct OwnRowsTests {
    /// Sixty rows: who is older or from the north buys.
    static let shop: String = {
        var dice = Seeded(3)
        var text = "id,Age (years),Region,Income,member,note,one,since,bought\n"
        for row in 1...60 {
            let age = Int.random(in: 18...80, using: &dice)
            let isNorth = Bool.random(using: &dice)
            let score = age + (isNorth ? 25 : 0) + Int.random(in: -12...12, using: &dice)
            text +=
                "\(row),\(age),\(isNorth ? "north" : "south"),\(row % 9 == 0 ? "" : "\(age * 10).50"),"
                + "\(row % 2 == 0),note number \(row),x,2024-01-\(row % 28 < 9 ? "0" : "")\(row % 28 + 1),\(score > 60 ? 1 : 0)\n"
        }
        return text
    }()

    @Test func `what each column is taken for is said, and why`() throws {
        let file = try OwnFile(OwnRowsTests.shop)
        let own = try OwnRows(path: file.path, for: "CREATE MODEL m FROM own PREDICT bought")
        let said = Dictionary(
            own.columns.map { ($0.column.name, $0.words) }, uniquingKeysWith: { first, _ in first })
        #expect(said["id"]?.hasPrefix("left out: a number that each row has for itself") == true)
        #expect(said["age_years"]?.hasPrefix("a number, ") == true, "names that a question can say")
        #expect(said["region"] == "one of 2: north, south")
        #expect(said["income"]?.hasSuffix("; 6 of 60 rows without a value") == true)
        #expect(said["member"] == "true or false")
        #expect(said["note"]?.hasPrefix("left out: text, 60 different in 60 rows") == true)
        #expect(said["one"] == "left out: 'x' in every row")
        #expect(said["since"]?.hasPrefix("left out: a day, 2024-01-01 to 2024-01-28") == true)
        #expect(said["bought"] == "one of 0, 1", "0 and 1 are two kinds where they are predicted")
    }

    @Test func `a model of own rows is made, kept and predicts like any other`() async throws {
        let file = try OwnFile(OwnRowsTests.shop)
        for kind in ["logistic", "trees"] {
            let own = try OwnRows(
                path: file.path,
                for: "CREATE MODEL m FROM own PREDICT bought USING (model => \(kind))")
            let model = try await own.train()
            #expect(model.order == ["age_years", "region", "income", "member"])
            #expect(model.kind == kind)
            #expect(model.words.hasPrefix("predicts bought, 0 or 1: the chance of 1, by "))
            #expect(try Model(json: model.json) == model, "its file says all of it")
            let old = ["age_years": "80", "region": "north", "income": "NULL", "member": "true"]
            let young = ["age_years": "18", "region": "south", "income": "NULL", "member": "true"]
            #expect(model.prediction(of: try model.values(of: old, line: 2)).value == "1")
            #expect(model.prediction(of: try model.values(of: young, line: 2)).value == "0")
            #expect(try model.function.name == "m", "PREDICT(m) takes it")
        }
    }

    @Test func `its quality has the interval that drawing leaves, and no noise's`() async throws {
        var dice = Seeded(4)
        var text = "x,y\n"
        for _ in 0..<4000 {
            let x = Int.random(in: 0...1000, using: &dice)
            text += "\(x),\(2 * x + Int.random(in: -400...400, using: &dice))\n"
        }
        let file = try OwnFile(text)
        let own = try OwnRows(path: file.path, for: "CREATE MODEL m FROM own PREDICT y")
        let model = try await own.train()
        // The variance is (2000² / 12) of x and (800² / 12) of what nothing explains: 0.862 is explained.
        let r2 = try #require(model.quality?.measures.first { $0.name == "r2" })
        #expect(abs(r2.value - 8_620) < r2.margin + 200)
        #expect(r2.margin < 1_100, "1.96 / √400")
        let all = try await OwnRows(
            path: file.path, for: "CREATE MODEL m FROM own PREDICT y USING (quality => off)"
        ).train()
        #expect(all.quality == nil)
        let prediction = all.prediction(of: [500])
        #expect(abs((Double(prediction.value) ?? 0) - 1000) < 30)
    }

    /// The promise of the path: whatever machine, the same bytes.
    @Test func `models are the same to the last bit over one, two and five threads`() async throws {
        let shop = try OwnFile(OwnRowsTests.shop)
        let cancer = OwnFile.vector("breast-cancer.csv")
        let (ratings, series) = (
            try OwnFile(OwnRowsTests.ratings), try OwnFile(OwnRowsTests.series)
        )
        let cases: [(path: String, text: String, person: String?)] = [
            (cancer, "CREATE MODEL m FROM own PREDICT diagnosis", nil),
            (cancer, "CREATE MODEL m FROM own PREDICT mean_area", nil),
            (cancer, "CREATE MODEL m FROM own PREDICT diagnosis USING (model => trees)", nil),
            (
                cancer,
                "CREATE MODEL m FROM own PREDICT diagnosis USING (model => network, hidden => 4)",
                nil
            ),
            (shop.path, "CREATE MODEL m FROM own USING (model => clusters, clusters => 3)", nil),
            (
                ratings.path,
                "CREATE MODEL m FROM own PREDICT stars USING (model => recommender, items => film)",
                "who"
            ),
            (
                series.path,
                "CREATE MODEL m FROM own PREDICT steps ORDER BY day HORIZON 5 USING (model => forecast)",
                "who"
            ),
        ]
        for (path, text, person) in cases {
            let own = try OwnRows(path: path, for: text, person: person)
            var bytes: Set<[UInt8]> = []
            for threads in [1, 2, 5] {
                bytes.insert(try await own.train(threads: threads).json.signable())
            }
            #expect(bytes.count == 1, "\(text)")
        }
    }

    @Test func `a network of own rows is as good as a line where a line is right`() async throws {
        let own = try OwnRows(
            path: OwnFile.vector("breast-cancer.csv"),
            for: "CREATE MODEL m FROM own PREDICT diagnosis USING (model => network)", person: nil)
        let quality = try #require(try await own.train(threads: 2).quality)
        let area = try #require(quality.measures.first { $0.name == "auc" })
        #expect(area.value > 9_600)
    }

    /// Forty people who rate twelve films, each by one of two tastes.
    static let ratings: String = {
        var dice = Seeded(5)
        var text = "who,film,stars\n"
        for person in 0..<60 {
            for film in 0..<12 where Int.random(in: 0..<3, using: &dice) > 0 {
                let likes = (person % 2 == 0) == (film % 2 == 0)
                text +=
                    "p\(person),film \(film),\(likes ? Int.random(in: 4...5, using: &dice) : Int.random(in: 1...2, using: &dice))\n"
            }
        }
        return text
    }()

    /// Six people's days, with a week in them.
    static let series: String = {
        var dice = Seeded(6)
        var text = "who,day,steps\n"
        for person in 0..<6 {
            for day in 0..<56 {
                let date = CalendarDay(number: 19_723 + Int64(day))
                let steps = 5000 + 1000 * person + (day % 7 < 5 ? 0 : 3000)
                text += "\(person),\(date),\(steps + Int.random(in: -300...300, using: &dice))\n"
            }
        }
        return text
    }()

    @Test func `a recommender wants to know whose ratings are whose`() async throws {
        let file = try OwnFile(OwnRowsTests.ratings)
        let text =
            "CREATE MODEL m FROM own PREDICT stars USING (model => recommender, items => film)"
        #expect(await fault(of: file.path, text).contains("write --person COLUMN"))
        let model = try await OwnRows(path: file.path, for: text, person: "who").train()
        let liked = try model.recommendations(
            for: [("film 0", "5"), ("film 2", "5"), ("film 1", "1")], count: 3)
        #expect(liked.allSatisfy { ["film 4", "film 6", "film 8", "film 10"].contains($0.item) })
        let r2 = try #require(model.quality?.measures.first)
        #expect(r2.value > 6_000, "two tastes explain most")
    }

    @Test func `a forecast takes all rows for one series where nothing else is said`() async throws
    {
        let text =
            "CREATE MODEL m FROM own PREDICT steps ORDER BY day HORIZON 7 USING (model => forecast)"
        let many = try OwnFile(OwnRowsTests.series)
        let model = try await OwnRows(path: many.path, for: text, person: "who").train()
        let mase = try #require(model.quality?.measures.first { $0.name == "mase" })
        #expect(mase.value < 10_000, "better than the day a week ago")
        let one = try OwnFile(
            OwnRowsTests.series.split(separator: "\n").filter {
                $0.hasPrefix("who") || $0.hasPrefix("0")
            }
            .joined(separator: "\n"))
        let own = try OwnRows(path: one.path, for: text)
        #expect(own.people == 1)
        let alone = try await own.train()
        let points = try (0..<56).compactMap { day -> Series.Point? in
            let cells = [
                "day": CalendarDay(number: 19_723 + Int64(day)).description,
                "steps": day % 7 < 5 ? "5000" : "8000",
            ]
            return try alone.point(of: cells, line: 1)
        }
        let next = try alone.forecasts(after: points)
        #expect(
            next.map { (Double($0.value) ?? 0) > 6500 }
                == [false, false, false, false, false, true, true], "the week goes on")
    }

    @Test func `whose rows they are is no feature`() throws {
        let file = try OwnFile(OwnRowsTests.shop)
        let own = try OwnRows(
            path: file.path, for: "CREATE MODEL m FROM own PREDICT bought", person: "Region")
        #expect(own.people == 2)
        #expect(own.columns.first { $0.source == "Region" }?.words == "whose row it is")
    }
}
