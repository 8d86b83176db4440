// SPDX-License-Identifier: Apache-2.0
import Canon
import Intake
import Learn
import OwnRows
import Query
import TestSupport
import Testing

/// Questions of a file's own rows: exact, by the language of pools, and with the errors that it has there.
@Suite struct AnswerTests {
    private static let rows = """
        region,age,income,member,joined
        north,20,10.5,true,2024-01-01
        north,40,NULL,false,2024-02-01
        south,30,20.25,true,2024-03-01
        south,50,30,true,2024-04-01
        south,30,NULL,false,2024-05-01
        west,60,5,false,2024-06-01
        """

    private func answer(
        _ rows: String, _ sql: String, calling models: [Model] = [], person: String? = nil
    ) throws -> [[String]] {
        let file = try OwnFile(rows)
        let own = try OwnRows(
            path: file.path, asking: sql, calling: try models.map { try $0.function },
            person: person)
        let table = try own.answer()
        #expect(table.rows.allSatisfy { $0.allSatisfy { $0.margin == nil } }, "exact")
        return table.rows.map { $0.map(\.text) }
    }

    @Test(arguments: [
        (
            "SELECT COUNT(*), SUM(income), AVG(age), MIN(age), MAX(income) FROM own",
            ["6 65.75 38.333333333 20 30"]
        ),
        (
            "SELECT region, COUNT(income), AVG(income) FROM own GROUP BY region",
            ["north 1 10.5", "south 2 25.125", "west 1 5"]
        ),
        (
            "SELECT region, COUNT(*) AS n FROM own WHERE age >= 30 GROUP BY region HAVING n > 1 ORDER BY n DESC",
            ["south 3"]
        ),
        (
            "SELECT MEDIAN(age), QUANTILE(age, 0.9), VAR(age), STDDEV(age) FROM own",
            ["30 60 180.555555556 13.437096247"]
        ),
        ("SELECT MEDIAN(joined) FROM own", ["2024-03-01"]),
        ("SELECT COUNT(*), AVG(age) FROM own WHERE age > 100", ["0 NULL"]),
        ("SELECT member, COUNT(*) FROM own GROUP BY member", ["false 3", "true 3"]),
        // NULL comes last, as elsewhere; numbers are told apart exactly.
        (
            "SELECT income, COUNT(*) FROM own GROUP BY income",
            ["5 1", "10.5 1", "20.25 1", "30 1", "NULL 2"]
        ),
        (
            "SELECT income, COUNT(*) FROM own GROUP BY income HAVING income > 12.5",
            ["20.25 1", "30 1"]
        ),
        ("SELECT SUM(age) / COUNT(*) AS mean FROM own", ["38.333333333"]),
        ("SELECT HISTOGRAM(age, 2) FROM own WHERE age < 60", ["20 – 40 3", "40 – 60 2"]),
        ("SELECT region FROM own GROUP BY region", ["north", "south", "west"]),
        // What nothing public bounds is asked of a pool with CLIP only.
        ("SELECT SUM(age / income) FROM own WHERE income = 5", ["12"]),
    ])
    func `aggregates are exact, in the language of pools`(sql: String, lines: [String]) throws {
        #expect(try answer(AnswerTests.rows, sql).map { $0.joined(separator: " ") } == lines)
    }

    @Test(arguments: [
        (
            "SELECT region, age FROM own WHERE member ORDER BY age DESC LIMIT 2",
            ["south 50", "south 30"]
        ),
        (
            "SELECT joined, income * 2 AS twice FROM own WHERE region = 'north'",
            ["2024-01-01 21", "2024-02-01 NULL"]
        ),
        ("SELECT age FROM own ORDER BY income / age, 1 LIMIT 2", ["60", "20"]),
        ("SELECT age FROM own WHERE income IS NULL", ["40", "30"]),
    ])
    func `rows of one's own are shown one by one`(sql: String, lines: [String]) throws {
        #expect(try answer(AnswerTests.rows, sql).map { $0.joined(separator: " ") } == lines)
    }

