// SPDX-License-Identifier: Apache-2.0
import Testing
import Vault

@testable import Simulation

/// Files become rows, or an error that says where.
@Suite struct RowTableTests {
    private static let file = """
        person_row,age,work,Salary
        1,39,state,<=50K
        2,50,"self, own",>50K

        3,?,state,<=50K
        """

    @Test func `numbers get the bounds of the file, and the last column is predicted`() throws {
        let table = try RowTable(csv: Self.file)
        #expect(table.schema.columns.map(\.name) == ["age", "work", "salary"])
        #expect(table.schema.columns[0].bounds == 39...50)
        #expect(table.schema.columns[1].categories == ["self, own", "state"])
        #expect(table.targetName == "salary")
        #expect(table.rows == [[39, 1, 0], [50, 0, 1], [Schema.null, 1, 0]])
        #expect(table.leftOut.count == 1)
    }

    @Test func `a column of too many categories is left out, and one of a single value`() throws {
        let lines = (0..<20).map { "\($0),a\($0),same,\($0 % 2)" }
        let table = try RowTable(
            csv: (["n,many,one,y"] + lines).joined(separator: "\n"))
        #expect(table.schema.columns.map(\.name) == ["n", "y"])
        #expect(table.leftOut == ["many: has 20 categories", "one: has one value"])
    }

    @Test(
        arguments: [
            ("", "there are no rows"),
            ("a,y", "there are no rows"),
            ("a,a,y\n1,2,3", "line 1: a column stands twice"),
            ("a,y\n1,0\n2\n", "line 3: 2 values wanted, there are 1"),
            ("a,y\n1,\"0\n2,1\n", "line 2: a quote is not closed"),
            ("a,y\n1,0\n2,0\n", "the last column, y, has 1 values"),
            ("a,y\n1,0\n2,?\n", "the last column, y, has 2 values"),
            ("y\n0\n1\n", "there is nothing to predict from"),
        ])
    func `what is wrong with a file is said`(text: String, problem: String) {
        #expect {
            try RowTable(csv: text)
        } throws: { error in
            (error as? SimulationError)?.problem == problem
        }
    }

    @Test func `distances know numbers by their bounds and categories by difference`() throws {
        let table = try RowTable(csv: Self.file)
        let (one, other) = (table.features(of: [39, 0, 0]), table.features(of: [50, 1, 1]))
        let squared = zip(one, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        #expect(abs(squared - 2) < 1e-12)
        #expect(table.features(of: [Schema.null, 0, 0])[0] == 5.0 / 11)
    }

    @Test func `made-up rows keep to their bounds and have both answers`() {
        let table = RowTable.made(2_000, seed: 1)
        for (place, column) in table.schema.columns.enumerated() {
            let values = table.rows.map { $0[place] }
            let bounds = column.bounds ?? 0...Int64(column.categories.count - 1)
            #expect(values.allSatisfy(bounds.contains))
            #expect(Set(values).count > 1)
        }
    }
}
