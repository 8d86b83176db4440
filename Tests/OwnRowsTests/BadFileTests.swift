// SPDX-License-Identifier: Apache-2.0
import Foundation
import Intake
import Learn
import OwnRows
import Testing

/// Files and statements that make no model: each error says where, what, and how to mend it.
@Suite struct BadFileTests {
    private static let head = "x,kind,y\n"
    private static let rows = (1...20).map { "\($0),\($0 % 2 == 0 ? "a" : "b"),\($0 * 3 % 7)\n" }
        .joined()
    private static let model = "CREATE MODEL m FROM own PREDICT kind"

    @Test(arguments: [
        ("", "FILE: the file is empty"),
        ("x,kind,y\n", "FILE: the file has a header line and no rows. Add rows below it"),
        ("1,a,2\n" + rows, "FILE, line 1: '1' stands where the name of column 1 is wanted"),
        (head + rows + "4,a\n", "FILE, line 22: 3 values wanted, there are 2"),
        (head + rows + "\"4\"x,a,1\n", "FILE, line 22: text stands behind a closing quote"),
        ("x,kind,x\n" + rows, "FILE, line 1: a column stands twice: x, as the columns 1 and 3"),
        (head + "1,a,2\n2,b,3\n", "FILE: 2 rows are too few"),
        (
            "x,sort,y\n" + rows,
            "FILE: there is no column kind, which is to be predicted; the file has x, sort, y"
        ),
        (head + rows.replacing("b", with: "a"), "FILE: kind is the same in every row"),
        (
            head + rows.replacing("a", with: "NA").replacing("b", with: ""),
            "FILE: no row has a value in kind"
        ),
        (head + rows + "1,c,4\n", "kind has more than two categories; predict one of them"),
    ])
    func `a bad file is refused with its place and a remedy`(text: String, wanted: String)
        async throws
    {
        let found = try await fault(text, BadFileTests.model)
        #expect(found.contains(wanted), "\(found)")
    }

    @Test(arguments: [
        (
            "CREATE MODEL m FROM own PREDICT kind WITH PRIVACY (epsilon => 1.0)",
            "line 1, column 43: rows of your own need no privacy"
        ),
        (
            "CREATE MODEL m FROM walkers PREDICT kind",
            "line 1, column 21: 'walkers' is none of your files"
        ),
        (
            "CREATE MODEL m FROM own PREDICT kind USING (features => (z))",
            "there is no column z, which is to be learned from"
        ),
        (
            "CREATE MODEL m FROM own PREDICT kind USING (model => forest)",
            "there is no model 'forest'"
        ),
        ("EXPLAIN CREATE MODEL m FROM own PREDICT kind", "leave out EXPLAIN"),
        (
            "CREATE MODEL m FROM (SELECT contributor, MAX(x) AS x FROM own GROUP BY contributor) PREDICT x",
            "own rows are one table"
        ),
        ("SELECT COUNT(*) FROM own", "the form is CREATE MODEL"),
        (
            "CREATE MODEL m FROM own PREDICT x ORDER BY y HORIZON 3 USING (model => forecast)",
            "a forecast goes by a column of dates or times"
        ),
    ])
    func `a statement that does not fit is refused`(text: String, wanted: String) async throws {
        let found = try await fault(BadFileTests.head + BadFileTests.rows, text)
        #expect(found.contains(wanted), "\(found)")
    }

    @Test func `a file that is not there is named`() async {
        let found = await fault(of: "/nowhere/rows.csv", BadFileTests.model)
        #expect(found.contains("/nowhere/rows.csv"), "\(found)")
    }

    @Test func `a huge file is refused where it becomes too large`() throws {
        let file = try OwnFile(BadFileTests.head + BadFileTests.rows)
        #expect {
            _ = try CSVColumns(path: file.path, mostCells: 30)
        } throws: { error in
            "\(error)".contains("line 12: the file has more than 30 values. Take a part")
        }
    }

    @Test func `a number that is none is said with its line`() throws {
        var rows = BadFileTests.rows
        rows += "many,a,1\n"
        let file = try OwnFile(BadFileTests.head + rows)
        let own = try OwnRows(path: file.path, for: BadFileTests.model)
        let said = own.columns[0].words
        #expect(
            said.hasSuffix(
                "; most are numbers, but line 22 has 'many': write NULL where there is no value"),
            "\(said)")
    }

    @Test func `numbers may be written with exponents, in files and in rows to predict`()
        async throws
    {
        let rows = (1...20).map { "\($0)e-05,\($0 > 10 ? "b" : "a")\n" }.joined()
        let file = try OwnFile("x,kind\n" + rows)
        let own = try OwnRows(path: file.path, for: BadFileTests.model)
        #expect(own.columns[0].words == "a number, 0.00001 to 0.0002")
        let model = try await own.train()
        let (near, far) = (
            try model.values(of: ["x": "1.9E-4"], line: 1),
            try model.values(of: ["x": "0.00019"], line: 1)
        )
        #expect(near == far)
        #expect(near == [19])
        #expect(throws: ModelError.self) { try model.values(of: ["x": "1e-5e3"], line: 1) }
    }
}
