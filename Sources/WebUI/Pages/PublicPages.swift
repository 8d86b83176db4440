// SPDX-License-Identifier: Apache-2.0

/// The start page: what this is, and the figures as they are now.
package struct StartPage: Sendable {
    package var paid, people, pools, studies, signed: String
    /// When the last block was sealed and signed.
    package var sealed = ""

    /// Takes the figures as they are shown.
    package init(paid: String, people: String, pools: String, studies: String, signed: String) {
        (self.paid, self.people, self.pools) = (paid, people, pools)
        (self.studies, self.signed) = (studies, signed)
    }

    /// The page.
    package func html(_ frame: Frame) -> String {
        frame.page(
            "start", title: frame.message("start.title"), scripts: ["live.js"],
            [
                "paid": paid, "people": people, "pools": pools, "studies": studies,
                "signed": signed, "sealed": sealed,
            ])
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
    private let suggestsSigningIn, showsWays: Bool

    /// Takes the problem's words.
    ///
    /// - Parameter showsWays: whether pages are named that there are.
    package init(
        status: Int, title: String, detail: String, suggestsSigningIn: Bool,
        showsWays: Bool = false
    ) {
        self.status = status
        (self.title, self.detail) = (title, detail)
        (self.suggestsSigningIn, self.showsWays) = (suggestsSigningIn, showsWays)
    }

    /// The page.
    package func html(_ frame: Frame) -> String {
        frame.page(
            "problem", title: title,
            [
                "title": title, "detail": detail, "status": status, "enter": suggestsSigningIn,
                "ways": showsWays,
            ])
    }
}
