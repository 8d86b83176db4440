// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// Sealed segments of many contributors in append-only files, durable in groups.
///
/// One owner appends, then calls ``sync()`` once, then records locations and wrapped keys in its
/// own journal: 32,561 people imported together cost one flush. What the journal does not know
/// after a crash is cut off by ``truncate(after:)``. One process at a time may own a folder.
/// Safe to share among threads.
public final class PackStore: Sendable {
    /// Where a new pack is begun: 256 MiB.
    public static let usualRollover = 1 << 28

    struct State {
        var files: [Int: any PackFile] = [:]
        var end: PackPosition
        /// Packs with writes that were not synced.
        var dirty: Set<Int> = []
        /// Whether a pack was created or removed since the folder was synced.
        var folderDirty = false
        /// Why the store takes nothing more.
        var closed: String?
    }

    let folder: any PackFolder
    let rollover: Int
    let state: Mutex<State>
    /// What opening the folder found and mended.
    public let recovery: PackRecovery

    /// Opens a folder and mends what a power cut left: see ``PackRecovery``.
    ///
    /// Cost: reads the last pack from `known` on; with no `known`, all of it (under a second).
    ///
    /// - Parameters:
    ///   - folder: the packs' folder, which exists.
    ///   - known: the end of the last record that the caller's journal knows, or nil when it does
    ///     not tell. Everything before it is taken as whole and is never cut; behind it everything
    ///     from the first record on that is not whole is cut. With nil only what is behind the
    ///     last whole record is cut, which may be a damaged record that was durable.
    ///   - rollover: the length at which a new pack is begun.
    /// - Throws: ``PackError`` when the folder cannot be read or mended.
    public init(
        _ folder: any PackFolder, known: PackPosition? = nil,
        rollover: Int = PackStore.usualRollover
    ) throws(PackError) {
        self.folder = folder
        self.rollover = rollover
        let (found, recovery) = try PackStore.recover(folder, known: known)
        self.recovery = recovery
        state = Mutex(found)
    }

    /// Where the next record goes. Everything before it is durable once ``sync()`` returned.
    public var end: PackPosition { state.withLock { $0.end } }

    /// Writes segments behind one another; they are durable after ``sync()`` only.
    ///
    /// All or none: after an error the store is as before. Cost: one write for some megabytes.
    ///
    /// - Returns: their locations, in order.
    /// - Throws: ``PackError``; with ``PackError/tooLarge(found:limit:)`` before anything is written.
    public func append(
        _ segments: [SealedSegment]
    ) throws(PackError) -> [SegmentLocation] {
        for segment in segments where segment.bytes.count > Segment.byteLimit {
            throw .tooLarge(found: segment.bytes.count, limit: Segment.byteLimit)
        }
        return try state.withLock { state throws(PackError) -> [SegmentLocation] in
            try state.checkOpen()
            var append = PackAppend(store: self, state: state)
            do throws(PackError) {
                for segment in segments { try append.add(segment) }
                try append.flush()
            } catch {
                append.undo(&state)
                throw error
            }
            state = append.state
            return append.locations
        }
    }

    /// Makes everything appended durable: one fdatasync a pack that was written to, and one for
    /// the folder when a pack was begun.
    ///
    /// After a failed flush nobody knows what is on the disk (the system may drop the pages and
    /// report success the next time), so the store closes itself.
    ///
    /// - Returns: ``end``, to be kept as the known end.
    /// - Throws: ``PackError``.
    @discardableResult
    public func sync() throws(PackError) -> PackPosition {
        try state.withLock { state throws(PackError) -> PackPosition in
            try state.checkOpen()
            do throws(PackError) {
                for pack in state.dirty.sorted() { try state.file(pack).sync() }
                if state.folderDirty { try folder.sync() }
            } catch {
                state.closed = error.description
                throw error
            }
            state.dirty = []
            state.folderDirty = false
            return state.end
        }
    }

    /// Cuts off everything behind a place, durably: what the caller's journal does not know.
    ///
    /// - Requires: a place that a ``SegmentLocation/end`` or ``end`` named.
    /// - Throws: ``PackError``; ``PackError/noSuchPosition(_:)`` when the place lies behind the end.
    public func truncate(after known: PackPosition) throws(PackError) {
        try state.withLock { state throws(PackError) in
            try state.checkOpen()
            try known.check()
            guard known <= state.end, state.files[known.pack] != nil else {
                throw .noSuchPosition(known)
            }
            do throws(PackError) {
                for pack in state.files.keys.sorted(by: >) where pack > known.pack {
                    try folder.remove(PackStore.name(pack))
                    state.files[pack] = nil
                    state.dirty.remove(pack)
                    state.folderDirty = true
                }
                try state.file(known.pack).truncate(to: known.offset)
                try state.file(known.pack).sync()
                if state.folderDirty { try folder.sync() }
            } catch {
                state.closed = error.description
                throw error
            }
            state.end = known
            state.dirty = []
            state.folderDirty = false
        }
    }

    /// The name of a pack's file.
    static func name(_ pack: Int) -> String {
        let digits = String(pack)
        return "pack-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits + ".dvp"
    }

    /// The number of the pack that a file's name says, when it is a pack's.
    static func number(_ name: String) -> Int? {
        guard name.hasPrefix("pack-"), name.hasSuffix(".dvp"),
            let number = Int(name.dropFirst(5).dropLast(4)), number > 0, name == self.name(number)
        else { return nil }
        return number
    }
}

extension PackStore.State {
    func checkOpen() throws(PackError) {
        if let closed { throw .closed(reason: closed) }
    }

    func file(_ pack: Int) throws(PackError) -> any PackFile {
        guard let file = files[pack] else { throw .noSuchPack(pack) }
        return file
    }
}
