// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing

@testable import Stark

/// Circuits: what can be written down, what is refused, and that a permutation's constraints are all needed.
@Suite struct CircuitTests {
    @Test func `constraints of too high a degree are refused`() throws {
        func circuit(_ domain: Tape.Domain, degree: Int) throws {
            var table = TableBuilder("t", columns: 1)
            let cell = table.cell(0)
            var power = cell
            for _ in 1..<degree { power = table.product(power, cell) }
            table.require(power, domain)
            _ = try Circuit("c", inputs: 0, tables: [table])
        }
        try circuit(.every, degree: 3)
        try circuit(.first, degree: 2)
        #expect(throws: CircuitError.degree(table: "t", constraint: 0, degree: 4)) {
            try circuit(.every, degree: 4)
        }
        #expect(throws: CircuitError.degree(table: "t", constraint: 0, degree: 3)) {
            try circuit(.last, degree: 3)
        }
    }

    @Test func `messages are linear, and public inputs are there`() throws {
        var table = TableBuilder("t", columns: 1)
        table.send([table.product(table.cell(0), table.cell(0))], on: 1, times: Linear(1))
        #expect(throws: CircuitError.message(table: "t", interaction: 0)) {
            try Circuit("c", inputs: 0, tables: [table])
        }
        var other = TableBuilder("t", columns: 1)
        other.require(other.input(2))
        #expect(throws: CircuitError.input(table: "t")) {
            try Circuit("c", inputs: 2, tables: [other])
        }
        #expect(throws: CircuitError.input(table: "messages")) {
            try Circuit("c", inputs: 0, tables: [], messages: [.init([.input(0)], on: 1, times: 1)])
        }
    }

    @Test func `what a cheater could put behind the last row is not looked at`() throws {
        for domain in [Tape.Domain.every, .last] {
            var table = TableBuilder("t", columns: 1)
            table.require(table.next(0) - table.cell(0), domain)
            #expect(throws: CircuitError.ahead(table: "t", constraint: 0)) {
                try Circuit("c", inputs: 0, tables: [table])
            }
        }
        var table = TableBuilder("t", columns: 1)
        table.send([table.cell(0)], on: 1, times: table.next(0))
        #expect(throws: CircuitError.message(table: "t", interaction: 0)) {
            try Circuit("c", inputs: 0, tables: [table])
        }
    }

    @Test func `a bus has messages of one length, and a number that is no other's`() throws {
        var table = TableBuilder("t", columns: 1)
        table.send([table.cell(0)], on: 1, times: Linear(1))
        table.receive([table.cell(0), Linear(0)], on: 1, times: Linear(1))
        #expect(throws: CircuitError.bus(1)) { try Circuit("c", inputs: 0, tables: [table]) }
        for bus in [1 << 16, Int(KoalaBear.prime), Int(KoalaBear.prime) + 1] {
            var table = TableBuilder("t", columns: 1)
            table.send([table.cell(0)], on: bus, times: Linear(1))
            #expect(throws: CircuitError.bus(bus)) { try Circuit("c", inputs: 0, tables: [table]) }
        }
    }

    @Test(arguments: StateHash.allCases)
    func `a permutation's trace fulfils its constraints, and each changed cell breaks some`(
        hash: StateHash
    ) throws {
        var table = TableBuilder("p", columns: StateHash.traceColumns)
        _ = table.permutation(hash, at: 0)
        let circuit = try Circuit("c", inputs: 0, tables: [table])
        let trace = try ColumnTiles(rowBits: 1, columns: StateHash.traceColumns)
        let inputs = (0..<32).map { KoalaBear(reducing: UInt64($0) &* 0x9e37_79b9_7f4a_7c15) }
        hash.fillTrace(of: inputs, into: trace, row: 0, column: 0)
        let check = TraceCheck(circuit, activeRows: [2])
        #expect(check.breaks([trace], inputs: []).isEmpty)
        var broken: Set<TraceCheck.Break> = []
        for column in 0..<StateHash.traceColumns {
            trace[1, column] += .one
            let breaks = check.breaks([trace], inputs: [])
            #expect(!breaks.isEmpty, "column \(column)")
            broken.formUnion(breaks)
            trace[1, column] -= .one
        }
        // Check 7: no constraint is left that nothing needs.
        #expect(broken.count == StateHash.traceColumns - StateHash.width)
    }

    @Test func `a circuit's digest tells every part of it`() throws {
        func digest(
            _ name: String = "c", inputs: Int = 1, columns: Int = 2, domain: Tape.Domain = .every,
            bus: Int = 1, constant: Int = 1, times: Int = 1
        ) throws -> [UInt8] {
            var table = TableBuilder("t", columns: columns)
            table.require(table.cell(0) - Linear(constant), domain)
            table.send([table.cell(1)], on: bus, times: Linear(1))
            return try Circuit(
                name, inputs: inputs, tables: [table],
                messages: [.init([.input(0)], on: bus, times: times)]
            ).digest
        }
        let digests = try [
            digest(), digest("d"), digest(inputs: 2), digest(columns: 3), digest(domain: .last),
            digest(bus: 2), digest(constant: 2), digest(times: -1),
        ]
        #expect(Set(digests).count == digests.count)
    }
}
