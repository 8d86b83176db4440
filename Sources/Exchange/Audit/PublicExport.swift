// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Foundation
internal import Identity
internal import Ledger
internal import Storage

/// What an auditor needs, and nothing more: the log's tiles and entries (C2SP tlog-tiles), the
/// signed checkpoint, and the key that signs it.
extension Exchange {
    /// The name of the file with the log's verifier key.
    package static let verifierKeyFile = "key"

    /// Writes the public part up to the last block.
    ///
    /// - Returns: how many entries it has.
    @discardableResult
    package func exportPublic(to folder: String) throws -> Int {
        try seal()
        guard let checkpoint = try store.mark(Exchange.checkpointMark),
            let key = VerifierKey(name: origin, party: node.id)
        else { throw ExchangeError.refused("nothing has happened yet") }
        var leaves: [[UInt8]] = []
        leaves.reserveCapacity(log.size)
        try store.read(from: 0) { _, lines in leaves.append(contentsOf: lines.map(\.leaf)) }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try TileWriter.files(of: log, from: 0, to: sealedSize, entry: { leaves[$0] }) { file in
            try PublicFolder.write(file.bytes, to: folder + "/" + file.path)
        }
        try PublicFolder.write(
            Array("\(key)\n".utf8), to: folder + "/" + Exchange.verifierKeyFile)
        try PublicFolder.write(checkpoint, to: folder + "/" + TileLayout.checkpoint)
        return sealedSize
    }
}

/// Files of a public copy.
enum PublicFolder {
    static func write(_ bytes: [UInt8], to path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url, options: .atomic)
    }

    static func read(_ path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path).map { Array($0) }
    }
}
