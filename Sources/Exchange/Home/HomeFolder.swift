// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Identity
internal import Vault

/// The folder that holds one exchange.
///
/// | path | what |
/// |---|---|
/// | `exchange.sqlite` | the journal and the node's notes |
/// | `vault/` | sealed segments |
/// | `node.key` | the node's signing key |
/// | `vault-N.key` | the key that wraps segment keys, epoch N |
/// | `custody.key` | what the keys of people who have none of their own are derived from |
/// | `keys/NAME.key` | keys of parties made here |
/// | `state` | what the journal gives, so that a start need not replay it; can be deleted |
/// | `checkpoint` | the newest signed checkpoint; a journal that does not continue it is refused |
/// | `history` | what was typed into the shell |
/// | `wishes/` | what a contributor asks of her machine while it runs |
/// | `lock` | held while a process uses the folder |
/// | `backup` | only in a backup: says that it is one |
package struct HomeFolder: Sendable {
    /// The folder's path.
    package let path: String

    /// Names a folder.
    package init(path: String) { self.path = path }

    var database: String { path + "/exchange.sqlite" }
    var vault: String { path + "/vault" }
    var nodeKey: String { path + "/node.key" }
    var custodyKey: String { path + "/custody.key" }
    var keys: String { path + "/keys" }
    var state: StateFile { StateFile(path: path + "/state") }
    var checkpoint: CheckpointFile { CheckpointFile(path: path + "/checkpoint") }
    var wishes: String { path + "/wishes" }
    func vaultKey(_ epoch: UInt32) -> String { path + "/vault-\(epoch).key" }

    /// The path of a party's key by the name it was given here.
    package func key(named name: String) -> String { "\(keys)/\(name).key" }

    /// Whether an exchange lives here.
    package var exists: Bool { FileManager.default.fileExists(atPath: nodeKey) }

    /// Says that the folder is a copy, which must not go on by itself.
    var backupMark: String { path + "/backup" }
    var isBackup: Bool { FileManager.default.fileExists(atPath: backupMark) }

    /// Makes the folder and those of its keys that are missing, as after a crash in between.
    func create(using random: inout RandomBits) throws {
        let files = FileManager.default
        guard !exists else { return }
        guard !files.fileExists(atPath: database) else {
            throw ExchangeError.folder(path, "node.key is missing; bring back a backup")
        }
        try makeKeys()
        // The node's key is last, because it says that the folder is complete.
        for key in [custodyKey, vaultKey(1)] where !files.fileExists(atPath: key) {
            try KeyFile.create(SigningKey(using: &random), at: key, using: &random)
        }
        let node = SigningKey(using: &random)
        try checkpoint.begin(by: node)
        try KeyFile.create(node, at: nodeKey, using: &random)
    }

    /// Makes the folder of parties' keys where it is missing, and those above it.
    func makeKeys() throws {
        guard !FileManager.default.fileExists(atPath: keys) else { return }
        for folder in [path, keys] {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
    }

    /// The wrapping keys, by epoch, the newest last.
    func vaultKeys() throws -> [NodeKey] {
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        let epochs = names.compactMap { name -> UInt32? in
            guard name.hasPrefix("vault-"), name.hasSuffix(".key") else { return nil }
            let epoch = UInt32(name.dropFirst(6).dropLast(4))
            return epoch.flatMap { name == "vault-\($0).key" ? $0 : nil }
        }
        guard !epochs.isEmpty else {
            throw ExchangeError.folder(path, "vault-N.key is missing; bring back a backup")
        }
        return try epochs.sorted().map { epoch in
            try NodeKey(epoch: epoch, bytes: KeyFile.read(vaultKey(epoch)).seed)
        }
    }
}

extension HomeFolder {
    /// Whether a process uses the folder at this moment.
    package var isInUse: Bool {
        let file = open(path + "/lock", O_RDWR | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return flock(file, LOCK_EX | LOCK_NB) != 0
    }
}

/// Holds a folder for one process; let go when it is released.
final class HomeLock: Sendable {
    private let file: Int32

    /// Waits for at most thirty seconds.
    init(_ home: HomeFolder) throws {
        file = open(home.path + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw SystemFailure(number: errno, atOwn: home.path + "/lock")
        }
        for _ in 0..<300 {
            if flock(file, LOCK_EX | LOCK_NB) == 0 { return }
            usleep(100_000)
        }
        close(file)
        throw ExchangeError.busy(home.path)
    }

    deinit { close(file) }
}
