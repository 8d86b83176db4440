// SPDX-License-Identifier: Apache-2.0
import Testing
import Vault

/// What may be published that contributors chose.
@Suite struct SchemaWordsTests {
    private func error(unit: String?, categories: [String] = []) -> String? {
        let schema = Schema(
            table: "t",
            columns: [
                .init("n", .integer, unit: unit),
                .init("c", .category, categories: categories.isEmpty ? ["a"] : categories),
            ])
        do throws(SchemaError) { try schema.checkWords() } catch { return error.description }
        return nil
    }

    @Test(arguments: ["km", "µg/m³", "%", "€ per day", "歩", "😀", "<b>"])
    func `usual words may be published`(word: String) {
        #expect(error(unit: word, categories: [word, "other"]) == nil)
    }

    @Test(arguments: [
        ("a\nb", "U+000A"), ("\u{7f}", "U+007F"), ("\u{0600}<h1", "U+0600"), ("\u{85}", "U+0085"),
        ("a\u{202e}b", "U+202E"), ("\u{2066}a", "U+2066"), ("\u{200b}", "U+200B"),
        ("a\u{2028}b", "U+2028"), ("\u{2029}", "U+2029"), ("\u{e000}", "U+E000"),
        ("\u{e0041}", "U+E0041"), ("\u{1b}[31m", "U+001B"), ("\u{ad}", "U+00AD"),
        ("\u{feff}", "U+FEFF"), ("\u{378}", "U+0378"),
    ])
    func `what does not show is refused, with its place`(word: String, code: String) {
        let unit = error(unit: word) ?? ""
        #expect(unit.hasPrefix("n.unit:") && unit.contains(code))
        let category = error(unit: nil, categories: ["a", word]) ?? ""
        #expect(category.hasPrefix("c.categories[1]:") && category.contains(code))
        #expect(!unit.contains(word), "the words themselves may not be shown")
    }

    @Test func `words have a length, and there are so many`() {
        #expect(error(unit: "") != nil && error(unit: " km") != nil && error(unit: "km ") != nil)
        #expect(error(unit: String(repeating: "k", count: 32)) == nil)
        #expect(
            error(unit: String(repeating: "k", count: 33))
                == "n.unit: a text of 1 to 32 bytes wanted, it has 33")
        let numbers = { (count: Int) in (0..<count).map { "\($0)" } }
        #expect(error(unit: nil, categories: numbers(1000)) == nil)
        #expect(error(unit: nil, categories: numbers(1001))?.contains("1001") == true)
        let long = { (length: Int) in String(repeating: "x", count: length) }
        #expect(error(unit: nil, categories: [long(100)]) == nil)
        #expect(error(unit: nil, categories: [long(101)]) != nil)
        let many = (0..<1000).map { "\($0)" + long(20) }
        #expect(error(unit: nil, categories: many)?.hasPrefix("columns:") == true)
    }

    @Test func `names are of letters, digits and underscores, and not too long`() {
        for name in ["", "Steps", "a b", "a\u{202e}", String(repeating: "a", count: 65)] {
            let columns = Schema(table: "t", columns: [.init(name, .integer)])
            #expect(throws: SchemaError.self) { try columns.checkWords() }
            let table = Schema(table: name, columns: [.init("a", .integer)])
            #expect(throws: SchemaError.self) { try table.checkWords() }
        }
        let none = Schema(table: "t", columns: [])
        #expect(throws: SchemaError.self) { try none.checkWords() }
    }
}
