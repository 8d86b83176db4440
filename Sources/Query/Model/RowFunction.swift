// SPDX-License-Identifier: Apache-2.0
package import Canon

/// A number that a buyer has worked out of each row by a function of her own, such as a model that she bought:
/// `PREDICT(name)` in a question.
///
/// Whoever asks chooses it, so it is public to the release like the rest of the question: what comes of a row is
/// clipped, added up and noised as a column is.
package struct RowFunction: Hashable, Sendable {
    /// What a column that it takes has to hold.
    package enum Kind: Hashable, Sendable {
        /// A number in units of 10^-scale.
        case number(scale: Int)
        /// A place among these, in this order; two are also true and false.
        case choice([String])
    }

    /// A column that it takes.
    package struct Argument: Hashable, Sendable {
        /// The name of the column.
        package let name: String
        /// What it has to hold.
        package let kind: Kind

        /// A column.
        package init(name: String, kind: Kind) {
            self.name = name
            self.kind = kind
        }
    }

    /// What it is called in a question.
    package var name: String { parts.name }
    /// What identifies it: two of one digest give the same numbers.
    package var digest: Digest { parts.digest }
    /// What it takes, in the order of the values that it is given.
    package var arguments: [Argument] { parts.arguments }
    /// The digits behind the point of what it gives.
    package var scale: Int { parts.scale }
    /// Where what it gives lies, in units of 10^-scale.
    package var bounds: ClosedRange<Int64> { parts.bounds }
    /// What it gives a place among, counted from 0; nil where it gives a number.
    package var categories: [String]? { parts.categories }
    /// About how many operations it takes for a row.
    package var work: Int { parts.work }
    /// One word wide: expressions nest deep, and each level has one on its stack.
    private let parts: Parts

    private final class Parts: Sendable {
        let name: String
        let digest: Digest
        let arguments: [Argument]
        let scale: Int
        let bounds: ClosedRange<Int64>
        let categories: [String]?
        let work: Int
        let value: @Sendable (UnsafeBufferPointer<Int64>) -> Int64

        init(
            _ name: String, _ digest: Digest, _ arguments: [Argument], _ scale: Int,
            _ bounds: ClosedRange<Int64>, _ categories: [String]?, _ work: Int,
            _ value: @escaping @Sendable (UnsafeBufferPointer<Int64>) -> Int64
        ) {
            (self.name, self.digest, self.arguments) = (name, digest, arguments)
            (self.scale, self.bounds, self.work, self.value) = (scale, bounds, work, value)
            self.categories = categories
        }
    }

    /// Describes a function.
    ///
    /// - Parameters:
    ///   - bounds: above `Schema.null`, so that what it gives always is a number.
    ///   - digest: of all that the values depend on.
    ///   - value: gives a number for any values, `Schema.null` among them, and the same for the same ones on every
    ///     machine. What lies outside the bounds is brought into them.
    package init(
        name: String, digest: Digest, arguments: [Argument], scale: Int,
        bounds: ClosedRange<Int64>, categories: [String]? = nil, work: Int,
        value: @escaping @Sendable (UnsafeBufferPointer<Int64>) -> Int64
    ) {
        precondition(bounds.lowerBound > Int64.min, "the least number is NULL")
        parts = Parts(name, digest, arguments, scale, bounds, categories, work, value)
    }

    /// The number for some values, within the bounds.
    ///
    /// - Requires: one value for each argument.
    func value(of values: UnsafeBufferPointer<Int64>) -> Int64 {
        min(max(parts.value(values), bounds.lowerBound), bounds.upperBound)
    }

    /// Whether both give the same numbers under the same name.
    package static func == (left: RowFunction, right: RowFunction) -> Bool {
        left.digest == right.digest && left.name == right.name
    }

    /// Hashes what identifies it.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(digest)
        hasher.combine(name)
    }
}
