// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Intake

/// A file on its way in: sent, looked at, and stored after a yes.
struct Upload: Sendable {
    /// How far it is.
    enum Stage: Sendable {
        /// Bytes come, or are waited for.
        case receiving
        /// All bytes are there and are being read.
        case looking
        /// It was read; a yes is waited for.
        case ready(IntakeReport)
        /// It is a table that nobody knows; how to read it is waited for. The draft says how it would be.
        case unknown(draft: JSON)
        /// It cannot be read; the words say why and what to do.
        case refused(code: String, words: String)
        /// Its rows are being stored.
        case storing
        /// Its rows are stored.
        case stored(ImportOutcome)

        var word: String {
            switch self {
            case .receiving: "receiving"
            case .looking: "looking"
            case .ready: "ready"
            case .unknown: "unknown"
            case .refused: "refused"
            case .storing: "storing"
            case .stored: "stored"
            }
        }
    }

    let id: String
    let party: String
    /// What the file was called where it came from: some formats are told by it.
    var name: String
    var path: String
    /// How long it is to be; nil when nobody said.
    let length: Int64?
    /// How many bytes are there.
    var received: Int64 = 0
    var stage = Stage.receiving
    /// How the file is to be read.
    var options = IntakeOptions()
    /// Whether somebody writes to it or reads it now.
    var isBusy = false
    /// When it was touched last.
    var touched: Int64

    /// The machine-readable form.
    var json: JSON {
        var members: [String: JSON] = [
            "id": .string(id), "name": .string(name), "stage": .string(stage.word),
            "received": .integer(received), "length": length.map { .integer($0) } ?? .null,
            "report": .null, "draft": .null,
        ]
        switch stage {
        case .ready(let report): members["report"] = report.json
        case .unknown(let draft): members["draft"] = draft
        case .refused(let code, let words):
            members["problem"] = ["code": .string(code), "detail": .string(words)]
        case .stored(let outcome): members["outcome"] = outcome.json
        case .receiving, .looking, .storing: break
        }
        return .object(members)
    }

    /// A name as it can stand in a folder: its last part, of `A-Z a-z 0-9 . _ -`, every other byte `_`. Looked
    /// at by bytes: what Swift takes for one character can hold a `/`.
    static func plain(_ name: String?) -> String {
        let bytes = Array((name ?? "").utf8)
        let last = bytes.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }.last ?? []
        let kept = last.suffix(100).map { byte -> UInt8 in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "."), UInt8(ascii: "-"): byte
            default: UInt8(ascii: "_")
            }
        }.drop { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") }
        return kept.isEmpty ? "upload" : String(decoding: kept, as: UTF8.self)
    }
}
