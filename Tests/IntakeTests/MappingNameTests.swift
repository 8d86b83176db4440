// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import Vault

@testable import Intake

/// Mappings and the names of standard tables.
@Suite struct MappingNameTests {
    private func mapping(of schema: Schema) throws -> JSON {
        guard case .object(var members) = schema.json,
            case .array(let columns)? = members["columns"]
        else { throw IntakeError(.mapping, "no columns") }
        members["columns"] = .array(
            columns.enumerated().map { place, column in
                guard case .object(var column) = column else { return column }
                column["source"] = .string("c\(place)")
                return .object(column)
            })
        return .object(members)
    }

    @Test(arguments: StandardTables.all)
    func `a standard table is mapped as it is, and its words may be published`(table: Schema) throws
    {
        #expect(try Mapping(json: mapping(of: table)).schema == table)
        try table.checkWords()
    }

    @Test(arguments: StandardTables.all)
    func `the name of a standard table is refused for other columns`(table: Schema) throws {
        let others = [
            Schema(table: table.table, columns: [.init("day", .date)], key: []),
            Schema(
                table: table.table, columns: table.columns + [.init("more", .integer)],
                key: table.key),
            Schema(
                table: table.table, columns: table.columns,
                key: Array(table.key.dropLast())
                    + [1, 2, 3].filter { !table.key.contains($0) }.prefix(1)),
        ]
        for other in others {
            let json = try mapping(of: other)
            let error = #expect(throws: IntakeError.self) { try Mapping(json: json) }
            #expect(error?.code == .mapping)
            #expect(error?.reason.contains(table.table) == true)
            #expect(error?.reason.contains("choose another name") == true)
        }
    }

    @Test func `words that do not show are refused, and said where`() throws {
        let evil = Schema(
            table: "mine", columns: [.init("n", .integer, unit: "\u{0600}<h1\u{0600}>")])
        let json = try mapping(of: evil)
        let error = #expect(throws: IntakeError.self) { try Mapping(json: json) }
        #expect(error?.reason.contains("n.unit: the character U+0600") == true)
    }

    @Test func `a draft never takes the name of a standard table`() throws {
        let draft = try Mapping.draft(
            of: Array("day,n\n2026-01-01,1\n2026-01-02,2\n".utf8), table: "Purchases")
        #expect(draft.table == "my_purchases")
        _ = try draft.mapping()
    }
}
