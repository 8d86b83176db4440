// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// What typing the rows of one mapped file needs to know; the same for every block of it.
struct MappedPlan {
    /// A column of the file that is read; nothing in it is counted by reference.
    struct Cell {
        /// Its place in the file.
        let place: Int
        /// Its place in the schema; negative for a column that is left out.
        let target: Int
        let kind: Schema.Kind
        let format: Mapping.Source.DateFormat
        let point: UInt8
        let strips: Bool
        /// Whether its dates may be written in an order that only the file tells.
        let isOpen: Bool

        init(_ source: Mapping.Source, place: Int, in schema: Schema) {
            self.place = place
            target = source.mask == nil ? source.target ?? -1 : -1
            kind = target < 0 ? .text : schema.columns[target].kind
            format = source.format
            point = source.point
            strips = !source.strip.isEmpty
            isOpen = (kind == .date || kind == .timestamp) && format == .auto
        }
    }

    let schema: Schema
    let sources: [Mapping.Source]
    let cells: [Cell]
    let categories: [CategoryTable]
    let nulls: [[UInt8]]
    /// Where the person's name stands; nil for one person's file.
    let person: Int?
    /// How many fields a record has.
    let fields: Int
    let offsetMinutes: Int
    let limits: IntakeLimits

    /// Finds the mapping's columns among the names of the file.
    ///
    /// - Throws: ``IntakeError/Code/mapping`` for a column that the file does not have.
    init(_ mapping: Mapping, names: [String], options: IntakeOptions) throws(IntakeError) {
        func place(of name: String) throws(IntakeError) -> Int {
            guard let place = names.firstIndex(of: name) else {
                let shown = names.prefix(12).joined(separator: ", ").prefix(300)
                throw IntakeError(
                    .mapping, "the file has no column \"\(name)\"", mend: "It has \(shown)",
                    line: 1)
            }
            return place
        }
        schema = mapping.schema
        sources = mapping.sources
        var cells: [Cell] = []
        for source in mapping.sources {
            cells.append(Cell(source, place: try place(of: source.source), in: schema))
        }
        self.cells = cells
        categories = schema.columns.map(CategoryTable.init)
        nulls = mapping.nulls.map { Array($0.utf8) }
        person = try (options.personColumn ?? mapping.person).map { (name) throws(IntakeError) in
            try place(of: name)
        }
        fields = names.count
        offsetMinutes = options.offsetMinutes ?? 0
        limits = options.limits
    }

    /// The places of all columns of the file that are looked at.
    var taken: Set<Int> { Set(cells.map(\.place) + (person.map { [$0] } ?? [])) }

    /// Whether the bytes stand for no value.
    func isNull(_ bytes: Bytes) -> Bool {
        if bytes.isEmpty { return true }
        for null in nulls where null.count == bytes.count {
            if null.elementsEqual(bytes) { return true }
        }
        return false
    }
}
