// SPDX-License-Identifier: Apache-2.0
public import Fields

/// Checks proofs of one statement's form. It never traps: whatever the bytes, they are taken or refused with
/// the reason.
public struct Verifier: Sendable {
    private let circuit: Circuit
    private let shape: Shape
    private let rowBits: [Int]
    /// Nothing: see ``Weakness``.
    var weakness = Weakness()

    /// Prepares for a circuit; the lengths of its tables are the statement's, never the proof's.
    ///
    /// - Throws: ``ProofError/statement(_:)``, ``ProofError/weak(bits:)``.
    public init(
        _ circuit: Circuit, rowBits: [Int], parameters: Parameters = .standard
    ) throws(ProofError) {
        try self.init(
            circuit, rowBits: rowBits, parameters: parameters, leastBits: Parameters.leastBits)
    }

    init(
        _ circuit: Circuit, rowBits: [Int], parameters: Parameters, leastBits: Double
    ) throws(ProofError) {
        shape = try Shape(circuit, rowBits: rowBits, parameters, leastBits: leastBits)
        (self.circuit, self.rowBits) = (circuit, rowBits)
    }

    /// Takes a proof, or says why not.
    ///
    /// - Parameter committed: of each table with committed columns their root, in turn.
    /// - Throws: ``ProofError``.
    public func verify(
        _ proof: [UInt8], inputs: [KoalaBear], committed: [[UInt8]] = []
    ) throws(ProofError) {
        guard inputs.count == circuit.inputs else {
            throw .statement("\(circuit.inputs) public inputs wanted, not \(inputs.count)")
        }
        let places = circuit.committedTables
        guard committed.count == places.count, committed.allSatisfy({ $0.count == 32 }) else {
            throw .statement("\(places.count) roots of committed columns wanted, of 32 bytes each")
        }
        var reader = ProofReader(proof, weakness)
        var transcript = Statement(circuit, rowBits, shape.parameters)
            .transcript(inputs, committed, weakness)
        let mainRoot = try reader.digest()
        transcript.absorb("main", mainRoot)
        let messages = Messages(alpha: transcript.element(), beta: transcript.element())
        let terminals = try reader.extended(shape.tables.count)
        let sumsRoot = try reader.digest()
        transcript.absorb("terminals", terminals)
        transcript.absorb("sums", sumsRoot)
        let lambda = transcript.element()
        let quotientRoot = try reader.digest()
        transcript.absorb("quotient", quotientRoot)
        let zeta = transcript.element()
        try reader.demand(shape.tables.allSatisfy { $0.isOutside(zeta) }, or: .inside)
        let openings = try openings(&reader)
        transcript.absorb("openings", openings.all)

        let total = terminals.reduce(messages.outside(circuit, inputs: inputs), +)
        try reader.demand(total == .zero, or: .messages)
        for (place, table) in circuit.tables.enumerated() {
            let check = ConstraintCheck(
                table: table, shape: shape.tables[place], messages: messages, inputs: inputs,
                terminal: terminals[place], lambda: lambda)
            try reader.demand(
                check.holds(openings.tables[place], at: zeta), or: .constraints(table: table.name))
        }

        let deep = Deep(shape, openings, gamma: transcript.element())
        let folding = try FoldCheck(shape, &reader, &transcript)
        let nonce = try reader.number()
        try reader.demand(
            transcript.accepts(nonce: nonce, bits: shape.parameters.grindingBits), or: .work)
        transcript.absorb("nonce", numbers: [nonce])
        let indices = transcript.indices(shape.parameters.queries, bits: shape.bits)
        let distinct = Set(indices).sorted()
        let salt = Parameters.saltColumns
        var known: [Int: [Int: [KoalaBear]]] = [:]
        for (place, root) in zip(places, committed) {
            let table = shape.tables[place]
            let bits = table.domain.rowBits
            known[place] = try MixedTree.open(
                "committed columns", root, [(bits, table.committedColumns + salt)],
                at: Set(distinct.map { $0 >> (shape.bits - bits) }).sorted(), from: &reader)[0]
        }
        let main = try MixedTree.open(
            "cells", mainRoot,
            shape.tables.map { ($0.domain.rowBits, $0.witnessColumns + salt) }, at: distinct,
            from: &reader)
        let sums = try MixedTree.open(
            "sums", sumsRoot, shape.tables.map { ($0.domain.rowBits, $0.sumColumns + salt) },
            at: distinct, from: &reader)
        let quotient = try MixedTree.open(
            "quotients", quotientRoot,
            shape.tables.map { ($0.domain.rowBits, $0.quotientColumns + salt) }, at: distinct,
            from: &reader)
        try folding.check(distinct, &reader) { bits, index in
            var sum: KoalaBear5?
            for (place, table) in shape.tables.enumerated() where table.domain.rowBits == bits {
                let first = (known[place]?[index] ?? []).dropLast(salt)
                let value = deep.value(
                    place, shape, main: first + (main[place][index] ?? []).dropLast(salt),
                    sums: Array((sums[place][index] ?? []).dropLast(salt)),
                    quotient: Array((quotient[place][index] ?? []).dropLast(salt)), zeta: zeta,
                    at: table.domain.point(at: index))
                sum = sum.map { $0 + value } ?? value
            }
            return sum
        }
        try reader.finish()
    }

    private func openings(_ reader: inout ProofReader) throws(ProofError) -> Openings {
        var openings = Openings()
        for table in shape.tables {
            openings.tables.append(
                Openings.Table(
                    main: try reader.extended(table.mainColumns),
                    next: try reader.extended(table.nextColumns.count),
                    sums: try reader.extended(table.sumColumns),
                    nextSum: try reader.extended(5),
                    quotient: try reader.extended(5 * Parameters.chunks)))
        }
        return openings
    }
}
