// SPDX-License-Identifier: Apache-2.0
import Synchronization
import Vault
import TestSupport

/// A folder in memory whose power can be cut.
///
/// What was written since the last sync reaches the disk in part: each write may be kept, lost or
/// torn, in any order, as disks and page caches do it. Files that were created or removed since
/// the folder's last sync may be there or not.
final class PowerCutFolder: PackFolder {
    struct Contents {
        var bytes: [UInt8] = []
        var durable: [UInt8] = []
        var pending: [Change] = []
    }

    enum Change {
        case write([UInt8], at: Int)
        case truncate(Int)
    }

    struct State {
        var files: [String: Contents] = [:]
        /// The names that a power cut keeps for certain, and their files.
        var durableNames: Set<String> = []
        var removed: [String: Contents] = [:]
        /// How many more writes the disk takes; nil: any number.
        var writesLeft: Int?
        var syncsFail = false
        var syncs = 0
    }

    let state = Mutex(State())

    func names() -> [String] { state.withLock { Array($0.files.keys) } }

    func create(_ name: String) throws(PackError) -> any PackFile {
        try state.withLock { state throws(PackError) in
            guard state.files[name] == nil else {
                throw .file(operation: "create", name: name, reason: "File exists")
            }
            state.files[name] = Contents()
        }
        return PowerCutFile(folder: self, name: name)
    }

    func open(_ name: String) throws(PackError) -> any PackFile {
        guard state.withLock({ $0.files[name] != nil }) else {
            throw .file(operation: "open", name: name, reason: "No such file or directory")
        }
        return PowerCutFile(folder: self, name: name)
    }

    func remove(_ name: String) {
        state.withLock { $0.removed[name] = $0.files.removeValue(forKey: name) }
    }

    func sync() throws(PackError) {
        try state.withLock { state throws(PackError) in
            guard !state.syncsFail else {
                throw .file(operation: "sync the folder", name: ".", reason: "Input/output error")
            }
            state.syncs += 1
            state.durableNames = Set(state.files.keys)
            state.removed = [:]
        }
    }

    /// What a machine finds that starts again after the power went.
    func afterPowerCut(using generator: inout Seeded) -> PowerCutFolder {
        let old = state.withLock { $0 }
        let next = PowerCutFolder()
        var files = old.files
        for (name, contents) in old.removed
        where old.durableNames.contains(name) && Bool.random(using: &generator) {
            files[name] = contents
        }
        for (name, contents) in files.sorted(by: { $0.key < $1.key }) {
            let named = old.durableNames.contains(name) || Bool.random(using: &generator)
            guard named else { continue }
            var bytes = contents.durable
            var pending = contents.pending
            if Bool.random(using: &generator) { pending.shuffle(using: &generator) }
            for change in pending {
                change.reach(&bytes, using: &generator)
            }
            next.state.withLock {
                $0.files[name] = Contents(bytes: bytes, durable: bytes)
                $0.durableNames.insert(name)
            }
        }
        return next
    }
}

extension PowerCutFolder.Change {
    /// Applies all, nothing or a part of the change.
    fileprivate func reach(_ bytes: inout [UInt8], using generator: inout Seeded) {
        switch self {
        case .truncate(let length):
            if Bool.random(using: &generator) { bytes.cut(to: length) }
        case .write(let new, let offset):
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: return
            case 1: bytes.overwrite(new, at: offset)
            case 2:
                let kept = Int.random(in: 0...new.count, using: &generator)
                bytes.overwrite(Array(new.prefix(kept)), at: offset)
            default:
                // The file has grown but some sectors of it were never written.
                bytes.overwrite([UInt8](repeating: 0, count: new.count), at: offset)
                for start in stride(from: 0, to: new.count, by: 512)
                where Bool.random(using: &generator) {
                    let sector = Array(new[start..<min(start + 512, new.count)])
                    bytes.overwrite(sector, at: offset + start)
                }
            }
        }
    }
}

extension [UInt8] {
    fileprivate mutating func overwrite(_ new: [UInt8], at offset: Int) {
        let end = offset + new.count
        if count < end { self += [UInt8](repeating: 0, count: end - count) }
        replaceSubrange(offset..<end, with: new)
    }

    fileprivate mutating func cut(to length: Int) {
        if count > length {
            removeLast(count - length)
        } else {
            self += [UInt8](repeating: 0, count: length - count)
        }
    }
}

/// A file of a ``PowerCutFolder``.
struct PowerCutFile: PackFile {
    let folder: PowerCutFolder
    let name: String

    private func contents() throws(PackError) -> [UInt8] {
        guard let contents = folder.state.withLock({ $0.files[name] }) else {
            throw .file(operation: "read", name: name, reason: "gone")
        }
        return contents.bytes
    }

    func length() throws(PackError) -> Int { try contents().count }

    func read(at offset: Int, count: Int) throws(PackError) -> [UInt8] {
        let bytes = try contents()
        return Array(bytes[min(offset, bytes.count)..<min(offset + count, bytes.count)])
    }

    func write(_ new: [UInt8], at offset: Int) throws(PackError) {
        try folder.state.withLock { state throws(PackError) in
            if let left = state.writesLeft {
                guard left > 0 else {
                    // A full disk takes a part of the last write.
                    state.files[name]?.bytes.overwrite(Array(new.prefix(7)), at: offset)
                    throw .file(
                        operation: "write to", name: name, reason: "No space left on device")
                }
                state.writesLeft = left - 1
            }
            state.files[name]?.bytes.overwrite(new, at: offset)
            state.files[name]?.pending.append(.write(new, at: offset))
        }
    }

    func truncate(to length: Int) {
        folder.state.withLock {
            $0.files[name]?.bytes.cut(to: length)
            $0.files[name]?.pending.append(.truncate(length))
        }
    }

    func sync() throws(PackError) {
        try folder.state.withLock { state throws(PackError) in
            guard !state.syncsFail else {
                throw .file(operation: "sync", name: name, reason: "Input/output error")
            }
            state.syncs += 1
            guard var contents = state.files[name] else { return }
            contents.durable = contents.bytes
            contents.pending = []
            state.files[name] = contents
        }
    }

    func map() throws(PackError) -> MappedBytes {
        let bytes = try contents()
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
        copy.copyBytes(from: bytes)
        return MappedBytes(UnsafeRawBufferPointer(copy)) { $0.deallocate() }
    }
}

extension PowerCutFolder {
    /// All bytes of all files.
    var allBytes: [[UInt8]] { state.withLock { $0.files.values.map(\.bytes) } }

    /// Changes one byte of a file.
    func flip(_ name: String, at offset: Int) {
        state.withLock { $0.files[name]?.bytes[offset] ^= 0x40 }
    }
}
