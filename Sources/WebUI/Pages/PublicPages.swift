// SPDX-License-Identifier: Apache-2.0

/// The start page: what this is, and the figures as they are now.
package struct StartPage: Sendable {
    package var paid, people, pools, studies, signed: String

    /// Takes the figures as they are shown.
    package init(paid: String, people: String, pools: String, studies: String, signed: String) {
        (self.paid, self.people, self.pools) = (paid, people, pools)
        (self.studies, self.signed) = (studies, signed)
    }

    /// The page.
    package func html(_ frame: Frame) -> String {
        frame.page(
            "start", title: frame.message("start.title"),
            [
                "paid": paid, "people": people, "pools": pools, "studies": studies,
                "signed": signed,
            ])
    }
}

/// The catalogue.
package struct PoolsPage: Sendable {
    /// One line of it: member names as the template has them.
    package typealias Line = [String: String]
    private let lines: [Line]

    /// Takes lines with `name`, `title`, `tables`, `people`, `price`, `studies` and `paid`.
    package init(_ lines: [Line]) { self.lines = lines }

    /// The page.
    package func html(_ frame: Frame) -> String {
        frame.page(
            "pools", title: frame.message("pools.title"), ["pools": lines, "any": !lines.isEmpty])
    }
}

/// The journal, newest entries first.
package struct ExplorerPage: Sendable {
    private let items: [[String: String]]
    private let entries, signed: Int
    private let next: Int?

    /// Takes lines with `index`, `time`, `kind` and `what`; `next` is the cursor of older ones.
    package init(_ items: [[String: String]], entries: Int, signed: Int, next: Int?) {
        self.items = items
        self.entries = entries
        self.signed = signed
        self.next = next
    }

    /// The page.
    package func html(_ frame: Frame) -> String {
        var values: [String: Any] = ["items": items, "entries": entries, "signed": signed]
        values["next"] = next
        return frame.page("explorer", title: frame.message("explorer.title"), values)
    }
}

/// One entry, checked in the visitor's browser.
package struct EntryPage: Sendable {
    private let index: Int
    private let kind, time, body: String

    /// Takes the entry; `body` is shown as it is.
    package init(index: Int, kind: String, time: String, body: String) {
        self.index = index
        (self.kind, self.time, self.body) = (kind, time, body)
    }

    /// The page.
    package func html(_ frame: Frame) -> String {
        frame.page(
            "entry", title: "\(frame.message("entry.title")) \(index)", scripts: ["entry.js"],
            ["index": index, "kind": kind, "time": time, "body": body])
    }
}

/// Signing in.
package struct EnterPage: Sendable {
    private let isRefused: Bool

    /// - Parameter isRefused: whether a key was shown that opens nothing.
    package init(isRefused: Bool) { self.isRefused = isRefused }

    /// The page.
    package func html(_ frame: Frame) -> String {
        var values: [String: Any] = [:]
        if isRefused { values["problem"] = frame.message("enter.wrong") }
        return frame.page(
            "enter", title: frame.message("enter.title"), scripts: ["passkey.js"], values)
    }
}

/// What went wrong.
package struct ProblemPage: Sendable {
    private let status: Int
    private let title, detail: String
    private let suggestsSigningIn: Bool

    /// Takes the problem's words.
    package init(status: Int, title: String, detail: String, suggestsSigningIn: Bool) {
        self.status = status
        (self.title, self.detail) = (title, detail)
        self.suggestsSigningIn = suggestsSigningIn
    }

    /// The page.
    package func html(_ frame: Frame) -> String {
        frame.page(
            "problem", title: title,
            ["title": title, "detail": detail, "status": status, "enter": suggestsSigningIn])
    }
}
