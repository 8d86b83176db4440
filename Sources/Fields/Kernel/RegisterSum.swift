// SPDX-License-Identifier: Apache-2.0
internal import CFields

/// A constant and a sum of registers with coefficients, as the kernel wants it.
public struct RegisterSum: Sendable {
    /// Pairs of a register's number and a coefficient's word.
    fileprivate let words: [UInt32]
    fileprivate let constant: KoalaBear
    /// The greatest register.
    fileprivate let last: Int

    /// Takes registers from 0 to 65,535 and their coefficients.
    public init(_ terms: [(register: Int, coefficient: KoalaBear)], constant: KoalaBear = .zero) {
        precondition(
            terms.allSatisfy { (0..<65_536).contains($0.register) }, "there is no such register")
        words = terms.flatMap { [UInt32($0.register), $0.coefficient.word] }
        self.constant = constant
        last = terms.map(\.register).max() ?? 0
    }
}

extension Registers {
    /// target = a constant and a sum of registers, none of them the target.
    ///
    /// - Cost: a product for each term, reduced for eight at a time.
    public func fill(_ target: Int, with sum: RegisterSum) {
        precondition(sum.last < count, "there is no such register")
        fields_linear(
            code, place(target), place(0), stride, sum.words, sum.words.count / 2,
            sum.constant.word, rows)
    }
}
