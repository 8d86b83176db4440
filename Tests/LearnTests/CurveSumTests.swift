// SPDX-License-Identifier: Apache-2.0
import Canon
import Query
import Testing
import Vault

@testable import Learn

/// A model of trees in its buyer's hands.
@Suite struct CurveSumTests {
    /// Trained once for all.
    private static let models = ["buys", "spends"].map { target in
        Result {
            try Fixture.exact(
                Fixture.compiled("PREDICT \(target) USING (model => trees)", people: 2000),
                on: People.made(2000))
        }
    }

    private static func model(_ target: String = "buys") throws -> Model {
        try #require(try models[target == "buys" ? 0 : 1].get())
    }

    private static let row = [
        "age": "80", "income": "9000.00", "region": "north", "member": "true", "spends": "90",
        "buys": "yes",
    ]

    @Test(arguments: ["buys", "spends"])
    func `a model that was kept is the same model, to the byte`(target: String) throws {
        try BoughtModel.expectKept(Self.model(target), as: "trees")
    }

    @Test func `rows are predicted from their cells`() throws {
        let model = try Self.model()
        let rich = model.prediction(of: try model.values(of: Self.row, line: 2))
        #expect(rich.value == "yes")
        #expect((rich.chance ?? 0) > 9000)
        var poor = Self.row
        (poor["age"], poor["income"], poor["region"], poor["member"]) = ("1", "5", "south", "false")
        poor["spends"] = "1"
        #expect(model.prediction(of: try model.values(of: poor, line: 2)).value == "no")
        let number = try Self.model("spends")
        let spends = number.prediction(of: try number.values(of: Self.row, line: 2))
        #expect((Double(spends.value) ?? 0) > 50, "\(spends)")
    }

    @Test func `a score is the base and what each column adds`() throws {
        guard case .curves(let sum) = try Self.model().form else {
            Issue.record("trees give curves")
            return
        }
        let values: [Int64] = [50, 500_000, 0, 1, 5000]
        let added = zip(sum.bins.columns, zip(sum.curves, values)).map { column, pair in
            pair.0[Int(column.code(of: pair.1))]
        }
        let score = values.withUnsafeBufferPointer { sum.score($0) }
        #expect(abs(score - added.reduce(sum.base, +)) < 1e-12)
        #expect(sum.curves.map(\.count) == sum.bins.columns.map(\.codes))
    }

    @Test func `NULL and what lies beyond the bounds are predicted, what is unknown is refused`()
        throws
    {
        let model = try Self.model()
        func score(_ values: [Int64]) -> Double { model.prediction(of: values).score }
        let null = Schema.null
        #expect(score([null, null, null, null, null]).isFinite)
        #expect(score([500, .max, 0, 1, .max]) == score([100, 1_000_000, 0, 1, 10_000]))
        #expect(score([-1, -1, 0, 1, -9]) == score([0, 0, 0, 1, 0]))
        #expect(score([50, 0, 99, 7, 0]) == score([50, 0, null, null, 0]))
        var row = Self.row
        (row["age"], row["region"]) = ("NULL", "NULL")
        #expect(try model.values(of: row, line: 2).filter { $0 == null }.count == 2)
        BoughtModel.expectRefused(model, Self.row)
    }

