// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// Writes down one table of a circuit.
///
///     var table = TableBuilder("counter", columns: 1)
///     let (now, next) = (table.cell(0), table.next(0))
///     table.require(now, .first)
///     table.require(next - now - Linear(1), .transition)
public struct TableBuilder {
    let name: String
    let columns: Int
    let committed: Int
    private(set) var tape = Tape()
    private var known: [Tape.Step: Int] = [:]

    /// Begins a table.
    ///
    /// - Parameter committed: how many columns, the first ones, are committed to beforehand, see
    ///   ``CommittedColumns``; none of them may be looked at in the next row.
    public init(_ name: String, columns: Int, committed: Int = 0) {
        self.name = name
        self.columns = columns
        self.committed = committed
    }

    /// The cell of a column in this row.
    public mutating func cell(_ column: Int) -> Linear {
        precondition((0..<columns).contains(column), "the table has no such column")
        return Linear(register: step(.cell(column: column, next: false)))
    }

    /// The cell of a column in the next row.
    public mutating func next(_ column: Int) -> Linear {
        precondition((0..<columns).contains(column), "the table has no such column")
        return Linear(register: step(.cell(column: column, next: true)))
    }

    /// A public input.
    public mutating func input(_ index: Int) -> Linear {
        Linear(register: step(.input(index)))
    }

    /// The product: one step, and one more for each factor that is not a register by itself.
    public mutating func product(_ left: Linear, _ right: Linear) -> Linear {
        let (a, b) = (register(of: left), register(of: right))
        return Linear(register: step(.product(min(a, b), max(a, b))))
    }

    /// Demands that a value is zero.
    public mutating func require(_ value: Linear, _ domain: Tape.Domain = .every) {
        tape.constraints.append(.init(register: register(of: value), domain: domain))
    }

    /// Demands that a value is 0 or 1.
    public mutating func requireBit(_ value: Linear) {
        require(product(value, value - Linear(1)))
    }

    /// Sends a message so many times; received, where that is negative.
    public mutating func send(_ fields: [Linear], on bus: Int, times: Linear) {
        precondition(bus > 0, "bus 0 is kept for masks")
        let registers = fields.map { register(of: $0) }
        tape.interactions.append(
            .init(bus: bus, multiplicity: register(of: times), fields: registers))
    }

    /// Receives a message so many times.
    public mutating func receive(_ fields: [Linear], on bus: Int, times: Linear) {
        send(fields, on: bus, times: times * -1)
    }

    private mutating func register(of value: Linear) -> Int {
        if let register = value.register { return register }
        let terms = value.terms.sorted { $0.key < $1.key }.map {
            Tape.Term(register: $0.key, coefficient: $0.value)
        }
        return step(.sum(terms, constant: value.constant))
    }

    /// The same step twice is one.
    private mutating func step(_ step: Tape.Step) -> Int {
        if let register = known[step] { return register }
        let register = tape.steps.count
        tape.steps.append(step)
        known[step] = register
        return register
    }
}
