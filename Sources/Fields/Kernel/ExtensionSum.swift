// SPDX-License-Identifier: Apache-2.0
internal import CFields

/// A constant and a sum of registers with coefficients of the extension, as the kernel wants it.
public struct ExtensionSum: Sendable {
    /// Of each term six words: a register's number and a coefficient, centred.
    fileprivate let words: [UInt32]
    fileprivate let constant: [UInt32]
    /// The greatest register.
    fileprivate let last: Int

    /// Takes registers from 0 to 65,535 and their coefficients.
    public init(
        _ terms: [(register: Int, coefficient: KoalaBear5)], constant: KoalaBear5 = .zero
    ) {
        precondition(
            terms.allSatisfy { (0..<65_536).contains($0.register) }, "there is no such register")
        words = terms.flatMap { term in
            [UInt32(term.register)] + term.coefficient.coefficients.map(\.centredWord)
        }
        self.constant = constant.coefficients.map(\.word)
        last = terms.map(\.register).max() ?? 0
    }
}

extension Registers {
    /// The five registers from target on = a constant and a sum of registers, none of them a target.
    ///
    /// - Cost: five products for each term, reduced for eight at a time.
    public func fillExtension(_ target: Int, with sum: ExtensionSum) {
        precondition(sum.last < count, "there is no such register")
        fields_linear_ext(
            code, place(target, width: 5), stride, place(0), stride, sum.words,
            sum.words.count / 6, sum.constant, rows)
    }
}
