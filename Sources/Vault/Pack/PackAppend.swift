// SPDX-License-Identifier: Apache-2.0

/// One call of ``PackStore/append(_:)``: works on a copy of the state, which is kept on success.
struct PackAppend {
    private static let chunk = 4 << 20

    let store: PackStore
    private(set) var state: PackStore.State
    private(set) var locations: [SegmentLocation] = []
    private var created: [Int] = []
    private var pending: [UInt8] = []
    /// Where the pending bytes go.
    private var start: Int

    init(store: PackStore, state: PackStore.State) {
        self.store = store
        self.state = state
        start = state.end.offset
    }

    /// Takes a segment; writes when some megabytes are pending.
    mutating func add(_ segment: SealedSegment) throws(PackError) {
        let length = PackRecord.paddedLength(segment.bytes.count)
        if state.end.offset + length > store.rollover, state.end.offset > PackRecord.headerLength {
            try begin(state.end.pack + 1)
        }
        locations.append(
            SegmentLocation(
                pack: state.end.pack, offset: state.end.offset, length: segment.bytes.count))
        PackRecord.write(segment, to: &pending)
        state.end = PackPosition(pack: state.end.pack, offset: state.end.offset + length)
        if pending.count >= PackAppend.chunk { try flush() }
    }

    /// Writes what is pending.
    mutating func flush() throws(PackError) {
        guard !pending.isEmpty else { return }
        try state.file(state.end.pack).write(pending, at: start)
        state.dirty.insert(state.end.pack)
        start += pending.count
        pending.removeAll(keepingCapacity: true)
    }

    /// Begins a pack. The one before is synced first, so that only the last can have a torn tail.
    private mutating func begin(_ pack: Int) throws(PackError) {
        try flush()
        if state.dirty.contains(state.end.pack) {
            try state.file(state.end.pack).sync()
            state.dirty.remove(state.end.pack)
        }
        let file = try store.folder.create(PackStore.name(pack))
        created.append(pack)
        state.files[pack] = file
        state.dirty.insert(pack)
        state.folderDirty = true
        try file.write(PackRecord.header(pack: pack), at: 0)
        state.end = PackPosition(pack: pack, offset: PackRecord.headerLength)
        start = PackRecord.headerLength
    }

    /// Takes back what was written, as far as the disk lets; else the former state is closed.
    func undo(_ former: inout PackStore.State) {
        do throws(PackError) {
            for pack in created.reversed() {
                try store.folder.remove(PackStore.name(pack))
                former.folderDirty = true
            }
            let file = try former.file(former.end.pack)
            if try file.length() > former.end.offset { try file.truncate(to: former.end.offset) }
        } catch {
            former.closed = error.description
        }
    }
}
