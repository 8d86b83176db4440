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
    package let name: String
    /// What identifies it: two of one digest give the same numbers.
    package let digest: Digest
    /// What it takes, in the order of the values that it is given.
    package let arguments: [Argument]
    /// The digits behind the point of what it gives.
    package let scale: Int
    /// Where what it gives lies, in units of 10^-scale.
    package let bounds: ClosedRange<Int64>
    /// About how many operations it takes for a row.
    package let work: Int
    private let value: @Sendable (UnsafeBufferPointer<Int64>) -> Int64

    /// Describes a function.
    ///
    /// - Parameters:
    ///   - digest: of all that the values depend on.
    ///   - value: gives a number for any values, `Schema.null` among them, and the same for the same ones on every
    ///     machine. What lies outside the bounds is brought into them.
    package init(
        name: String, digest: Digest, arguments: [Argument], scale: Int,
        bounds: ClosedRange<Int64>, work: Int,
        value: @escaping @Sendable (UnsafeBufferPointer<Int64>) -> Int64
    ) {
        self.name = name
        self.digest = digest
        self.arguments = arguments
        self.scale = scale
        self.bounds = bounds
        self.work = work
        self.value = value
    }

    /// The number for some values, within the bounds.
    ///
    /// - Requires: one value for each argument.
    func value(of values: UnsafeBufferPointer<Int64>) -> Int64 {
        min(max(value(values), bounds.lowerBound), bounds.upperBound)
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
