// SPDX-License-Identifier: Apache-2.0
internal import Fields
public import Stark

/// What everybody who is shown a proven answer knows of it.
public struct AnswerStatement: Hashable, Sendable {
    /// What was asked.
    public let numbers: [AnswerNumber]
    /// What was let out: each number in its units, with its noise.
    public let results: [Int64]
    /// How many columns are committed to.
    public let columns: Int
    /// The logarithm of the rows of the table that they are committed to with.
    public let rowBits: Int
    /// The root of the columns.
    public let columnsRoot: [UInt8]
    /// The root of the noise.
    public let noiseRoot: [UInt8]
    /// 32 bytes that say what the proof belongs to.
    public let context: [UInt8]

    /// Puts a statement together; whether it can hold, its verifier says.
    public init(
        numbers: [AnswerNumber], results: [Int64], columns: Int, rowBits: Int,
        columnsRoot: [UInt8], noiseRoot: [UInt8], context: [UInt8]
    ) {
        (self.numbers, self.results) = (numbers, results)
        (self.columns, self.rowBits) = (columns, rowBits)
        (self.columnsRoot, self.noiseRoot, self.context) = (columnsRoot, noiseRoot, context)
    }

    /// The roots, as the proof wants them.
    var roots: [[UInt8]] { [columnsRoot, noiseRoot] }

    /// The public inputs of the circuit.
    ///
    /// - Throws: ``AnswerProofError`` when a result is beyond what has three digits, or the statement is of no form.
    func inputs() throws(AnswerProofError) -> [KoalaBear] {
        guard results.count == numbers.count, context.count == 32,
            numbers.allSatisfy({ (1...AnswerNumber.mostUnits).contains($0.units) }),
            roots.allSatisfy({ $0.count == 32 }), CodedTable.sizes.contains(rowBits)
        else { throw .numbers("there is not one result for each number") }
        let area = CodedTable.area(rowBits: rowBits)
        var groups = 0
        if case .group = numbers.first?.kind { groups = numbers.count }
        func element(_ number: Int) -> KoalaBear { KoalaBear(reducing: UInt64(number)) }
        var inputs = [element(area)]
        for start in stride(from: 0, to: 32, by: 2) {
            inputs.append(element(Int(context[start]) | Int(context[start + 1]) << 8))
        }
        inputs.append(element(groups))
        for (number, result) in zip(numbers, results) {
            let (ones, rest) = Digits.whole(result, units: number.units)
            let (lifted, overflow) = ones.addingReportingOverflow(
                number.lift(room: CodedTable.share * area))
            guard !overflow, let digits = Digits.of(lifted) else { throw .overflow }
            var codes = (from: 0, end: 0)
            switch number.kind {
            case .sum(_, let low, let high), .centred(_, let low, let high),
                .part(_, let low, let high):
                codes = (low + 1, high + 1)
            case .rows, .present, .missing, .group: break
            }
            inputs += [
                element(Int(number.units)), element(codes.from), element(codes.end),
                element(Int(rest)),
            ]
            inputs += digits
        }
        return inputs
    }
}

/// Checks proven answers of one form.
///
/// Whose noise root was used before, it cannot know: who keeps answers sees to it that none is.
public struct AnswerVerifier: Sendable {
    private let form: AnswerCircuit
    private let verifier: Verifier

    /// Prepares for answers of a form.
    public init(_ form: AnswerCircuit) throws(ProofError) {
        self.form = form
        verifier = try Verifier(form.circuit, rowBits: form.rowBits, parameters: .binding)
    }

    /// Takes a proof of an answer, or says why not.
    public func verify(_ proof: [UInt8], of statement: AnswerStatement) throws(ProofError) {
        guard statement.numbers == form.numbers, statement.columns == form.columns,
            statement.rowBits == form.rowBits[AnswerCircuit.Place.rows]
        else { throw .statement("the statement is not of this form") }
        let inputs: [KoalaBear]
        do { inputs = try statement.inputs() } catch { throw .statement("\(error)") }
        try verifier.verify(proof, inputs: inputs, committed: statement.roots)
    }
}
