// SPDX-License-Identifier: Apache-2.0

/// What opening a folder of packs found and mended.
public struct PackRecovery: Hashable, Sendable {
    /// How many bytes behind the last whole record were cut off: a write that the power cut tore.
    public internal(set) var cutBytes = 0
    /// Damage before the last whole record, which stays as it is; see ``PackScan``.
    public internal(set) var damages: [PackDamage] = []
    /// How many bytes of the known part are missing. Not 0 means that the disk lost what it had
    /// confirmed; restore the packs from a backup.
    public internal(set) var missingBytes = 0
}

extension PackStore {
    /// Finds the end of the last whole record and cuts off what is behind it.
    static func recover(
        _ folder: any PackFolder, known: PackPosition?
    ) throws(PackError) -> (State, PackRecovery) {
        try known?.check()
        var state = State(end: PackPosition(pack: 1, offset: PackRecord.headerLength))
        var recovery = PackRecovery()
        let packs = try folder.names().compactMap(number).sorted()
        for pack in packs { state.files[pack] = try folder.open(name(pack)) }
        guard let last = packs.last else {
            if let known, known.offset > PackRecord.headerLength || known.pack > 1 {
                recovery.missingBytes = known.offset
                // Places that the caller's index still names are never given to others.
                try begin(known.pack + 1, folder, &state)
            } else {
                try begin(1, folder, &state)
            }
            return (state, recovery)
        }
        if let known, known.pack > last {
            recovery.missingBytes = known.offset
            try begin(known.pack + 1, folder, &state)
            return (state, recovery)
        }
        // Where the part begins that the caller's journal does not know, if it knows anything.
        let unknown = known.map { $0.pack == last ? $0.offset : PackRecord.headerLength }
        let length = try state.file(last).length()
        if let unknown, length < unknown, unknown > PackRecord.headerLength {
            recovery.missingBytes = unknown - length
            try begin(last + 1, folder, &state)
        } else {
            try mendTail(of: last, unknown: unknown, length: length, &state, &recovery)
        }
        return (state, recovery)
    }

    /// Mends the tail of the last pack.
    ///
    /// Nothing behind the known end was confirmed to anyone, so there the first record that is not
    /// whole ends the pack. Without a known end only what is behind the last whole record goes.
    private static func mendTail(
        of pack: Int, unknown: Int?, length: Int, _ state: inout State,
        _ recovery: inout PackRecovery
    ) throws(PackError) {
        let file = try state.file(pack)
        let header = PackRecord.header(pack: pack)
        let headerIsWhole = try file.read(at: 0, count: header.count) == header
        let walk = try PackWalk(file.map(), pack: pack, from: unknown ?? header.count)
        if !headerIsWhole {
            let holdsNothing = unknown.map { $0 == header.count } ?? walk.records.isEmpty
            if holdsNothing {
                // The pack was just begun when the power went.
                try file.truncate(to: 0)
                try file.write(header, at: 0)
                try file.sync()
                recovery.cutBytes = length
                state.end = PackPosition(pack: pack, offset: header.count)
                return
            }
            recovery.damages.append(
                PackDamage(pack: pack, offset: 0, id: nil, reason: "the pack's header"))
        }
        let end: Int
        if unknown == nil {
            recovery.damages += walk.damages
            end = walk.end
        } else {
            end = walk.firstBroken ?? walk.end
        }
        if end < length {
            try file.truncate(to: end)
            try file.sync()
            recovery.cutBytes = length - end
        }
        state.end = PackPosition(pack: pack, offset: end)
    }

    private static func begin(
        _ pack: Int, _ folder: any PackFolder, _ state: inout State
    ) throws(PackError) {
        let file = try folder.create(name(pack))
        try file.write(PackRecord.header(pack: pack), at: 0)
        state.files[pack] = file
        state.dirty.insert(pack)
        state.folderDirty = true
        state.end = PackPosition(pack: pack, offset: PackRecord.headerLength)
    }
}
