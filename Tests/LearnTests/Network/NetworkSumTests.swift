// SPDX-License-Identifier: Apache-2.0
import Canon
import Query
import Testing
import Vault

@testable import Learn

/// A network in its buyer's hands.
@Suite struct NetworkSumTests {
    /// Trained once for all.
    private static let models = ["buys", "spends"].map { target in
        Result {
            try Fixture.exact(
                Fixture.compiled(
                    "PREDICT \(target) USING (model => network, hidden => 4, "
                        + "features => (age, income, region, member))", people: 2000),
                on: People.made(2000))
        }
    }

    private static func model(_ target: String = "buys") throws -> Model {
        try #require(try models[target == "buys" ? 0 : 1].get())
    }

    private static let row = [
        "age": "80", "income": "9000.00", "region": "north", "member": "true",
    ]

    @Test(arguments: ["buys", "spends"])
    func `a network that was kept is the same network, to the byte`(target: String) throws {
        try BoughtModel.expectKept(Self.model(target), as: "network")
    }

    @Test func `rows are predicted from their cells`() throws {
        let model = try Self.model()
        let rich = model.prediction(of: try model.values(of: Self.row, line: 2))
        #expect(rich.value == "yes")
        #expect((rich.chance ?? 0) > 9000)
        var poor = Self.row
        (poor["age"], poor["income"], poor["region"], poor["member"]) = ("1", "5", "south", "false")
        #expect(model.prediction(of: try model.values(of: poor, line: 2)).value == "no")
        let number = try Self.model("spends")
        let spends = number.prediction(of: try number.values(of: Self.row, line: 2))
        #expect((Double(spends.value) ?? 0) > 50, "\(spends)")
    }

    @Test func `a score is a constant and what each unit makes of the sum of features`() throws {
        // One number at 75 of 100: z = (0.75 − 0.5)/0.125 = 2, and with the constant a length of √(4 + 1).
        let network = NetworkSum(
            coding: FeatureCoding(
                numbers: [.init(column: 0, name: "age", scale: 0, low: 0, high: 100)], choices: []),
            standard: Standard(means: [0.5], deviations: [0.125], norm: 1),
            hidden: [1, 0.5, 2, -1], outputs: [3, -4], constant: 0.25)
        let score = [75].withUnsafeBufferPointer { network.score($0) }
        let length = 5.0.squareRoot()
        let sums = [(1 * 2 + 2) / length, (0.5 * 2 - 1) / length]
        let bent = sums.map { $0 / (1 + $0 * $0).squareRoot() }
        #expect(abs(score - (0.25 + 3 * bent[0] - 4 * bent[1])) < 1e-12)
        let squares = network.importances.map { $0 * $0 }
        #expect(abs(squares[0] - 13) < 1e-12 && abs(squares[1] - 52) < 1e-12)
    }

    @Test func `NULL and what lies beyond the bounds are predicted, what is unknown is refused`()
        throws
    {
        let model = try Self.model()
        func score(_ values: [Int64]) -> Double { model.prediction(of: values).score }
        let null = Schema.null
        #expect(score([null, null, null, null]).isFinite)
        #expect(score([500, .max, 0, 1]) == score([100, 1_000_000, 0, 1]))
        #expect(score([-1, -1, 0, 1]) == score([0, 0, 0, 1]))
        #expect(score([50, 0, 99, 7]) == score([50, 0, null, null]))
        BoughtModel.expectRefused(model, Self.row)
    }

    @Test func `it shows how much each feature matters`() throws {
        let model = try Self.model()
        #expect(model.table.columns == ["feature", "importance"])
        #expect(model.order == ["age", "income", "region", "member"])
        // Two numbers, four places for regions, three for members, the constant; two measures above.
        #expect(model.terms.count == 10 && model.table.rows.count == 2 + 10)
        let weights = Dictionary(uniqueKeysWithValues: model.terms.map { ($0.feature, $0.weight) })
        #expect((weights["age"] ?? 0) > 2 * (weights["region is NULL"] ?? 0), "\(weights)")
        #expect(weights.values.allSatisfy { $0 >= 0 })
    }

