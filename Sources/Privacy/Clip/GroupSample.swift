// SPDX-License-Identifier: Apache-2.0
internal import struct Crypto.HMAC
internal import struct Crypto.SHA256
internal import struct Crypto.SymmetricKey

/// Keeps at most L0 groups of a contributor, evenly drawn, and the same ones wherever it is run.
///
/// Every group gets a tag, HMAC-SHA256 under the release's key of contributor and group, and the L0
/// smallest tags are kept. That is a uniform sample without replacement (as Vitter's reservoir), but
/// it depends on neither the order of the rows nor on other contributors, nor on how often a group
/// occurs; and another release draws anew. Exact: of n distinct groups min(n, L0) are kept.
///
/// Which groups are dropped must not be steered: whoever can choose the release's name after seeing
/// group names could grind for a sample. Take a name with 128 fresh random bits in it.
public struct GroupSample: Sendable {
    /// L0: how many groups are kept of one contributor.
    public let mostGroups: Int
    private let key: SymmetricKey

    /// Takes the release's name, and L0; below 1 nothing is kept.
    public init(release: [UInt8], mostGroups: Int) {
        self.mostGroups = max(0, mostGroups)
        key = SymmetricKey(data: SHA256.hash(data: release))
    }

    /// The places of the groups that are kept, in ascending order.
    ///
    /// - Parameters:
    ///   - groups: The contributor's groups, each one once, in canonical bytes.
    ///   - contributor: Her name in canonical bytes.
    /// - Requires: no group twice, else it may be kept twice.
    /// - Cost: a microsecond or two for each group, nothing for at most L0 of them.
    public func keep(_ groups: [[UInt8]], of contributor: [UInt8]) -> [Int] {
        guard groups.count > mostGroups else { return Array(groups.indices) }
        var personal = HMAC<SHA256>(key: key)
        Self.update(&personal, contributor)
        let tagged = groups.indices.map { place -> (tag: Tag, place: Int) in
            var hasher = personal
            Self.update(&hasher, groups[place])
            return (Tag(hasher.finalize()), place)
        }
        return tagged.sorted { $0.tag < $1.tag }.prefix(mostGroups).map(\.place).sorted()
    }

    /// The length goes first, so that no two pairs of contributor and group read the same.
    private static func update(_ hasher: inout HMAC<SHA256>, _ bytes: [UInt8]) {
        withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { length in
            hasher.update(data: length)
        }
        hasher.update(data: bytes)
    }
}

/// A hash as a number of 256 bits.
private struct Tag: Comparable {
    let high: UInt128
    let low: UInt128

    init(_ code: HMAC<SHA256>.MAC) {
        (high, low) = code.withUnsafeBytes {
            (
                UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)),
                UInt128(bigEndian: $0.loadUnaligned(fromByteOffset: 16, as: UInt128.self))
            )
        }
    }

    static func < (left: Tag, right: Tag) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }
}
