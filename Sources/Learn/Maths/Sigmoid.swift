// SPDX-License-Identifier: Apache-2.0
internal import Trees

/// The logistic function for scores that may be anything, the same to the last bit on every machine
/// (``Trees/Elementary``).
enum Sigmoid {
    /// 1/(1 + e^−x); 1/2 for what is no number.
    static func value(_ x: Double) -> Double { x == x ? Elementary.logistic(x) : 0.5 }
}
