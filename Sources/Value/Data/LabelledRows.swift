// SPDX-License-Identifier: Apache-2.0

/// Records with a class each.
public struct LabelledRows: Sendable, Hashable {
    /// The records.
    public let features: FeatureRows
    /// The class of each record, from 0.
    public let labels: [Int32]
    /// C: how many classes there are in the world, not only in these rows.
    public let classes: Int

    /// Takes records and their classes.
    ///
    /// - Throws: ``ValueError/shape(_:expected:got:)`` when there are not as many labels as rows,
    ///   ``ValueError/label(_:row:classes:)`` for one outside 0..<classes.
    public init(_ features: FeatureRows, labels: [Int], classes: Int) throws(ValueError) {
        guard labels.count == features.count else {
            throw .shape("labels", expected: features.count, got: labels.count)
        }
        guard (1...Int(Int32.max)).contains(classes) else {
            throw .setting("\(classes) classes; at least 1 wanted")
        }
        if let bad = labels.firstIndex(where: { !(0..<classes).contains($0) }) {
            throw .label(labels[bad], row: bad, classes: classes)
        }
        self.features = features
        self.labels = labels.map { Int32($0) }
        self.classes = classes
    }

    /// How many records there are.
    public var count: Int { features.count }

    /// The records at these places, in this order.
    ///
    /// - Requires: places below ``count``.
    public func picked(_ places: [Int]) -> LabelledRows {
        LabelledRows(
            trusted: features.picked(places), labels: places.map { labels[$0] }, classes: classes)
    }

    private init(trusted features: FeatureRows, labels: [Int32], classes: Int) {
        (self.features, self.labels, self.classes) = (features, labels, classes)
    }
}

/// Records with a number each, to be predicted.
public struct TargetRows: Sendable, Hashable {
    /// The records.
    public let features: FeatureRows
    /// The number of each record.
    public let targets: [Double]

    /// Takes records and their numbers.
    ///
    /// - Throws: ``ValueError/shape(_:expected:got:)`` when there are not as many targets as rows,
    ///   ``ValueError/number(_:row:column:)`` for one that is not finite or too large.
    public init(_ features: FeatureRows, targets: [Double]) throws(ValueError) {
        guard targets.count == features.count else {
            throw .shape("targets", expected: features.count, got: targets.count)
        }
        if let bad = targets.firstIndex(where: { !($0.magnitude <= FeatureRows.largest) }) {
            throw .number("targets", row: bad, column: 0)
        }
        (self.features, self.targets) = (features, targets)
    }
}
