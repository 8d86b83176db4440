// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Ledger

/// Amounts on the command line: decimals of the unit, exact to the micro-unit.
enum Money {
    static func text(_ microunits: Int64) -> String { Amount.text(microunits) }

    /// - Parameter what: where it was given, such as "--price".
    static func amount(_ text: String, for what: String) throws -> Amount {
        if let amount = Amount(text) { return amount }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isNumber = parts.allSatisfy {
            !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        guard isNumber, parts.count == 1 || parts.count == 2 && parts[1].utf8.count <= 6 else {
            throw ValidationError(
                "\(what) takes an amount, not '\(text)'; write 12.50, at most six digits behind the point"
            )
        }
        throw ValidationError(
            "\(what): \(text) is above every amount; the greatest is \(Amount.max)")
    }

    /// An amount that is not nothing.
    static func some(_ text: String, for what: String) throws -> Amount {
        let amount = try amount(text, for: what)
        guard amount > .zero else { throw ValidationError("\(what) must be above 0") }
        return amount
    }
}
