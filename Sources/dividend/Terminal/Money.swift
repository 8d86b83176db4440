// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Ledger

/// Amounts on the command line: decimals of the unit, exact to the micro-unit.
enum Money {
    static func text(_ microunits: Int64) -> String { Amount.text(microunits) }

    static func amount(_ text: String) throws -> Amount {
        guard let amount = Amount(text) else {
            throw ValidationError(
                "'\(text)' is no amount; write 12.50, at most six digits behind the point")
        }
        return amount
    }
}
