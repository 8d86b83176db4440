// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Vault

/// What one contributor gives to a study, before it is clipped: for each block its numbers, group
/// by group.
public struct Contribution: Sendable {
    /// The groups found, in the order in which they were met; empty where groups are listed.
    public private(set) var keys: [GroupKey] = []
    /// How many groups there are.
    public private(set) var groups: Int
    /// For each block, `groups · width` numbers in lattice units, group by group.
    public var blocks: [[Int64]]
    /// For each block where its numbers may be other than zero, from steps that give few among many; empty for anywhere.
    ///
    /// A place may be named more than once. So that clipping takes nobody longer than others, a step names as many places
    /// for each contributor, one of them as often as it takes.
    public var touched: [[Int]]
    /// What tells a contributor from others with equal rows: it follows from who she is, never from her rows.
    public internal(set) var mark: UInt64 = 0

    private let widths: [Int]
    private var places: [GroupKey: Int] = [:]

    init(groups: StudyGroups, blocks: [StudyBlock]) {
        widths = blocks.map(\.width)
        if case .listed(let count) = groups { self.groups = count } else { self.groups = 0 }
        let count = self.groups
        self.blocks = widths.map { [Int64](repeating: 0, count: $0 * count) }
        touched = widths.map { _ in [] }
    }

    /// Room for what a step gives of somebody, before it is clipped: for tests, and for rows of whoever asks
    /// (`OwnRows`). A cohort's rows go through ``StudyPlan/run(over:threads:progress:)`` alone.
    package init(to step: some LocalStep, of mark: UInt64) {
        self.init(groups: step.groups, blocks: step.blocks)
        self.mark = mark
    }

    /// The place of a group that is found in the data, which is there from now on. A group has one
    /// place, however often it is named: a contributor votes once for each.
    ///
    /// Call ``makeRoom()`` when all are named, and before their numbers are set.
    public mutating func place(of key: GroupKey) -> Int {
        if let place = places[key] { return place }
        places[key] = groups
        keys.append(key)
        groups += 1
        return groups - 1
    }

    /// Gives every group found its numbers, all zero.
    public mutating func makeRoom() {
        for block in blocks.indices {
            let count = widths[block] * groups
            blocks[block].removeAll(keepingCapacity: true)
            blocks[block].append(contentsOf: repeatElement(0, count: count))
        }
    }

    /// The mark of whoever has this public key.
    package static func mark(of publicKey: [UInt8]) -> UInt64 {
        let digest = Digest(of: Array("dividend/mark/v1".utf8), publicKey)
        return digest.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Leaves nothing behind for the next contributor.
    mutating func clear(_ groups: StudyGroups) {
        if case .found = groups {
            keys.removeAll(keepingCapacity: true)
            places.removeAll(keepingCapacity: true)
            self.groups = 0
        }
        for block in blocks.indices {
            blocks[block].withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
            touched[block].removeAll(keepingCapacity: true)
        }
    }

    /// Keeps the groups at these places only, in this order.
    mutating func keep(_ kept: [Int]) {
        for (block, width) in widths.enumerated() {
            let numbers = blocks[block]
            blocks[block] = kept.flatMap { numbers[$0 * width..<($0 + 1) * width] }
            touched[block] = []
        }
        keys = kept.map { keys[$0] }
        groups = kept.count
    }
}
