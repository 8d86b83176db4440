// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Ledger

/// Amounts on the command line: decimals of the unit, exact to the micro-unit.
enum Money {
    static func text(_ microunits: Int64) -> String { Amount.text(microunits) }

    static func amount(_ text: String) throws -> Amount {
        if let amount = Amount(text) { return amount }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isNumber = parts.allSatisfy {
            !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        guard isNumber, parts.count == 1 || parts.count == 2 && parts[1].utf8.count <= 6 else {
            throw ValidationError(
                "'\(text)' is no amount; write 12.50, at most six digits behind the point")
        }
        throw ValidationError("\(text) is above every amount; the greatest is \(Amount.max)")
    }

    /// An amount that is not nothing.
    static func some(_ text: String) throws -> Amount {
        let amount = try amount(text)
        guard amount > .zero else { throw ValidationError("the amount must be above 0") }
        return amount
    }
}
