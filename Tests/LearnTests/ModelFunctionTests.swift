// SPDX-License-Identifier: Apache-2.0
import Canon
import Query
import Testing

@testable import Learn

/// A model as a value of a row, for questions.
@Suite struct ModelFunctionTests {
    /// A linear model of one number with these bounds of what it predicts.
    private func json(low: String, high: String, weight: String = "1") -> JSON {
        [
            "type": "DividendModel", "version": "1", "name": "m", "kind": "linear",
            "predicts": ["scale": 0, "low": .string(low), "high": .string(high)],
            "order": ["steps"], "quality": nil, "average": nil,
            "numbers": [
                [
                    "column": "steps", "scale": 0, "low": "0", "high": "100", "mean": "0.5",
                    "deviation": "0.25",
                ]
            ],
            "choices": [], "norm": "1", "weights": .array([.string(weight), "0"]),
        ]
    }

    @Test func `it gives what the model predicts, as a whole number of its units`() throws {
        let model = try Model(json: json(low: "0", high: "1000"))
        let function = try model.function
        #expect(function.name == "m" && function.bounds == 0...1000 && function.scale == 0)
        #expect(function.arguments == [.init(name: "steps", kind: .number(scale: 0))])
        for steps in [Int64(0), 37, 100] {
            #expect(String(model.number(of: [steps])) == model.prediction(of: [steps]).value)
        }
    }

    @Test func `the least number of all is no bound: to a question it means NULL`() throws {
        let most = String(Int64.max)
        #expect(throws: ModelError.self) {
            try Model(json: json(low: String(Int64.min), high: most))
        }
        let wide = try Model(json: json(low: String(Int64.min + 1), high: most, weight: "-1e300"))
        #expect(try wide.function.bounds.lowerBound == .min + 1)
        #expect(wide.number(of: [100]) == .min + 1)
    }

    @Test func `a file of too many columns, or of a name without end, is refused at once`() {
        var many = json(low: "0", high: "1").object ?? [:]
        many["order"] = .array((0..<401).map { .string("c\($0)") })
        let error = #expect(throws: ModelError.self) { try Model(json: .object(many)) }
        #expect(error?.description.contains("at most 400") == true)
        var long = json(low: "0", high: "1").object ?? [:]
        long["name"] = .string(String(repeating: "n", count: 257))
        #expect(throws: ModelError.self) { try Model(json: .object(long)) }
    }
}

extension Model {
    /// What its function gives for a row.
    fileprivate func number(of values: [Int64]) -> Int64 {
        values.withUnsafeBufferPointer { number(of: score($0)) }
    }
}
