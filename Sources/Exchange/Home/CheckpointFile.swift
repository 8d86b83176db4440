// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Foundation
internal import Identity

/// The file that says how far the journal got: the newest checkpoint that the node signed, as a
/// C2SP signed note, outside the database.
///
/// A journal that does not continue it is an older one put back, which would give back money and
/// privacy. So the file has to be there and whole; it is written before the first entry, over an
/// empty log, and after every block. A crash in between leaves the one before, which the journal
/// continues too.
struct CheckpointFile: Sendable {
    let path: String

    /// Why the file cannot say anything.
    struct Lost: Error, CustomStringConvertible {
        let description: String
    }

    /// What the file says.
    ///
    /// - Throws: ``Lost`` when it is not there, not whole, or not signed by the node.
    func read(of node: PartyID) throws(Lost) -> Checkpoint {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Lost(description: "it is missing")
        }
        guard !isFolder.boolValue else {
            throw Lost(description: "it is a folder; move it away")
        }
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw Lost(description: "it cannot be read; look at its owner and mode")
        }
        guard let key = VerifierKey(name: Exchange.origin(of: node), party: node),
            let checkpoint = try? Checkpoint(verifying: Array(bytes), by: key)
        else { throw Lost(description: "it is cut, damaged, or another node's") }
        return checkpoint
    }

    /// Replaces the file.
    func write(_ note: [UInt8]) throws(SystemFailure) { try WholeFile.replace(path, by: note) }

    /// Begins the file, before there is any entry.
    func begin(by node: SigningKey) throws {
        let log = MerkleLog()
        let empty = try Checkpoint(
            origin: Exchange.origin(of: node.id), size: log.size, root: log.root)
        try write(try empty.signed(by: node).bytes)
    }
}

/// Who says that a journal is the newest.
package enum NewestJournal: Sendable {
    /// The folder's own checkpoint.
    case kept
    /// A public copy or checkpoint at a path, where the folder's own is lost.
    case copy(String)
    /// Only whoever runs the exchange, where the folder's own is lost.
    case word
}
