// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Foundation
internal import Identity
internal import Ledger
internal import Market
internal import Storage

/// Replays a journal from its store, as a node does when it starts, and audits the public copy.
enum JournalBench {
    /// What the journal is mostly made of.
    enum Kind {
        /// Many people: rows taken in and signed grants, half and half; some studies.
        case people
        /// What the node itself records: rows taken in and money received; no signatures of others.
        case node
    }

    static func measure(_ kind: Kind, in folder: String, entries: Int) throws -> [String: Double] {
        var writer = try JournalWriter(in: folder)
        switch kind {
        case .people: try writer.writePeople(entries / 2)
        case .node: try writer.writeNodeEntries(entries)
        }
        try writer.seal()
        let copy = folder + "/public"
        try writer.export(to: copy)
        let count = try Int(writer.store.count())
        var verify: [Timing] = []
        var replay: [Timing] = []
        for _ in 0..<3 {
            replay.append(
                try Timing.of {
                    var replay = Replay(trusting: count)
                    try replay.take(all: writer.store)
                    guard replay.head.log.size == count else { throw ReplayDiffers() }
                })
            verify.append(
                try Timing.of {
                    _ = try Auditor(folder: copy, expecting: writer.node.id).verify()
                })
        }
        let entries = Double(count)
        return [
            "entries": entries, "signatures": Double(writer.signatures),
            "verify_per_second": entries / verify.map(\.wall).median,
            "verify_per_processor_second": entries / verify.map(\.processor).median,
            "replay_per_second": entries / replay.map(\.wall).median,
            "replay_per_processor_second": entries / replay.map(\.processor).median,
            "signature_microseconds": signatureMicroseconds(),
        ]
    }

    /// What one Ed25519 check of a message like a grant's takes on one core.
    private static func signatureMicroseconds() -> Double {
        var dice = Dice(1)
        let key = SigningKey(using: &dice)
        let message = [UInt8](repeating: 7, count: 800)
        let signature = key.sign(message)
        var all = true
        let timing = Timing.of {
            for _ in 0..<2_000 { all = key.id.verify(signature, over: message) && all }
        }
        return all ? timing.processor / 2_000 * 1e6 : .nan
    }
}
