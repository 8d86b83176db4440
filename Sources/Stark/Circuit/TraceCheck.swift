// SPDX-License-Identifier: Apache-2.0
package import Fields

/// What a witness breaks, looked at row by row in the clear: what a proof would show of it without showing it.
package struct TraceCheck: Sendable {
    /// A rule that does not hold, and how often.
    package enum Break: Hashable, Sendable {
        /// A constraint of a table.
        case constraint(table: String, number: Int)
        /// Messages that were sent and not received, or the other way round, on a bus.
        case messages(bus: Int)
    }

    private let circuit: Circuit
    private let activeRows: [Int]

    /// Looks at tables of so many rows that count.
    package init(_ circuit: Circuit, activeRows: [Int]) {
        (self.circuit, self.activeRows) = (circuit, activeRows)
    }

    /// Everything that does not hold.
    ///
    /// - Parameter committed: the cells of the committed columns of each table that has them, by its place.
    package func breaks(
        _ traces: [ColumnTiles], committed: [Int: ColumnTiles] = [:], inputs: [KoalaBear]
    ) -> Set<Break> {
        var breaks: Set<Break> = []
        var sent: [Message: KoalaBear] = [:]
        for message in circuit.messages {
            sent[Message(bus: message.bus, fields: message.values(inputs)), default: .zero] +=
                message.times
        }
        for place in circuit.tables.indices {
            for row in 0..<activeRows[place] {
                let (broken, messages) = look(
                    at: row, of: place, traces[place], committed: committed[place], inputs)
                breaks.formUnion(broken)
                for (message, times) in messages { sent[message, default: .zero] += times }
            }
        }
        for (message, times) in sent where times != .zero {
            breaks.insert(.messages(bus: message.bus))
        }
        return breaks
    }

    /// A message, whichever table sends it.
    package struct Message: Hashable, Sendable {
        let bus: Int
        let fields: [KoalaBear]
    }

    /// What one row breaks by itself and with the row after it, and what it sends, how often.
    package func look(
        at row: Int, of place: Int, _ trace: ColumnTiles, committed: ColumnTiles? = nil,
        _ inputs: [KoalaBear]
    ) -> (breaks: Set<Break>, messages: [Message: KoalaBear]) {
        let table = circuit.tables[place]
        let rows = activeRows[place]
        let registers = registers(table, trace, committed, row, rows, inputs)
        var breaks: Set<Break> = []
        for (number, constraint) in table.tape.constraints.enumerated() {
            let applies =
                switch constraint.domain {
                case .every: true
                case .transition: row < rows - 1
                case .first: row == 0
                case .last: row == rows - 1
                }
            if applies, registers[constraint.register] != .zero {
                breaks.insert(.constraint(table: table.name, number: number))
            }
        }
        var messages: [Message: KoalaBear] = [:]
        for interaction in table.tape.interactions {
            let times = registers[interaction.multiplicity]
            guard times != .zero else { continue }
            let fields = interaction.fields.map { registers[$0] }
            messages[Message(bus: interaction.bus, fields: fields), default: .zero] += times
        }
        return (breaks, messages.filter { $0.value != .zero })
    }

    private func registers(
        _ table: Circuit.Table, _ trace: ColumnTiles, _ committed: ColumnTiles?, _ row: Int,
        _ rows: Int, _ inputs: [KoalaBear]
    ) -> [KoalaBear] {
        var registers: [KoalaBear] = []
        registers.reserveCapacity(table.tape.steps.count)
        for step in table.tape.steps {
            switch step {
            case .cell(let column, let next):
                // Behind the last row that counts anything may stand.
                let row = min(next ? row + 1 : row, rows - 1)
                let own = column - table.committed
                registers.append(own < 0 ? committed?[row, column] ?? .zero : trace[row, own])
            case .input(let index): registers.append(inputs[index])
            case .product(let a, let b): registers.append(registers[a] * registers[b])
            case .sum(let terms, let constant):
                registers.append(
                    terms.reduce(constant) { $0 + registers[$1.register] * $1.coefficient })
            }
        }
        return registers
    }
}
