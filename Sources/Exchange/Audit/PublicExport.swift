// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Erasure
internal import Foundation
internal import Identity
internal import Ledger
internal import Settlement
internal import Market
internal import Storage

/// What an auditor needs, and nothing more: the log's tiles and entries (C2SP tlog-tiles), the
/// signed checkpoint, and the key that signs it.
extension Exchange {
    /// The name of the file with the log's verifier key.
    package static let verifierKeyFile = "key"

    /// Where a public copy has the proof of a batch.
    package static func proofFile(_ batch: Int) -> String { "proofs/\(batch)" }

    /// Where a public copy has a circuit, for verifiers that are not ours.
    package static func circuitFile(_ name: String) -> String { "circuits/" + name }

    /// Writes the public part up to the last block.
    ///
    /// - Returns: how many entries it has.
    /// - Throws: ``ExchangeError/inside(_:_:)`` before anything is written.
    @discardableResult
    package func exportPublic(to folder: String) throws -> Int {
        try HomeFolder.checkOutside(folder)
        try seal()
        guard let checkpoint = try store.mark(Exchange.checkpointMark),
            let key = VerifierKey(name: origin, party: node.id)
        else { throw ExchangeError.refused("nothing has happened yet") }
        var leaves: [[UInt8]] = []
        leaves.reserveCapacity(log.size)
        try store.read(from: 0) { _, lines in leaves.append(contentsOf: lines.map(\.leaf)) }
        try PublicFolder.make(folder)
        var current: Set<String> = []
        try TileWriter.files(of: log, from: 0, to: head.sealedSize, entry: { leaves[$0] }) { file in
            current.insert(file.path)
            try PublicFolder.write(file.bytes, to: folder + "/" + file.path)
        }
        for batch in state.batches.all.prefix(state.settledBatches).map(\.record.number) {
            guard let proof = try settlementFile(of: batch) else {
                throw ExchangeError.refused("the proof of batch \(batch) is lost")
            }
            try PublicFolder.write(proof, to: folder + "/" + Exchange.proofFile(batch))
            guard let data = try codedData(of: batch) else {
                throw ExchangeError.refused("the sealed payouts of batch \(batch) are lost")
            }
            try PublicFolder.write(
                data.commitment.bytes, to: folder + "/" + Exchange.commitmentFile(batch))
            for chunk in 0..<data.chunkCount {
                try PublicFolder.write(
                    data.chunk(chunk).bytes, to: folder + "/" + Exchange.chunkFile(batch, chunk))
            }
            let circuit = try SettlementFile(proof).circuit
            try PublicFolder.write(
                circuit.bytes, to: folder + "/" + Exchange.circuitFile(circuit.name))
        }
        try PublicFolder.write(
            Array("\(key)\n".utf8), to: folder + "/" + Exchange.verifierKeyFile)
        try PublicFolder.write(checkpoint, to: folder + "/" + TileLayout.checkpoint)
        try PublicFolder.removeTiles(from: folder, but: current)
        return head.sealedSize
    }
}

/// Files of a public copy: everybody may read them, whatever the process keeps to itself.
enum PublicFolder {
    static func write(_ bytes: [UInt8], to path: String) throws {
        let url = URL(fileURLWithPath: path)
        try make(url.deletingLastPathComponent().path)
        try Data(bytes).write(to: url, options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    }

    /// Makes a folder, and those above it, open to readers; leaves one that is there as it is.
    static func make(_ folder: String) throws {
        let files = FileManager.default
        guard !files.fileExists(atPath: folder) else { return }
        let above = URL(fileURLWithPath: folder).deletingLastPathComponent().path
        if above != folder { try make(above) }
        try files.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
    }

    /// Removes the tiles of an older copy that the new checkpoint does not need.
    static func removeTiles(from folder: String, but current: Set<String>) throws {
        let all = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        for path in all where TileLayout(path: path) != nil && !current.contains(path) {
            var isFolder: ObjCBool = false
            let full = folder + "/" + path
            guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder),
                !isFolder.boolValue
            else { continue }
            try FileManager.default.removeItem(atPath: full)
        }
    }

    static func read(_ path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path).map { Array($0) }
    }

    /// Reads a file of at most so many bytes; nil for a longer one, of which no more is read.
    static func read(_ path: String, most: Int) -> [UInt8]? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: most + 1), data.count <= most else { return nil }
        return Array(data)
    }
}
