// SPDX-License-Identifier: Apache-2.0
internal import Fields
internal import Foundation

/// How many bits of work a forged proof takes, by what is proven or believed of codes.
///
/// Every round of the protocol has an error of its own; what counts for a proof whose challenges come from
/// hashes is the greatest (Block and others, ePrint 2023/1071), and what is given is its logarithm. The
/// queries' round is helped by the work that goes before it. No bound here goes beyond what SHA-256 gives against
/// collisions, 128 bits.
///
/// Fractions are in order here: this is a report, and a bound that is compared with a whole number.
public struct Security: Hashable, Sendable {
    /// What one goes by.
    public enum Regime: Hashable, Sendable, CaseIterable {
        /// Proven, up to half the distance of the code (BCHKS, ePrint 2025/2055, corollary 1.4).
        case uniqueDecoding
        /// Proven, up to the Johnson radius (the same, theorem 1.5); with the best of its parameters.
        case johnson
        /// Believed: as random words behave (Diamond and Gruen, ePrint 2025/2010). No proof is known, and some
        /// stronger beliefs were disproved.
        case randomWords
    }

    /// What of a proof counts here.
    public struct Sizes: Hashable, Sendable {
        /// The logarithms of the tables' rows, each length once.
        public var rowBits: [Int]
        /// How many columns and values are brought into one codeword.
        public var batched: Int
        /// The most constraints of a table.
        public var constraints: Int
        /// By how many bits each fold halves.
        public var folds: [Int]
        /// How many messages there are in all tables.
        public var messages: Int
        /// The most parts of a message.
        public var width: Int

        /// Takes the sizes.
        public init(
            rowBits: [Int], batched: Int, constraints: Int, folds: [Int], messages: Int = 0,
            width: Int = 0
        ) {
            (self.rowBits, self.batched, self.constraints) = (rowBits, batched, constraints)
            (self.folds, self.messages, self.width) = (folds, messages, width)
        }
    }

    private let parameters: Parameters
    private let sizes: Sizes
    /// The logarithm of the elements of the extension.
    private static let field = 5 * log2(Double(KoalaBear.prime))

    /// Takes what a proof is made with.
    public init(_ parameters: Parameters, _ sizes: Sizes) {
        (self.parameters, self.sizes) = (parameters, sizes)
    }

    /// The bits.
    public func bits(_ regime: Regime) -> Double {
        guard regime == .johnson else { return least(regime, multiplicity: 1) }
        return (3...1000).map { least(.johnson, multiplicity: Double($0)) }.max() ?? 0
    }

    private func least(_ regime: Regime, multiplicity m: Double) -> Double {
        let field = Security.field
        let rate = pow(2, -Double(parameters.blowupBits))
        let rows = pow(2, Double(sizes.rowBits.max() ?? 0))
        let length = rows / rate
        // What part of the places a false word may agree in; how many true words are so near; and how many
        // challenges may go wrong for a word of so many places.
        let agreement, list: Double
        let gap: (Double) -> Double
        switch regime {
        case .uniqueDecoding:
            (agreement, list) = ((1 + rate + 2 / length) / 2, 1)
            gap = { (1 - rate) / 2 * $0 + 1 }
        case .johnson:
            let s = m + 0.5
            let near = sqrt(rate) * (1 + 0.5 / m)
            (agreement, list) = (near, s / sqrt(rate))
            gap = {
                (2 * pow(s, 5) + 3 * s * (1 - near) * rate) * $0 / (3 * pow(rate, 1.5))
                    + s / sqrt(rate)
            }
        case .randomWords:
            (agreement, list) = (rate + log2(exp(1) / rate) * rate / field, 1)
            gap = { $0 }
        }
        var terms = [Double(parameters.grindingBits) - Double(parameters.queries) * log2(agreement)]
        if sizes.batched > 1 {
            let gaps = sizes.rowBits.reduce(0.0) { $0 + gap(pow(2, Double($1)) / rate) }
            terms.append(field - log2(Double(sizes.batched - 1) * gaps))
        }
        var folded = length
        let joins = sizes.rowBits.count > 1
        for fold in sizes.folds {
            let size = pow(2, Double(fold))
            terms.append(field - log2(gap(folded / size) * (joins ? size : size - 1)))
            folded /= size
        }
        terms.append(field - log2(list * Double(max(1, sizes.constraints))))
        terms.append(
            field - log2(list * (3 * (rows + 1) + rows - 1))
                + log2(1 - (rows + length) / pow(2, field)))
        if sizes.messages > 0 {
            terms.append(field - log2(list * Double(sizes.messages) * Double(sizes.width + 2)))
        }
        return terms.min() ?? 0
    }
}

extension Shape {
    /// How sure a proof of this form is.
    func security(of circuit: Circuit) -> Security {
        let interactions = circuit.tables.map(\.tape.interactions)
        let messages = zip(interactions, tables).reduce(circuit.messages.count) {
            $0 + ($1.0.count + Parameters.maskColumns) * $1.1.activeRows
        }
        let widths =
            interactions.flatMap { $0.map(\.fields.count) } + circuit.messages.map(\.fields.count)
        return Security(
            parameters,
            Security.Sizes(
                rowBits: Set(tables.map(\.rowBits)).sorted(),
                batched: tables.reduce(1) {
                    $0 + $1.mainColumns + $1.nextColumns.count + $1.sumColumns + 5
                        + 5 * Parameters.chunks
                },
                constraints: circuit.tables.map { $0.tape.constraints.count + $0.sums + 2 }.max()
                    ?? 0,
                folds: folds, messages: messages, width: widths.max() ?? 0))
    }
}
