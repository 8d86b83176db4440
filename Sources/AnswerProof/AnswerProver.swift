// SPDX-License-Identifier: Apache-2.0
internal import Fields
public import Stark

/// Works answers out of a committed table, and proves them.
public struct AnswerProver: Sendable {
    let form: AnswerCircuit
    let prover: Prover

    /// Prepares for answers of a form.
    public init(_ form: AnswerCircuit, threads: Int = 2) throws(ProofError) {
        self.form = form
        prover = try Prover(
            form.circuit, rowBits: form.rowBits, parameters: .binding, threads: threads)
    }

    /// Works the numbers out, adds the noise, and proves that this was done rightly.
    ///
    /// The caller counts the proofs that are made about the columns, see ``CodedTable/proofs(rowBits:)``.
    ///
    /// - Parameters:
    ///   - table: what the columns commit to; of other cells no proof is taken.
    ///   - context: 32 bytes that say what the proof belongs to.
    ///   - generator: makes what hides the witness; it has to be secret and unpredictable.
    /// - Throws: ``AnswerProofError``, and what `progress` throws.
    public func prove(
        _ table: CodedTable, _ columns: CommittedColumns, adding noise: consuming CommittedNoise,
        context: [UInt8], using generator: inout some RandomNumberGenerator,
        progress: (Prover.Step) throws -> Void = { _ in }
    ) throws -> (statement: AnswerStatement, proof: [UInt8]) {
        let witness = try witness(table, columns, noise, context: context)
        let proof = try prover.prove(
            inputs: try witness.statement.inputs(), committed: [columns, noise.columns],
            traces: witness.traces, using: &generator, progress: progress)
        return (witness.statement, proof)
    }

    /// What a proof is made from.
    struct Witness {
        let statement: AnswerStatement
        /// The tables' cells, without those that are committed to.
        let traces: [ColumnTiles]
    }

    /// The cells of all tables.
    func witness(
        _ table: CodedTable, _ columns: CommittedColumns, _ noise: borrowing CommittedNoise,
        context: [UInt8]
    ) throws -> Witness {
        guard noise.units == form.numbers.map(\.units) else {
            throw AnswerProofError.numbers("the noise is that of other numbers")
        }
        guard table.columns.count == form.columns,
            table.rowBits == form.rowBits[AnswerCircuit.Place.rows]
        else { throw AnswerProofError.columns(table.columns.count) }
        let filling = AnswerFilling(
            form, table, activeRows: form.rowBits.indices.map { prover.activeRows(of: $0) })
        var results: [Int64] = []
        for (number, noise) in zip(form.numbers, noise.values) {
            let (ones, first) = filling.value(of: number)
                .multipliedReportingOverflow(by: number.units)
            let (result, second) = ones.addingReportingOverflow(noise)
            guard !first, !second else { throw AnswerProofError.overflow }
            results.append(result)
        }
        let traces = try prover.tables()
        filling.fillRows(traces[AnswerCircuit.Place.rows])
        try filling.fill(
            codes: traces[AnswerCircuit.Place.codes], noise: traces[AnswerCircuit.Place.noise],
            noise)
        let statement = AnswerStatement(
            numbers: form.numbers, results: results, columns: form.columns,
            rowBits: table.rowBits, columnsRoot: columns.root, noiseRoot: noise.root,
            context: context)
        return Witness(statement: statement, traces: traces)
    }
}
