// SPDX-License-Identifier: Apache-2.0

/// The journal, newest entries first.
package struct ExplorerPage: Sendable {
    private let items: [[String: String]]
    private let entries, signed: Int
    /// What was searched for in vain.
    package var missed: String?
    /// Where the pages of newer and older entries are.
    package var newer: String?
    package var older: String?

    /// Takes lines with `index`, `time`, `kind` and `what`.
    package init(_ items: [[String: String]], entries: Int, signed: Int) {
        self.items = items
        self.entries = entries
        self.signed = signed
    }

    /// The page.
    package func html(_ frame: Frame) -> String {
        var values: [String: Any] = [
            "entries": entries, "signed": signed, "tabs": frame.tabs("entries"),
            "items": items.map { item in
                item.merging(["words": frame.kind(item["kind"] ?? "")]) { $1 }
            },
        ]
        values["missed"] = missed
        values["newer"] = newer
        values["older"] = older
        return frame.page(
            "explorer", title: frame.message("explorer.title"), scripts: ["live.js"], values)
    }
}

/// One entry, checked in the visitor's browser.
package struct EntryPage: Sendable {
    private let index: Int
    private let kind, time, body: String
    /// The hash of its leaf in the log.
    package var hash = ""
    /// What it is about: a message's name, a text, and where that leads.
    package var related: [(label: String, cell: RecordPage.Cell)] = []
    /// Whether there is an entry after it.
    package var hasNext = false

    /// Takes the entry; `body` is shown as it is.
    package init(index: Int, kind: String, time: String, body: String) {
        self.index = index
        (self.kind, self.time, self.body) = (kind, time, body)
    }

    /// The page.
    package func html(_ frame: Frame) -> String {
        var values: [String: Any] = [
            "index": index, "kind": kind, "words": frame.kind(kind), "time": time, "body": body,
            "hash": hash, "tabs": frame.tabs("entries"),
            "related": related.map { item -> [String: Any] in
                var values = item.cell.values
                values["label"] = frame.message(item.label)
                return values
            },
        ]
        if index > 0 { values["before"] = "/explorer/\(index - 1)" }
        if hasNext { values["after"] = "/explorer/\(index + 1)" }
        return frame.page(
            "entry", title: "\(frame.message("entry.title")) \(index)",
            scripts: ["log.js", "entry.js"],
            values)
    }
}

extension Frame {
    /// What an entry of a kind says, in words.
    package func kind(_ kind: String) -> String {
        let name = "kinds." + kind.replacing(".", with: "_")
        let words = message(name)
        return words == name ? kind : words
    }
}
