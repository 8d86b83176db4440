// SPDX-License-Identifier: Apache-2.0
public import Canon
internal import Synchronization

/// A place in a pack that is not what was written.
public struct PackDamage: Hashable, Sendable, CustomStringConvertible {
    /// The number of the pack.
    public let pack: Int
    /// Where the damage starts, in bytes from the start of the pack.
    public let offset: Int
    /// The segment, when the record's frame still tells it.
    public let id: Canon.Digest?
    /// What is wrong.
    public let reason: String

    /// Place and reason, for people.
    public var description: String {
        "pack \(pack), byte \(offset): \(reason)" + (id.map { ", segment \($0)" } ?? "")
    }
}

/// Everything that lies in the packs.
public struct PackScan: Hashable, Sendable {
    /// A segment and its place.
    public struct Record: Hashable, Sendable {
        /// The segment.
        public let id: Canon.Digest
        /// Its place.
        public let location: SegmentLocation
        let isLive: Bool
    }

    /// The whole live segments, in stored order.
    public internal(set) var live: [Record] = []
    /// The erased segments, in stored order.
    public internal(set) var erased: [Record] = []
    /// Erased segments whose bytes a crash left partly in place: erase them again.
    public internal(set) var unfinishedErasures: [SegmentLocation] = []
    /// What is damaged.
    public internal(set) var damages: [PackDamage] = []
}

extension PackStore {
    /// Verifies every record of every pack. Cost: reads everything, about 1 s a GB.
    ///
    /// - Throws: ``PackError`` when a file cannot be read; damage is reported, not thrown.
    public func scan() throws(PackError) -> PackScan {
        let (files, end) = state.withLock { ($0.files, $0.end) }
        var scan = PackScan()
        for (pack, file) in files.sorted(by: { $0.key < $1.key }) {
            let header = PackRecord.header(pack: pack)
            if try file.read(at: 0, count: header.count) != header {
                scan.damages.append(
                    PackDamage(pack: pack, offset: 0, id: nil, reason: "the pack's header"))
            }
            let length = try file.length()
            let stop = pack == end.pack ? min(end.offset, length) : length
            let walk = try PackWalk(
                file.map(), pack: pack, from: PackRecord.headerLength, to: stop)
            for record in walk.records {
                if record.isLive {
                    scan.live.append(record)
                } else {
                    scan.erased.append(record)
                }
            }
            scan.unfinishedErasures += walk.unfinishedErasures
            scan.damages += walk.damages + walk.tail
        }
        return scan
    }
}
