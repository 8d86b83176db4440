// SPDX-License-Identifier: Apache-2.0

/// A purpose that data may be used for: one concept of the W3C Data Privacy Vocabulary, and only
/// one of the pinned list ``PurposeTree``.
///
/// A purpose that is not in the list cannot be made, so it can neither be granted nor asked for.
public struct Purpose: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The place in the pinned list, which is ordered by id.
    let place: Int

    init(place: Int) { self.place = place }

    /// Reads an id such as "dpv:ResearchAndDevelopment"; nil for any other spelling and for every
    /// purpose outside the pinned list.
    public init?(_ id: some StringProtocol) {
        // Swift's == takes a Kelvin sign for a K; among ASCII texts it compares bytes.
        let id = String(id)
        guard id.utf8.allSatisfy({ $0 < 0x80 }), let place = PurposeTree.places[id] else {
            return nil
        }
        self.place = place
    }

    /// The short id, such as "dpv:ResearchAndDevelopment".
    public var id: String { PurposeTree.ids[place] }

    /// The full name of the concept, such as "https://w3id.org/dpv#ResearchAndDevelopment".
    public var iri: String { "https://w3id.org/dpv#" + PurposeTree.rows[place].name }

    /// The English label for people, such as "Research and Development".
    public var label: String { PurposeTree.rows[place].label }

    /// The broader purposes that include this one; empty at the top.
    public var parents: [Purpose] { PurposeTree.above[place] }

    /// The short id.
    public var description: String { id }

    /// Orders by id.
    public static func < (left: Purpose, right: Purpose) -> Bool { left.place < right.place }
}

/// Purposes as one bit each, in the order of the pinned list; at most 64 fit.
struct PurposeMask: Hashable, Sendable {
    var bits: UInt64

    init(bits: UInt64) { self.bits = bits }

    init(_ purposes: some Sequence<Purpose>) {
        bits = purposes.reduce(0) { $0 | 1 << UInt64($1.place) }
    }

    /// In rising order of ids.
    var purposes: [Purpose] {
        PurposeTree.all.filter { bits >> UInt64($0.place) & 1 == 1 }
    }
}
