// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Foundation

/// The file that spares the replay of the whole journal at every start: the head after some block.
///
/// It can be deleted at any time; the next start replays the journal and writes it anew. Nothing is
/// taken from it on trust: its state must have the root that its block names, its log the root that
/// the signed checkpoint names.
struct StateFile: Sendable {
    let path: String

    /// How far the journal must have grown before the file is written anew: so far that all writing
    /// together costs no more than a few times the last.
    static func isDue(size: Int, kept: Int) -> Bool { size - kept >= max(1_024, kept / 4) }

    /// What is kept; nil when nothing is, or not a whole one.
    func read() -> JournalHead? {
        guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
        return try? JournalHead(snapshot: Array(bytes))
    }

    /// Replaces the file.
    func write(_ bytes: [UInt8]) throws(SystemFailure) { try WholeFile.replace(path, by: bytes) }
}
