// SPDX-License-Identifier: Apache-2.0

extension Expression {
    /// The expression without its places in the text, to see whether two say the same.
    var unplaced: Expression {
        let nowhere = Position(line: 0, column: 0)
        return switch self {
        case .column(let name, _): .column(name, nowhere)
        case .number(let digits, _): .number(digits, nowhere)
        case .text(let text, _): .text(text, nowhere)
        case .boolean(let value, _): .boolean(value, nowhere)
        case .null: .null(nowhere)
        case .negative(let x, _): .negative(x.unplaced, nowhere)
        case .not(let x, _): .not(x.unplaced, nowhere)
        case .binary(let sign, let l, let r, _): .binary(sign, l.unplaced, r.unplaced, nowhere)
        case .between(let x, let l, let h, _):
            .between(x.unplaced, l.unplaced, h.unplaced, nowhere)
        case .isIn(let x, let members, _): .isIn(x.unplaced, members.map(\.unplaced), nowhere)
        case .isNull(let x, _): .isNull(x.unplaced, nowhere)
        case .call(let name, let arguments, _): .call(name, arguments.map(\.unplaced), nowhere)
        }
    }
}
