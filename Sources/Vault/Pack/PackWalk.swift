// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// Goes through the records of one pack and checks each.
struct PackWalk {
    /// The whole records, live or erased, in stored order.
    private(set) var records: [PackScan.Record] = []
    /// Erased records that are not all zeros.
    private(set) var unfinishedErasures: [SegmentLocation] = []
    /// What is damaged before the last whole record.
    private(set) var damages: [PackDamage] = []
    /// What is no whole record behind the last one: damage, or a torn write, for the caller to say.
    private(set) var tail: [PackDamage] = []
    /// Where the last whole record ends.
    private(set) var end: Int

    /// Where the first thing starts that is no whole record.
    var firstBroken: Int? { (damages.first ?? tail.first)?.offset }

    private let pack: Int

    /// Walks from a record's start to the end of the bytes, or to `stop`.
    ///
    /// Behind a broken frame it looks for the next one at every multiple of 16.
    init(_ mapped: MappedBytes, pack: Int, from start: Int, to stop: Int? = nil) {
        self.pack = pack
        end = start
        let length = min(stop ?? mapped.bytes.count, mapped.bytes.count)
        let bytes = UnsafeRawBufferPointer(rebasing: mapped.bytes[0..<max(length, 0)])
        var offset = start
        var lost = false
        while offset < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
            guard let frame = PackRecord.frame(rest),
                PackRecord.paddedLength(frame.length) <= rest.count
            else {
                if !lost { note(offset, nil, "a broken frame, or a record that runs past the end") }
                lost = true
                offset += PackRecord.alignment
                continue
            }
            lost = false
            let length = PackRecord.paddedLength(frame.length)
            take(
                frame, at: offset,
                UnsafeRawBufferPointer(rebasing: rest[PackRecord.frameLength..<length]))
            offset += length
        }
        withExtendedLifetime(mapped) {}
    }

    private mutating func take(
        _ frame: PackRecord.Frame, at offset: Int, _ body: UnsafeRawBufferPointer
    ) {
        let location = SegmentLocation(pack: pack, offset: offset, length: frame.length)
        switch frame.state {
        case .none:
            note(offset, frame.id, "neither live nor erased")
            return
        case .live:
            guard frame.isWhole(body) else {
                note(offset, frame.id, "the bytes are not what their id says")
                return
            }
        case .gone:
            if !body.allSatisfy({ $0 == 0 }) { unfinishedErasures.append(location) }
        }
        records.append(
            PackScan.Record(id: frame.id, location: location, isLive: frame.state == .live))
        damages += tail
        tail = []
        end = location.end.offset
    }

    private mutating func note(_ offset: Int, _ id: Canon.Digest?, _ reason: String) {
        tail.append(PackDamage(pack: pack, offset: offset, id: id, reason: reason))
    }
}

extension PackRecord.Frame {
    /// Whether what follows the frame is what its id says, and then zeros.
    func isWhole(_ body: UnsafeRawBufferPointer) -> Bool {
        body.count >= length && Canon.Digest(of: Array(body[..<length])) == id
            && body[length...].allSatisfy { $0 == 0 }
    }
}
