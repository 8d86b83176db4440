// SPDX-License-Identifier: Apache-2.0
public import Fields

/// What is proved: some tables, the messages between them, and messages from outside.
public struct Circuit: Hashable, Sendable {
    /// One table.
    public struct Table: Hashable, Sendable {
        /// What it is called.
        public let name: String
        /// How many columns there are.
        public let columns: Int
        /// How many of them, the first ones, are committed to beforehand; the witness fills the others.
        public let committed: Int
        /// What its rows have to fulfil.
        public let tape: Tape
    }

    /// A message from outside, made of public inputs: sent where the count is positive.
    public struct Message: Hashable, Sendable {
        /// Which bus.
        let bus: Int
        /// How often.
        let times: KoalaBear
        /// What it is made of.
        let fields: [Field]

        /// A part of a message.
        public enum Field: Hashable, Sendable {
            /// A public input.
            case input(Int)
            /// Always the same.
            case constant(KoalaBear)
        }

        /// Describes a message, sent so many times; received, where that is negative.
        public init(_ fields: [Field], on bus: Int, times: Int) {
            (self.fields, self.bus, self.times) = (fields, bus, Linear(times).constant)
        }

        /// What it says for some public inputs.
        func values(_ inputs: [KoalaBear]) -> [KoalaBear] {
            fields.map { field in
                switch field {
                case .input(let index): inputs[index]
                case .constant(let value): value
                }
            }
        }
    }

    /// What it is called.
    public let name: String
    /// How many public inputs there are.
    public let inputs: Int
    /// The tables.
    public let tables: [Table]
    /// The messages from outside.
    public let messages: [Message]
    /// SHA-256 of ``bytes``, worked out once: a transcript begins with it.
    public private(set) var digest: [UInt8] = []

    /// Puts a circuit together.
    ///
    /// - Throws: ``CircuitError`` when a table has a constraint of too high a degree, or names what is not
    ///   there.
    public init(
        _ name: String, inputs: Int, tables: [TableBuilder], messages: [Message] = []
    ) throws(CircuitError) {
        self.name = name
        self.inputs = inputs
        self.tables = tables.map {
            Table(name: $0.name, columns: $0.columns, committed: $0.committed, tape: $0.tape)
        }
        self.messages = messages
        for table in self.tables { try table.check(inputs: inputs) }
        for message in messages {
            for case .input(let index) in message.fields where !(0..<inputs).contains(index) {
                throw .input(table: "messages")
            }
        }
        try checkBuses()
        digest = SHA256.digest(bytes)
    }

    /// A circuit of tables that were checked before.
    init(name: String, inputs: Int, tables: [Table], messages: [Message]) {
        (self.name, self.inputs, self.tables) = (name, inputs, tables)
        self.messages = messages
        digest = SHA256.digest(bytes)
    }

    /// The tables that have committed columns.
    var committedTables: [Int] { tables.indices.filter { tables[$0].committed > 0 } }

    /// Two messages on a bus that differ in their zeros at the end would look alike, and buses that are alike
    /// modulo the prime would be one.
    private func checkBuses() throws(CircuitError) {
        var widths: [Int: Int] = [:]
        let all =
            tables.flatMap(\.tape.interactions).map { ($0.bus, $0.fields.count) }
            + messages.map { ($0.bus, $0.fields.count) }
        for (bus, width) in all {
            guard (1..<1 << 16).contains(bus), widths[bus] ?? width == width else {
                throw .bus(bus)
            }
            widths[bus] = width
        }
    }
}

/// Why a circuit cannot be proved.
public enum CircuitError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A constraint of a table has too high a degree.
    case degree(table: String, constraint: Int, degree: Int)
    /// A constraint that holds in the last row looks at the next.
    case ahead(table: String, constraint: Int)
    /// A message of a table is not linear in its cells.
    case message(table: String, interaction: Int)
    /// A public input is named that is not there.
    case input(table: String)
    /// A bus is not in 1 to 65,535, or has messages of several lengths.
    case bus(Int)
    /// A table has no columns, more than 65,000, more committed ones than columns, or a name of more than
    /// 255 bytes.
    case table(String)
    /// A committed column is looked at in the next row.
    case committed(table: String, column: Int)

    /// What is wrong.
    public var description: String {
        switch self {
        case .degree(let table, let constraint, let degree):
            "constraint \(constraint) of the table \(table) has degree \(degree): 3 at most, and 2 in the "
                + "first or last row"
        case .ahead(let table, let constraint):
            "constraint \(constraint) of the table \(table) looks at the next row: only a transition may, "
                + "or the first row"
        case .message(let table, let interaction):
            "message \(interaction) of the table \(table) is not linear in this row's cells"
        case .bus(let bus):
            "bus \(bus): 1 to 65535 wanted, and messages of one length on each"
        case .table(let name): "the table \(name) has no columns, too many, or too long a name"
        case .committed(let table, let column):
            "the committed column \(column) of the table \(table) is looked at in the next row"
        case .input(let table): "the table \(table) names a public input that is not there"
        }
    }
}

extension Circuit.Table {
    /// Of every register the degree in the columns, up to four, and whether it looks at the next row.
    private var kinds: [(degree: Int, looksAhead: Bool)] {
        var kinds: [(degree: Int, looksAhead: Bool)] = []
        for step in tape.steps {
            switch step {
            case .cell(_, let next): kinds.append((1, next))
            case .input: kinds.append((0, false))
            case .product(let a, let b):
                kinds.append(
                    (
                        min(4, kinds[a].degree + kinds[b].degree),
                        kinds[a].looksAhead || kinds[b].looksAhead
                    ))
            case .sum(let terms, _):
                let parts = terms.map { kinds[$0.register] }
                kinds.append(
                    (parts.map(\.degree).max() ?? 0, parts.contains(where: \.looksAhead)))
            }
        }
        return kinds
    }

    fileprivate func check(inputs: Int) throws(CircuitError) {
        guard (1...65_000).contains(columns), (0...columns).contains(committed),
            name.utf8.count <= 255
        else { throw .table(name) }
        // So a proof shows of a committed column its cells at the places that are looked at, and no others.
        if let column = tape.nextColumns.first(where: { $0 < committed }) {
            throw .committed(table: name, column: column)
        }
        let kinds = kinds
        for step in tape.steps {
            if case .input(let index) = step, !(0..<inputs).contains(index) {
                throw .input(table: name)
            }
        }
        for (place, constraint) in tape.constraints.enumerated() {
            let kind = kinds[constraint.register]
            let isEdge = constraint.domain == .first || constraint.domain == .last
            guard kind.degree <= (isEdge ? 2 : 3) else {
                throw .degree(table: name, constraint: place, degree: kind.degree)
            }
            // Behind the last row that counts a cheater may put what she likes.
            guard
                !kind.looksAhead || constraint.domain == .transition || constraint.domain == .first
            else { throw .ahead(table: name, constraint: place) }
        }
        for (place, interaction) in tape.interactions.enumerated() {
            let parts = (interaction.fields + [interaction.multiplicity]).map { kinds[$0] }
            guard parts.allSatisfy({ $0.degree <= 1 && !$0.looksAhead }) else {
                throw .message(table: name, interaction: place)
            }
        }
    }

    /// How many columns over the extension hold the sums of the messages: one for each two messages, and
    /// the running sum.
    var sums: Int { tape.interactions.isEmpty ? 1 : (tape.interactions.count + 1) / 2 + 1 }
}
