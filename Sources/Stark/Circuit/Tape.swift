// SPDX-License-Identifier: Apache-2.0
public import Fields

/// What the rows of one table have to fulfil, as a straight-line program: each step fills the next
/// register from earlier ones, and constraints name registers that have to be zero.
///
/// The same steps are run by the prover over vectors of rows, and by every verifier, in whatever language,
/// over the extension at one point.
public struct Tape: Hashable, Sendable {
    /// How the next register is filled.
    public enum Step: Hashable, Sendable {
        /// A cell of this row, or of the next.
        case cell(column: Int, next: Bool)
        /// A public input.
        case input(Int)
        /// The product of two registers.
        case product(Int, Int)
        /// Σ coefficient · register + constant.
        case sum([Term], constant: KoalaBear)
    }

    /// A part of a sum.
    public struct Term: Hashable, Sendable {
        let register: Int
        let coefficient: KoalaBear
    }

    /// In which rows a register has to be zero. Rows are the active ones; those behind them are random.
    public enum Domain: UInt8, CaseIterable, Hashable, Sendable {
        /// In every row.
        case every
        /// In every row but the last: what looks at the next row.
        case transition
        /// In the first row.
        case first
        /// In the last row.
        case last
    }

    /// A register that has to be zero.
    public struct Constraint: Hashable, Sendable {
        let register: Int
        let domain: Domain
    }

    /// A message to or from other tables: over all tables, what is sent has to be received.
    public struct Interaction: Hashable, Sendable {
        /// Which bus; 0 is kept for masks.
        let bus: Int
        /// The register that says how often it is sent; negative when it is received.
        let multiplicity: Int
        /// The registers that make the message.
        let fields: [Int]
    }

    /// The steps.
    public internal(set) var steps: [Step] = []
    /// What has to be zero.
    public internal(set) var constraints: [Constraint] = []
    /// What is sent and received.
    public internal(set) var interactions: [Interaction] = []

    /// The columns that are looked at in the next row, in rising order.
    public var nextColumns: [Int] {
        Set(
            steps.compactMap { step -> Int? in
                if case .cell(let column, true) = step { column } else { nil }
            }
        ).sorted()
    }
}
