// SPDX-License-Identifier: Apache-2.0

/// A contributor's page: files, grants, every use, the statement, leaving.
package struct MePage: Sendable {
    /// A grant with `pool`, `state`, `purposes`, `floor`, `spent`, `epsilon` and `expires`.
    package typealias GrantLine = (members: [String: String], isInForce: Bool)
    /// A pool whose studies could be allowed.
    package typealias Offer = (
        name: String, title: String, purposes: [(id: String, label: String)]
    )

    package var party, available, claims: String
    package var grants: [GrantLine] = []
    package var offers: [Offer] = []
    package var uses: [String] = []
    package var reads = 0
    package var lines: [[String: String]] = []
    package var earned: [Chart.Bar] = []
    package var notice = ""
    /// What was just done: a message's name.
    package var said: String?

    /// Begins with the account.
    package init(party: String, available: String, claims: String) {
        (self.party, self.available, self.claims) = (party, available, claims)
    }

    /// The page.
    package func html(_ frame: Frame) -> String {
        var values: [String: Any] = [
            "party": party, "available": available, "claims": claims, "studies": reads,
            "grants": grants.map { grant in
                var members: [String: Any] = grant.members
                members["inForce"] = grant.isInForce
                return members
            },
            "offers": offers.map { offer in
                [
                    "name": offer.name, "title": offer.title, "notice": notice,
                    "purposes": offer.purposes.map { ["id": $0.id, "label": $0.label] },
                ] as [String: Any]
            },
            "uses": uses, "lines": lines,
            "chart": Chart(title: frame.message("me.earned"), bars: earned).svg,
        ]
        if let said, ["stored", "granted", "withdrawn", "erased"].contains(said) {
            values["said"] = frame.message("me." + said)
        }
        return frame.page(
            "me", title: frame.message("me.title"), scripts: ["upload.js", "passkey.js"], values)
    }
}

/// The operator's page: read-only.
package struct OperatorPage: Sendable {
    private let entries: Int
    private let studies: Int
    private let pools: [[String: String]]
    private let requests: [[String: String]]
    private let parties: [String]

    /// Takes lines as they are shown.
    package init(
        entries: Int, studies: Int, pools: [[String: String]], requests: [[String: String]],
        parties: [String]
    ) {
        (self.entries, self.studies, self.pools) = (entries, studies, pools)
        (self.requests, self.parties) = (requests, parties)
    }

    /// The page.
    package func html(_ frame: Frame) -> String {
        frame.page(
            "operator", title: frame.message("operator.title"),
            [
                "entries": entries, "studies": studies, "pools": pools, "requests": requests,
                "parties": parties,
            ])
    }
}
