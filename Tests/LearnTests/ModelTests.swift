// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import Vault

@testable import Learn

/// A model in its buyer's hands.
@Suite struct ModelTests {
    private static func model(_ target: String = "buys") throws -> Model {
        let compiled = try Fixture.compiled("PREDICT \(target)", people: 2000)
        return try #require(try Fixture.exact(compiled, on: People.made(2000)))
    }

    private static let row = [
        "age": "80", "income": "9000.00", "region": "north", "member": "true", "spends": "9000",
        "buys": "yes",
    ]

    @Test(arguments: ["buys", "spends"])
    func `a model that was kept is the same model`(target: String) throws {
        let model = try ModelTests.model(target)
        let kept = try JSON(parsing: try model.json.signable())
        #expect(try Model(json: kept) == model)
    }

    @Test func `rows are predicted from their cells`() throws {
        let model = try ModelTests.model()
        let rich = model.prediction(of: try model.values(of: ModelTests.row, line: 2))
        #expect(rich.value == "yes")
        #expect((rich.chance ?? 0) > 9000)
        var poor = ModelTests.row
        (poor["age"], poor["income"], poor["region"], poor["member"]) = ("1", "5", "south", "false")
        poor["spends"] = "10"
        #expect(model.prediction(of: try model.values(of: poor, line: 2)).value == "no")
        let number = try ModelTests.model("spends")
        let spends = number.prediction(of: try number.values(of: ModelTests.row, line: 2))
        #expect((Double(spends.value) ?? 0) > 50, "\(spends)")
    }

    @Test func `blanks at the ends of a cell say nothing of numbers and known categories`() throws {
        let model = try ModelTests.model()
        var row = ModelTests.row
        let plain = try model.values(of: row, line: 2)
        for (column, cell) in row { row[column] = "  \(cell)\t" }
        #expect(try model.values(of: row, line: 2) == plain)
        row["age"] = " NULL "
        #expect(try model.values(of: row, line: 2).contains(Schema.null))
    }

    @Test(
        arguments: [
            ("age", nil, "line 2: the feature age is missing"), ("age", "", "line 2: age is empty"),
            ("region", "  ", "line 2: region is empty"),
            ("age", "old", "age wants a number, not 'old'"), ("age", "1e5e", "wants a number"),
            ("age", "99999999999999999999", "wants a number"),
            ("region", "west", "region has no category 'west'; it has north, east, south"),
            ("member", "1", "member has no category '1'; it has false, true"),
        ] as [(String, String?, String)])
    func `what is missing or unknown is an error, never a default`(
        column: String, cell: String?, problem: String
    ) throws {
        let model = try ModelTests.model()
        var row = ModelTests.row
        row[column] = cell
        do throws(ModelError) {
            _ = try model.values(of: row, line: 2)
            Issue.record("taken")
        } catch {
            #expect(error.description.contains(problem), "\(error)")
        }
    }

    @Test func `NULL is written where there is no value`() throws {
        let model = try ModelTests.model()
        var row = ModelTests.row
        (row["age"], row["region"]) = ("NULL", "NULL")
        let values = try model.values(of: row, line: 2)
        #expect(values.filter { $0 == Schema.null }.count == 2)
        #expect(model.prediction(of: values).score.isFinite)
    }

    @Test(
        arguments: [
            ("12", 2, 1200), ("-0.005", 2, -1), ("0.004", 2, 0), ("+7", 0, 7), (".5", 1, 5),
            ("3.", 0, 3),
        ] as [(String, Int, Int64)])
    func `numbers are read to the last digit`(text: String, scale: Int, value: Int64) {
        #expect(Model.number(text, scale: scale) == value)
    }

    @Test(arguments: ["", "-", ".", "1.2.3", "a", "1 ", "0x1", "∞", "１"])
    func `what is no number is none`(text: String) {
        #expect(Model.number(text, scale: 2) == nil)
    }

    @Test func `a file that was changed anywhere is read or refused, never a trap`() throws {
        let bytes = try ModelTests.model().json.signable()
        var refused = 0
        for place in stride(from: 0, to: bytes.count, by: 3) {
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

    @Test(arguments: [
        ("9223372036854775807", "0", "1e308"),
        ("9223372036854775807", "-9223372036854775807", "-1e308"),
        ("10000", "0", "1e308"),
    ])
    func `a model with the widest bounds and weights predicts something, and does not trap`(
        high: String, low: String, weight: String
    ) throws {
        guard case .object(var members) = try ModelTests.model("spends").json,
            case .array(let weights) = members["weights"]
        else {
            Issue.record("a model is an object with weights")
            return
        }
        members["predicts"] = ["scale": 2, "low": .string(low), "high": .string(high)]
        for turn in 0..<2 {
            // Of both signs, so that their sum may be no number.
            members["weights"] = .array(
                weights.indices.map { place in
                    .string(place % 2 == turn ? weight : "-1e308")
                })
            let model = try Model(json: .object(members))
            for values in [
                [Int64](repeating: .max, count: model.order.count),
                [Int64](repeating: Schema.null, count: model.order.count),
                [100, 1_000_000, 0, 1, 1].prefix(model.order.count).map { Int64($0) },
            ] { #expect(!model.prediction(of: values).value.isEmpty) }
        }
    }
}
