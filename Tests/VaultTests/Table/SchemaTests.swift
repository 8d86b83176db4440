// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import Vault

@Suite struct SchemaTests {
    private let full = Schema(
        table: "everything",
        columns: [
            .init("a", .integer, bounds: (.min + 1)...(.max)), .init("b", .decimal(scale: 9)),
            .init("c", .category, categories: ["x", "y"]), .init("d", .text),
            .init("e", .date), .init("f", .timestamp, unit: "µs"), .init("g", .boolean),
        ], key: [4, 0])

    @Test func `the published form comes back`() throws {
        #expect(try Schema(json: full.json) == full)
        #expect(try Schema(json: full.json).digest == full.digest)
    }

    @Test func `any change changes the digest`() {
        let other = Schema(table: full.table, columns: full.columns, key: [0, 4])
        #expect(other.digest != full.digest)
        #expect(full.index(of: "c") == 2)
        #expect(full.index(of: "C") == nil)
    }

    private func column(_ members: [String: JSON]) -> JSON {
        let usual: [String: JSON] = ["name": "a", "kind": "integer"]
        return .object([
            "table": "t", "key": [],
            "columns": [.object(usual.merging(members) { $1 })],
        ])
    }

    @Test(
        arguments: [
            ["name": "A"], ["name": ""], ["name": "1a"], ["kind": "float"], ["name": nil],
            ["kind": "decimal"], ["kind": "decimal", "scale": 10],
            ["kind": "decimal", "scale": -1],
            ["bounds": [1]], ["bounds": [2, 1]], ["bounds": ["-9223372036854775808", 1]],
            ["bounds": 7], ["categories": ["x"]], ["kind": "category"],
            ["kind": "category", "categories": ["x", "x"]],
            ["kind": "category", "categories": ["x", 1]], ["categories": 5], ["unit": 3],
        ] as [[String: JSON]])
    func `a column that is wrong is refused`(members: [String: JSON]) {
        #expect(throws: SchemaError.self) { try Schema(json: column(members)) }
    }

    @Test func `a key that is wrong is refused`() {
        for key in [["b"], ["a", "a"], [1], "a"] as [JSON] {
            let json: JSON = .object([
                "table": "t", "key": key,
                "columns": [.object(["name": "a", "kind": "integer"])],
            ])
            #expect(throws: SchemaError.self) { try Schema(json: json) }
        }
    }

    @Test func `columns of one name and tables without a name are refused`() {
        let a: JSON = .object(["name": "a", "kind": "integer"])
        for json in [
            ["table": "t", "columns": [a, a]], ["table": "", "columns": [a]],
            ["table": "t", "columns": []], ["columns": [a]],
        ] as [[String: JSON]] {
            #expect(throws: SchemaError.self) { try Schema(json: .object(json)) }
        }
    }
}