    @Test func `a question works with it on each row`() throws {
        let model = try Self.model()
        let function = try model.function
        #expect(function.name == "m" && function.bounds == 0...10_000)
        #expect(function.arguments.map(\.name) == model.order)
        let values: [Int64] = [80, 900_000, 0, 1]
        let chance = values.withUnsafeBufferPointer { model.number(of: model.score($0)) }
        #expect(chance == model.prediction(of: values).chance)
    }

    @Test(arguments: ["buys", "spends"])
    func `it tells what rows are worth, as a model of weights does`(target: String) throws {
        try BoughtModel.expectWorth(
            of: target, using: "model => network, features => (age, income, region, member)")
    }

    /// A file with other values of some members.
    private static func changed(_ changes: [String: JSON?]) throws -> JSON {
        guard case .object(var members) = try model().json else { return .null }
        for (name, value) in changes { members[name] = value }
        return .object(members)
    }

    private static let zeros = JSON.array([JSON](repeating: "0", count: 10))

    @Test(
        arguments: [
            ("kind", "linear", "kind: logistic, trees or network wanted"), ("kind", nil, "kind"),
            ("predicts", nil, "predicts: two names"), ("order", ["age"], "order: each column once"),
            ("numbers", [], "order: each column once"), ("choices", nil, "order"),
            ("norm", "0", "norm"), ("norm", nil, "norm"), ("constant", "nan", "constant"),
            ("constant", 1, "constant"), ("outputs", [], "outputs: 2 to 64"),
            ("outputs", ["1"], "outputs: 2 to 64"), ("outputs", ["1", "inf"], "outputs"),
            ("outputs", .array([JSON](repeating: "1", count: 65)), "outputs: 2 to 64"),
            ("outputs", ["1", "1", "1"], "hidden: 3 lists"), ("hidden", nil, "hidden: 4 lists"),
            ("hidden", .array([zeros, zeros]), "hidden: 4 lists"),
            ("hidden", .array([zeros, zeros, ["0"], zeros]), "hidden[2]: 10 numbers"),
            ("hidden", .array([zeros, zeros, zeros, "0"]), "hidden[3]: 10 numbers"),
            (
                "hidden",
                .array([zeros, .array([JSON](repeating: "nan", count: 10)), zeros, zeros]),
                "hidden[1]"
            ),
            (
                "choices",
                [
                    ["column": "region", "categories": .array([JSON](repeating: "x", count: 400))],
                    ["column": "member", "categories": ["false", "true"]],
                ], "choices: at most 400 features"
            ),
        ] as [(String, JSON?, String)])
    func `a file that was damaged is refused, by the name of the member`(
        member: String, value: JSON?, problem: String
    ) throws {
        let json = try Self.changed([member: value])
        let error = #expect(throws: ModelError.self) { try Model(json: json) }
        #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    }

    @Test func `a file that was changed anywhere is read or refused, never a trap`() throws {
        let bytes = try Self.model().json.signable()
        var refused = 0
        for place in stride(from: 0, to: bytes.count, by: 11) {
            for byte in [UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "\""), 0] {
                var changed = bytes
                changed[place] = byte
                guard let json = try? JSON(parsing: changed), let model = try? Model(json: json)
                else {
                    refused += 1
                    continue
                }
                #expect(model.order.count == 4)
                _ = model.prediction(of: [50, 500_000, 0, 1])
            }
        }
        #expect(refused > 100)
    }

    @Test(arguments: ["buys", "spends"], ["1e308", "-1e308"])
    func `a network of the widest weights predicts something, and does not trap`(
        target: String, weight: String
    ) throws {
        let wide = JSON.array([JSON](repeating: .string(weight), count: 10))
        let four = JSON.array([JSON](repeating: .string(weight), count: 4))
        guard case .object(var members) = try Self.model(target).json else { return }
        (members["hidden"], members["outputs"]) = (.array([wide, wide, wide, wide]), four)
        let prediction = try Model(json: .object(members)).prediction(of: [100, 1_000_000, 0, 1])
        #expect(!prediction.score.isFinite)
        #expect(!prediction.value.isEmpty)
    }
}
