// SPDX-License-Identifier: Apache-2.0

/// The operator's page: read-only.
package struct OperatorPage: Sendable {
    private let entries, signed, studies: Int
    /// Lines with `name`, `people`, `studies`, `paid` and `due`.
    package var pools: [[String: String]] = []
    /// How each pool's privacy burns down.
    package var budgets: [LineChart] = []
    /// Lines with `name`, `when`, `last` and `waiting`.
    package var jobs: [[String: String]] = []
    /// Lines with `route`, `status` and `count`: those that were refused, and all.
    package var refused: [[String: String]] = []
    package var requests: [[String: String]] = []
    /// Lines with `pool`, `machine`, `time`, `fault` and `until`: who kept studies from an answer.
    package var spoiled: [[String: String]] = []
    /// Lines with `pool`, `party`, `why`, `since` and `appeal`: who is suspended, first whose appeal waits.
    package var suspended: [[String: String]] = []
    /// Lines with `party`, `accessKeys` and `passkeys`.
    package var parties: [[String: String]] = []
    /// Lines with `epoch` and `segments`.
    package var vault: [[String: String]] = []
    /// Lines with `name` and `time`, the newest first.
    package var backups: [[String: String]] = []
    /// The key that checkpoints are signed with.
    package var key = ""

    /// Begins with the figures.
    package init(entries: Int, signed: Int, studies: Int) {
        (self.entries, self.signed, self.studies) = (entries, signed, studies)
    }

    /// The page.
    package func html(_ frame: Frame) -> String {
        let columns = (frame.message("explorer.time"), frame.message("operator.left"))
        return frame.page(
            "operator", title: frame.message("operator.title"),
            [
                "entries": entries, "signed": signed, "studies": studies, "pools": pools,
                "budgets": budgets.map { chart -> [String: Any] in
                    let drawing = chart.figure(frame, columns: columns)
                    return ["name": chart.title, "drawing": drawing, "none": drawing.isEmpty]
                },
                "jobs": jobs, "refused": refused, "noRefused": refused.isEmpty,
                "spoiled": spoiled, "noSpoiled": spoiled.isEmpty,
                "suspended": suspended, "noSuspended": suspended.isEmpty,
                "requests": requests, "parties": parties, "vault": vault, "key": key,
                "backups": backups, "noBackups": backups.isEmpty,
            ])
    }
}
