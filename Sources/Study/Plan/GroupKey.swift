// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// The values that name a group, one for each column of GROUP BY.
///
/// Texts are compared and ordered by their UTF-8 bytes, since String's own equality depends on
/// tables of Unicode, and answers must not.
public struct GroupKey: Hashable, Sendable {
    /// One of the values.
    public enum Part: Hashable, Sendable {
        /// A number, a day, a moment, a place in a public list; ``Schema/null`` where there is none.
        case number(Int64)
        /// The UTF-8 bytes of a text.
        case text([UInt8])
    }

    /// The values.
    public let parts: [Part]

    /// Takes the values.
    public init(_ parts: [Part]) { self.parts = parts }
}

extension GroupKey: Comparable {
    /// Orders by the first value that differs: numbers by size, texts by bytes, numbers first.
    public static func < (left: GroupKey, right: GroupKey) -> Bool {
        for (a, b) in zip(left.parts, right.parts) where a != b {
            switch (a, b) {
            case (.number(let a), .number(let b)): return a < b
            case (.text(let a), .text(let b)): return a.lexicographicallyPrecedes(b)
            case (.number, .text): return true
            case (.text, .number): return false
            }
        }
        return left.parts.count < right.parts.count
    }
}

extension GroupKey {
    /// The bytes of the values, different for every two keys.
    var bytes: [UInt8] {
        parts.flatMap { part in
            switch part {
            case .number(let value): [0] + GroupKey.little(value)
            case .text(let text): [1] + GroupKey.little(Int64(text.count)) + text
            }
        }
    }

    private static func little(_ value: Int64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
