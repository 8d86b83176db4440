// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

extension PackStore {
    /// Overwrites segments' sealed bytes with zeros, in place and durably.
    ///
    /// What makes an erasure final is that the segment's wrapped key is destroyed; this removes
    /// the ciphertext too, as far as the file system lets: on flash, on file systems that copy on
    /// write, and in backups older copies may remain, which no key opens.
    ///
    /// First the record is marked as erased, then its bytes are overwritten, then the pack is
    /// synced: after a crash in between do it again; ``scan()`` names what is unfinished. Erasing
    /// twice is no error. The frame with the segment's id stays, so the pack stays readable. Cost:
    /// one write a segment, one flush a pack.
    ///
    /// - Throws: ``PackError``; when a location is wrong, before anything is written.
    public func erase(_ locations: [SegmentLocation]) throws(PackError) {
        var targets: [(location: SegmentLocation, file: any PackFile)] = []
        for location in locations {
            let file = try file(of: location)
            let bytes = try file.read(at: location.offset, count: PackRecord.frameLength)
            guard let frame = bytes.withUnsafeBytes({ PackRecord.frame($0) }),
                frame.length == location.length
            else { throw .noSuchRecord(location, reason: "no such record starts there") }
            targets.append((location, file))
        }
        try state.withLock { state throws(PackError) in
            try state.checkOpen()
            do throws(PackError) {
                for (location, file) in targets {
                    try file.write(
                        PackRecord.littleEndian(PackRecord.State.gone.rawValue),
                        at: location.offset + PackRecord.stateOffset)
                    try file.write(
                        [UInt8](repeating: 0, count: location.length),
                        at: location.offset + PackRecord.frameLength)
                    state.dirty.insert(location.pack)
                }
                for pack in Set(targets.map(\.location.pack)).sorted() {
                    try state.file(pack).sync()
                    state.dirty.remove(pack)
                }
            } catch {
                state.closed = error.description
                throw error
            }
        }
    }
}
