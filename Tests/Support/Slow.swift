// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// How much of a long test to run: the short form by default, the long one with DIVIDEND_SLOW=1 in
/// the environment (`make test-slow`).
public enum Slow {
    /// Whether the long forms are wanted.
    public static let isOn = ProcessInfo.processInfo.environment["DIVIDEND_SLOW"] == "1"

    /// The short count, or the long one.
    public static func count(_ short: Int, _ long: Int) -> Int { isOn ? long : short }
}
