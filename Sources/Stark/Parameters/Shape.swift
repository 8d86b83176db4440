// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// The sizes of everything in a proof: they follow from the statement alone, so a proof holds none.
struct Shape: Sendable {
    /// One table.
    struct Table: Sendable {
        let name: String
        /// The logarithm of its rows.
        let rowBits: Int
        /// The points of its rows, turned around as a block of its extension is.
        let trace: EvaluationDomain
        /// Its extension.
        let domain: EvaluationDomain
        /// The circuit's columns, with those that mask its messages.
        let mainColumns: Int
        /// Those of them, the first ones, that are committed to beforehand.
        let committedColumns: Int
        /// The columns of its sums, five for each.
        let sumColumns: Int
        /// The columns of its quotient, with the random codeword in the first of the longest tables.
        let quotientColumns: Int
        /// Whether its quotient is followed by the random codeword.
        let hasRandom: Bool
        /// The main columns that are opened at the next row too.
        let nextColumns: [Int]

        /// The columns that the witness fills, with those that mask its messages.
        var witnessColumns: Int { mainColumns - committedColumns }
        /// The rows.
        var rows: Int { 1 << rowBits }
        /// The rows that count; those behind them are random.
        var activeRows: Int { rows - Parameters.hiddenRows }
        /// How many coefficients a chunk of the quotient has before it is masked.
        var chunk: Int { rows - Parameters.maskedCoefficients }
        /// What the rows' points are powers of.
        var root: KoalaBear { KoalaBear.rootOfUnity(log: rowBits) ?? .one }
        /// The point of the last row that counts.
        var last: KoalaBear { root.power(UInt64(activeRows - 1)) }
    }

    let parameters: Parameters
    let tables: [Table]
    /// The longest extension.
    let longest: EvaluationDomain
    /// The logarithm of its length.
    var bits: Int { longest.rowBits }
    /// By how many bits each fold halves.
    let folds: [Int]

    /// Works the sizes out; nil when a table is too short or too long.
    init?(_ circuit: Circuit, rowBits: [Int], _ parameters: Parameters) {
        guard rowBits.count == circuit.tables.count, !rowBits.isEmpty,
            // A quotient has up to three times as many coefficients as its table has rows.
            (2...4).contains(parameters.blowupBits), parameters.queries >= 1,
            2 * (parameters.queries + 5) <= Parameters.hiddenRows,
            parameters.queries + 5 <= Parameters.maskedCoefficients,
            (0...30).contains(parameters.grindingBits),
            rowBits.allSatisfy({
                $0 >= Parameters.leastRowBits
                    && $0 <= KoalaBear.twoAdicity - parameters.blowupBits
            }), let longest = rowBits.max()
        else { return nil }
        // Counts of messages are elements: all together have to stay below the prime.
        let messages = zip(circuit.tables, rowBits).reduce(circuit.messages.count) {
            $0 + $1.0.tape.interactions.count << $1.1
        }
        guard messages < Int(KoalaBear.prime) else { return nil }
        self.parameters = parameters
        let bits = longest + parameters.blowupBits
        let random = rowBits.firstIndex(of: longest)
        var tables: [Table] = []
        for (place, (table, rowBits)) in zip(circuit.tables, rowBits).enumerated() {
            let next = table.tape.nextColumns
            guard let trace = try? EvaluationDomain(rowBits: rowBits, shift: .one),
                let domain = try? Shape.extended(rowBits, longest: longest, parameters)
            else { return nil }
            tables.append(
                Table(
                    name: table.name, rowBits: rowBits, trace: trace, domain: domain,
                    mainColumns: table.columns + Parameters.maskColumns,
                    committedColumns: table.committed,
                    sumColumns: 5 * table.sums,
                    quotientColumns: 5 * (Parameters.chunks + (place == random ? 1 : 0)),
                    hasRandom: place == random, nextColumns: next))
        }
        guard let longest = try? EvaluationDomain(rowBits: bits, shift: .generator) else {
            return nil
        }
        self.tables = tables
        self.longest = longest
        let sizes = Set(tables.map(\.domain.rowBits))
        var folds: [Int] = []
        var size = bits
        let end = Parameters.finalBits + parameters.blowupBits
        while size > end {
            let next = sizes.filter { $0 < size }.max() ?? end
            let fold = min(Parameters.foldBits, size - max(next, end))
            folds.append(fold)
            size -= fold
        }
        self.folds = folds
    }
}

extension Shape {
    /// The extension of a table, where the longest table has so many rows. Folding brings the longest
    /// extension's points onto the shorter ones'.
    static func extended(
        _ rowBits: Int, longest: Int, _ parameters: Parameters
    ) throws(TilesError) -> EvaluationDomain {
        try EvaluationDomain(
            rowBits: rowBits + parameters.blowupBits,
            shift: KoalaBear.generator.power(1 << UInt64(longest - rowBits)))
    }

    /// Works the sizes out, and refuses what is too weak.
    init(
        _ circuit: Circuit, rowBits: [Int], _ parameters: Parameters, leastBits: Double
    ) throws(ProofError) {
        guard let shape = Shape(circuit, rowBits: rowBits, parameters) else {
            throw .statement("the tables' lengths or the parameters are out of bounds")
        }
        let regime: Security.Regime = circuit.committedTables.isEmpty ? .johnson : .uniqueDecoding
        let bits = shape.security(of: circuit).bits(regime)
        guard bits >= leastBits else { throw .weak(bits: Int(bits)) }
        self = shape
    }
}
