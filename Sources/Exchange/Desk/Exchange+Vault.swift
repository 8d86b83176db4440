// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Foundation
internal import Identity
internal import Storage
internal import Vault

/// The keys of the vault.
extension Exchange {
    /// Wraps the key of every segment by a new node key and destroys the node keys before it. The
    /// segments themselves stay as they are.
    ///
    /// In this order, so that a crash leaves every segment readable: the new key is on the disk,
    /// then all wrapped keys are replaced in one transaction, then what is left of the old ones is
    /// overwritten, then the old node keys go. A backup made before still holds its own.
    ///
    /// - Returns: the epoch of the new key, and how many keys it wraps.
    package func rotateVaultKey() throws -> (epoch: UInt32, segments: Int) {
        let former = vaultKeys
        guard let last = former.last, last.epoch < .max else {
            throw ExchangeError.refused("the node has no vault key; restore a backup")
        }
        var random = surroundings.generator
        let path = home.vaultKey(last.epoch + 1)
        try KeyFile.create(SigningKey(using: &random), at: path, using: &random)
        let next = try NodeKey(epoch: last.epoch + 1, bytes: KeyFile.read(path).seed)
        vaultKeys.append(next)
        let rewrapped = try parallelMap(try store.segments()) { note in
            Result {
                guard let key = former.first(where: { $0.epoch == note.key.epoch }) else {
                    throw ExchangeError.refused("vault-\(note.key.epoch).key is missing")
                }
                return (
                    segment: note.id,
                    key: try NodeKey.rewrap(note.key, segment: note.id, from: key, to: next)
                )
            }
        }.map { try $0.get() }
        try store.rewrap(rewrapped)
        try store.settle()
        for key in former { try destroy(home.vaultKey(key.epoch)) }
        vaultKeys = [next]
        return (next.epoch, rewrapped.count)
    }

    /// Overwrites a key file before it goes. Where the disk keeps old blocks, as flash does, only
    /// the disk's own encryption ends them.
    private func destroy(_ path: String) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        let size = try handle.seekToEnd()
        try handle.seek(toOffset: 0)
        try handle.write(contentsOf: Data(count: Int(size)))
        try handle.synchronize()
        try handle.close()
        try FileManager.default.removeItem(atPath: path)
    }

    /// How many segments each node key wraps, by epoch.
    package func vaultEpochs() throws -> [(epoch: UInt32, segments: Int)] {
        let wrapped = Dictionary(grouping: try store.segments(), by: \.key.epoch)
        return vaultKeys.map { ($0.epoch, wrapped[$0.epoch]?.count ?? 0) }
    }
}
