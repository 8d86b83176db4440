// SPDX-License-Identifier: Apache-2.0

/// Vectors of whole numbers, one from each client, to be merged although some of them lie.
///
/// All merges are functions of the vectors alone, in integers: the same bytes everywhere, and but for
/// ties in ``krum(poisoners:count:)`` in any order of the clients.
public struct FixedVectors: Sendable, Hashable {
    /// The largest size of a coordinate, so that squared distances add up in 128 bits.
    public static let largest: Int64 = 1 << 47
    /// The most coordinates.
    public static let mostCoordinates = 1 << 20
    /// The most clients.
    public static let mostClients = 1 << 10

    /// The vectors.
    public let vectors: [[Int64]]
    /// How many coordinates each has.
    public let coordinates: Int

    /// Takes vectors of one length.
    ///
    /// - Throws: ``ValueError`` for none or more than 1,024 of them, lengths that differ or exceed 2^20,
    ///   or a coordinate beyond ±2^47.
    public init(_ vectors: [[Int64]]) throws(ValueError) {
        guard let first = vectors.first else { throw .empty("vectors") }
        guard vectors.count <= Self.mostClients else {
            throw .players(vectors.count, allowed: 1...Self.mostClients)
        }
        guard first.count <= Self.mostCoordinates else {
            throw .setting("\(first.count) coordinates; at most \(Self.mostCoordinates) wanted")
        }
        for (row, vector) in vectors.enumerated() {
            guard vector.count == first.count else {
                throw .shape("coordinates", expected: first.count, got: vector.count)
            }
            if let bad = vector.firstIndex(where: { $0.magnitude > Self.largest.magnitude }) {
                throw .number("vectors", row: row, column: bad)
            }
        }
        (self.vectors, coordinates) = (vectors, first.count)
    }

    /// The median of each coordinate; of an even number, the mean of the middle two, rounded down.
    ///
    /// Within the honest range whenever fewer than half lie (Yin et al., ICML 2018).
    /// Cost: n log n for each coordinate.
    public func median() -> [Int64] {
        columns { sorted in
            let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
            return (low & high) + ((low ^ high) >> 1)
        }
    }

    /// The mean of each coordinate without the `trim` smallest and largest, rounded to nearest, halves
    /// away from zero (Yin et al., ICML 2018).
    ///
    /// - Throws: ``ValueError/setting(_:)`` for a negative trim, or one that leaves nothing.
    public func trimmedMean(trim: Int) throws(ValueError) -> [Int64] {
        guard trim >= 0, 2 * trim < vectors.count else {
            throw .setting("a trim of 0 to less than half of the vectors wanted")
        }
        return columns { Self.mean($0[trim..<$0.count - trim]) }
    }

    /// The mean of each coordinate of some of the vectors, rounded as ``trimmedMean(trim:)``.
    ///
    /// - Requires: at least one place, each below the number of vectors.
    public func mean(of places: [Int]) -> [Int64] {
        precondition(!places.isEmpty, "at least one vector")
        return (0..<coordinates).map { coordinate in
            Self.mean(places.map { vectors[$0][coordinate] }[...])
        }
    }

    private func columns(_ merge: ([Int64]) -> Int64) -> [Int64] {
        (0..<coordinates).map { coordinate in merge(vectors.map { $0[coordinate] }.sorted()) }
    }

    private static func mean(_ numbers: ArraySlice<Int64>) -> Int64 {
        // At most 2^10 numbers of 2^47.
        let (sum, count) = (numbers.reduce(0, +), Int64(numbers.count))
        let half = count / 2
        return sum >= 0 ? (sum + half) / count : (sum - half) / count
    }
}
