// SPDX-License-Identifier: Apache-2.0
public import Canon
internal import Synchronization

extension PackStore {
    /// Reads one segment and checks that its bytes are what its id says.
    ///
    /// - Parameter id: the segment that must lie there; nil takes any.
    /// - Throws: ``PackError`` when there is none, it was erased, is damaged or another.
    public func read(
        _ location: SegmentLocation, id: Canon.Digest? = nil
    ) throws(PackError) -> SealedSegment {
        let file = try file(of: location)
        let record = try file.read(
            at: location.offset, count: PackRecord.paddedLength(location.length))
        let result = record.withUnsafeBytes { raw -> Result<PackRecord.Frame, PackError> in
            do throws(PackError) {
                return .success(try location.frame(in: raw, id: id))
            } catch {
                return .failure(error)
            }
        }
        let frame = try result.get()
        let start = PackRecord.frameLength
        let segment = SealedSegment(bytes: Array(record[start..<start + location.length]))
        guard segment.id == frame.id else { throw .damaged(location, id: frame.id) }
        return segment
    }

    /// Maps all packs as they are now, for reading many segments without copying them.
    ///
    /// Cost: a few system calls a pack. What is appended later is not in it.
    public func map() throws(PackError) -> MappedPacks {
        let files = state.withLock { $0.files }
        var mapped: [Int: MappedBytes] = [:]
        for (pack, file) in files { mapped[pack] = try file.map() }
        return MappedPacks(packs: mapped)
    }

    func file(of location: SegmentLocation) throws(PackError) -> any PackFile {
        guard location.length >= 0, location.length <= Segment.byteLimit,
            location.offset >= PackRecord.headerLength,
            location.offset % PackRecord.alignment == 0
        else { throw .noSuchRecord(location, reason: "no record can lie there") }
        return try state.withLock { state throws(PackError) in try state.file(location.pack) }
    }
}

/// All packs of a store as they were at one moment, mapped for reading. Share it among threads.
public struct MappedPacks: Sendable {
    /// Keeps the bytes mapped.
    let packs: [Int: MappedBytes]
    /// The same bytes by themselves: looking them up counts no references that threads share.
    nonisolated(unsafe) private let bytes: [Int: UnsafeRawBufferPointer]

    init(packs: [Int: MappedBytes]) {
        self.packs = packs
        bytes = packs.mapValues(\.bytes)
    }

    /// Lends a segment's sealed bytes without copying or hashing them.
    ///
    /// The frame is checked, the bytes are not: opening the segment authenticates them. They may
    /// be used only as long as this value lives.
    ///
    /// - Parameter id: the segment that must lie there; nil takes any.
    /// - Throws: ``PackError`` when there is none, it was erased, or it is another.
    public func bytes(
        at location: SegmentLocation, id: Canon.Digest? = nil
    ) throws(PackError) -> UnsafeRawBufferPointer {
        guard let mapped = bytes[location.pack] else { throw .noSuchPack(location.pack) }
        guard location.offset >= PackRecord.headerLength, location.length >= 0,
            location.length <= Segment.byteLimit,
            location.offset <= mapped.count - PackRecord.paddedLength(location.length)
        else { throw .noSuchRecord(location, reason: "it runs past the pack's end") }
        let start = location.offset + PackRecord.frameLength
        let frame = UnsafeRawBufferPointer(rebasing: mapped[location.offset..<start])
        // A frame that says all that is expected needs no check value: the sealed bytes are
        // authenticated by themselves.
        if id.map({ PackRecord.isLive(frame, length: location.length, id: $0) }) != true {
            _ = try location.frame(in: frame, id: id)
        }
        return UnsafeRawBufferPointer(rebasing: mapped[start..<start + location.length])
    }
}

extension SegmentLocation {
    /// The frame of the live record that starts with these bytes.
    func frame(
        in bytes: UnsafeRawBufferPointer, id: Canon.Digest?
    ) throws(PackError) -> PackRecord.Frame {
        guard let frame = PackRecord.frame(bytes) else {
            throw .noSuchRecord(self, reason: "no record starts there")
        }
        guard frame.length == length else {
            throw .noSuchRecord(
                self, reason: "a record of \(frame.length) bytes lies there, \(length) expected")
        }
        if let id, id != frame.id {
            throw .wrongSegment(self, expected: id, found: frame.id)
        }
        switch frame.state {
        case .live: return frame
        case .gone: throw .erased(self, id: frame.id)
        case .none: throw .damaged(self, id: frame.id)
        }
    }
}