    @Test func `whose rows are whose tells people apart`() throws {
        let people = "SELECT COUNT(DISTINCT contributor), COUNT(*) FROM own"
        #expect(try answer(AnswerTests.rows, people, person: "region") == [["3", "6"]])
        let totals =
            "SELECT AVG(total), MAX(total) FROM (SELECT contributor, SUM(age) AS total FROM own GROUP BY contributor)"
        #expect(
            try answer(AnswerTests.rows, totals, person: "region") == [["76.666666667", "110"]])
        for sql in [people, totals] {
            #expect { try answer(AnswerTests.rows, sql) } throws: {
                "\($0)".contains("nothing says whose rows are whose; name the column that does")
            }
        }
    }

    @Test(arguments: [
        ("SELECT COUNT(*) FROM own WITH PRIVACY (epsilon => 1.0)", "need no privacy"),
        ("SELECT COUNT(*) FROM own WITH ACCURACY (5%)", "need no privacy"),
        ("SELECT COUNT(*) FROM walkers", "'walkers' is none of your files"),
        ("SELECT COUNT(*) FROM own.days", "write FROM own"),
        ("EXPLAIN SELECT COUNT(*) FROM own", "leave out EXPLAIN"),
        ("SELECT COUNT(*) FROM own JOIN own USING (contributor)", "own rows are one table"),
        ("SELECT * FROM own", "name them: SELECT a, b, PREDICT(name) FROM own"),
        ("SELECT agee FROM own", "did you mean age?"),
        ("SELECT age FROM own HAVING age > 2", "write WHERE"),
        ("SELECT age FROM own ORDER BY COUNT(*)", "each row is a line of its own"),
        ("SELECT age, COUNT(*) FROM own", "age is one person's value"),
        ("SELECT COUNT(*) FROM own WHERE region = 'east'", "east"),
        ("SELECT COUNT(*) FROM own; SELECT 1", "the end is wanted"),
        ("SELECT PREDICT(risk) FROM own", "no model 'risk' came with the question"),
    ])
    func `a question that does not fit is refused with a place and a remedy`(
        sql: String, words: String
    ) throws {
        #expect { try answer(AnswerTests.rows, sql) } throws: { error in
            "\(error)".contains(words) && "\(error)".hasPrefix("line 1, column ")
        }
    }

    /// A model of the shop's rows.
    private func model(
        _ statement: String = "CREATE MODEL risk FROM own PREDICT bought"
    ) async throws -> Model {
        let file = try OwnFile(OwnRowsTests.shop)
        return try await OwnRows(path: file.path, for: statement).train()
    }

    @Test func `PREDICT is what the model makes of each row`() async throws {
        let model = try await model()
        let shop = OwnRowsTests.shop.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let chances = try shop.dropFirst().map { cells in
            let cells = [
                "age_years": cells[1], "region": cells[2],
                "income": cells[3].isEmpty ? "NULL" : cells[3], "member": cells[4],
            ]
            return try #require(model.prediction(of: model.values(of: cells, line: 1)).chance)
        }
        let each = try answer(
            OwnRowsTests.shop, "SELECT id, PREDICT(risk) FROM own", calling: [model])
        #expect(each.map { Double($0[1]) } == chances.map { Double($0) / 10_000 })
        #expect(each.map { $0[0] } == (1...60).map(String.init), "in the file's order")
        let mean = try answer(
            OwnRowsTests.shop, "SELECT AVG(PREDICT(risk)), SUM(PREDICT(risk)) FROM own",
            calling: [model])
        let sum = chances.reduce(0, +)
        let wanted = Double(sum) / 600_000
        #expect(abs(Double(mean[0][0])! - wanted) < 1e-9)
        #expect(Double(mean[0][1]) == Double(sum) / 10_000, "a sum is exact")
        let likely = try answer(
            OwnRowsTests.shop,
            "SELECT region, COUNT(*) FROM own WHERE PREDICT(risk) >= 0.5 GROUP BY region ORDER BY 2 DESC",
            calling: [model])
        #expect(likely.map { $0[0] } == ["north", "south"])
        #expect(
            likely.reduce(0) { $0 + Int($1[1])! } == chances.count { $0 >= 5000 })
    }

    @Test func `what does not fit the model is an error with its cell`() async throws {
        let model = try await model()
        let head = "age_years,region,income,member\n"
        for (rows, words) in [
            (
                "age_years,region,member\n20,north,true\n",
                "wants a column 'income', and own has none"
            ),
            (
                head + "20,north,1.5,true\n30,east,2,false\n",
                "line 3: region is 'east', and the model risk knows "
            ),
            (
                head + "many,north,1.5,true\n",
                "line 2: age_years is 'many', and the model risk knows numbers there"
            ),
            (
                head + "20.5,north,1.5,true\n",
                "line 2: age_years is '20.5', and the model risk knows whole numbers there; round it"
            ),
            (
                head + "20,north,1.5,perhaps\n",
                "line 2: member is 'perhaps', and the model risk knows false, true"
            ),
        ] {
            let found = #expect(throws: (any Error).self) {
                try answer(rows, "SELECT AVG(PREDICT(risk)) FROM own", calling: [model])
            }
            #expect("\(found!)".contains(words), "\(found!)")
        }
    }

    @Test func `columns are read as the model takes them`() async throws {
        // One region, no income at all, and a file with its own way of writing numbers.
        let model = try await model()
        let rows = "Age (years),Region,Income,member\n80,north,,true\n18,south,NA,false\n"
        let found = try answer(
            rows, "SELECT age_years, PREDICT(risk) FROM own", calling: [model])
        #expect(found.count == 2 && Double(found[0][1])! > 0.9 && Double(found[1][1])! < 0.1)
        // Numbers that name something are categories where the model has them so.
        var text = "zone,bought\n"
        for row in 0..<40 { text += "z\(row % 2),\(row % 2)\n" }
        let file = try OwnFile(text.replacing("z", with: "0").replacing("0one", with: "zone"))
        let zones = try await OwnRows(
            path: file.path,
            for: "CREATE MODEL zones FROM own PREDICT bought USING (features => (zone))"
        ).train()
        let guess = try answer(
            "zone\n01\n", "SELECT zone, PREDICT(zones) FROM own", calling: [zones])
        #expect(guess[0][0] == "01" && Double(guess[0][1])! > 0.5)
    }

    @Test func `blanks at the ends of a category are part of it where the model has them`() throws {
        let model = try Model(json: [
            "type": "DividendModel", "version": "1", "name": "kinds", "kind": "clusters",
            "predicts": nil, "order": ["region", "age"], "quality": nil, "average": nil,
            "numbers": [["column": "age", "scale": 0, "low": "0", "high": "100"]],
            "choices": [["column": "region", "categories": [" north", "north"]]],
            "clusters": [
                [
                    "numbers": ["50.0"], "parts": [["1.0", "0.0", "0.0"]], "share": "0.5",
                    "spread": "0.1",
                ],
                [
                    "numbers": ["50.0"], "parts": [["0.0", "1.0", "0.0"]], "share": "0.5",
                    "spread": "0.1",
                ],
            ],
        ])
        let rows = "region,age\n north, 50\nnorth,50 \n\"north  \",50\n"
        let found = try answer(
            rows, "SELECT age, PREDICT(kinds) FROM own", calling: [model])
        #expect(found == [["50", "1"], ["50", "2"], ["50", "2"]])
        let file = try OwnFile(rows)
        let one = try CSVSheet(path: file.path).rows.map {
            model.prediction(of: try model.values(of: $0.cells, line: $0.line)).value
        }
        #expect(one == ["1", "2", "2"], "as `model predict` has it")
    }
}