    @Test func `it shows how much each column matters`() throws {
        let model = try Self.model()
        #expect(model.table.columns == ["feature", "importance"])
        #expect(model.terms.map(\.feature) == ["age", "income", "region", "member", "spends"])
        #expect(model.order == model.terms.map(\.feature))
        #expect(model.table.rows.count == 2 + 5)
        let unused = try #require(
            try Fixture.exact(
                Fixture.compiled(
                    "PREDICT buys USING (model => trees, features => (age, region))", people: 4000),
                on: People.bent(4000)))
        #expect(unused.terms[0].weight > 5 * unused.terms[1].weight, "\(unused.terms)")
    }

    @Test(arguments: ["buys", "spends"])
    func `it tells what rows are worth, as one of weights does`(target: String) throws {
        try BoughtModel.expectWorth(
            of: target, using: "model => trees")
    }

    /// A file with another value in one place: a member, or "columns.0.member".
    private static func changed(_ path: String, _ value: JSON?) throws -> JSON {
        guard case .object(var members) = try model().json else { return .null }
        let parts = path.split(separator: ".").map(String.init)
        guard parts.count == 3 else {
            members[path] = value
            return .object(members)
        }
        guard case .array(var items) = members[parts[0]], let place = Int(parts[1]),
            case .object(var column) = items[place]
        else { return .null }
        column[parts[2]] = value
        items[place] = .object(column)
        members[parts[0]] = .array(items)
        return .object(members)
    }

    @Test(
        arguments: [
            ("type", "Model", "version 1"), ("version", "2", "version 1"), ("name", 1, "name"),
            ("kind", "linear", "kind: logistic, trees or network wanted"), ("kind", nil, "kind"),
            ("predicts", ["names": ["a"]], "predicts"), ("order", nil, "order"),
            ("order", ["age"], "order: the columns in their order"),
            ("order", ["age", "age"], "order: each column once"),
            ("base", "nan", "base"), ("base", 1, "base"), ("columns", [], "columns"),
            ("columns.0.column", 1, "columns[0].column"), ("columns.0.column", "x", "order"),
            ("columns.0.scale", 10, "columns[0].scale"), ("columns.0.low", "100", "columns[0].low"),
            ("columns.0.high", nil, "columns[0].low"),
            ("columns.1.edges", ["2", "1"], "columns[1].edges"),
            ("columns.1.edges", ["1", 2], "columns[1].edges"),
            ("columns.0.edges", ["100"], "columns[0].edges"),
            ("columns.0.edges", [], "columns[0].curve: 2 numbers wanted"),
            ("columns.0.curve", ["inf"], "columns[0].curve"),
            ("columns.2.curve", nil, "columns[2].curve"),
            ("columns.2.categories", [], "columns[2].categories"),
            ("columns.2.categories", ["north"], "columns[2].curve: 2 numbers wanted"),
            ("columns.3.importance", "-1", "columns[3].importance"),
            ("quality", "good", "quality"), ("average", ["share": "2"], "average"),
        ] as [(String, JSON?, String)])
    func `a file that was damaged is refused, by the name of the member`(
        path: String, value: JSON?, problem: String
    ) throws {
        let json = try Self.changed(path, value)
        let error = #expect(throws: ModelError.self) { try Model(json: json) }
        #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    }

    @Test func `a file that was changed anywhere is read or refused, never a trap`() throws {
        let bytes = try Self.model().json.signable()
        var refused = 0
        for place in stride(from: 0, to: bytes.count, by: 23) {
            for byte in [UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "\""), 0] {
                var changed = bytes
                changed[place] = byte
                guard let json = try? JSON(parsing: changed), let model = try? Model(json: json)
                else {
                    refused += 1
                    continue
                }
                #expect(model.order.count == 5)
                _ = model.prediction(of: [50, 500_000, 0, 1, 5000])
            }
        }
        #expect(refused > 100)
    }

    @Test(arguments: ["buys", "spends"], [["1e308", "1e308"], ["-1e308", "-1e308"]])
    func `a model with the widest curves predicts something, and does not trap`(
        target: String, values: [String]
    ) throws {
        guard case .object(var members) = try Self.model(target).json else { return }
        members["columns"] = .array(
            values.enumerated().map { place, value in
                [
                    "column": .string("c\(place)"), "importance": "0", "categories": ["a"],
                    "curve": [.string(value), .string(value)],
                ]
            })
        members["order"] = ["c0", "c1"]
        let prediction = try Model(json: .object(members)).prediction(of: [0, 0])
        #expect(!prediction.score.isFinite)
        #expect(!prediction.value.isEmpty)
    }
}
