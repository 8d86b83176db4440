// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How much of a long test to run: the short form by default, the long one with DIVIDEND_SLOW=1 in
/// the environment.
enum Slow {
    /// Whether the long forms are wanted.
    static let isOn = ProcessInfo.processInfo.environment["DIVIDEND_SLOW"] == "1"

    /// The short count, or the long one.
    static func count(_ short: Int, _ long: Int) -> Int { isOn ? long : short }
}
