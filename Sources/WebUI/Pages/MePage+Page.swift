// SPDX-License-Identifier: Apache-2.0

extension MePage {
    /// The page.
    package func html(_ frame: Frame) -> String {
        let foldsOffers = offers.count > 3
        var values: [String: Any] = [
            "party": party, "available": available, "claims": claims, "studies": reads,
            "offers": offers.map { $0.values(frame, notice: notice, isFolded: foldsOffers) },
            "anyOffer": !offers.isEmpty,
            "uses": uses.map { $0.values(frame) }, "lines": lines.map { $0.values(frame) },
            "draws": draws.map { $0.merging(["text": frame.text("me.drawnShares", $0)]) { $1 } },
            "noUses": uses.isEmpty && draws.isEmpty, "noLines": lines.isEmpty, "isCut": isCut,
            "orders": orders.map { order in
                order.merging(["stage": frame.message("stages." + (order["stage"] ?? ""))]) { $1 }
            },
            "anyOrder": !orders.isEmpty,
            "erasures": erasures.map { ["entry": $0.entry, "time": $0.time] },
            "anyErasure": !erasures.isEmpty, "optsOut": optsOut,
            "canCashOut": available != "0.000000",
            "chart": Chart(title: frame.message("me.earned"), bars: earned)
                .figure(
                    frame, columns: (frame.message("explorer.time"), frame.message("me.amount"))),
        ]
        values["hasReceipt"] = hasReceipt
        if let pending { values["pending"] = pending }
        if let said,
            ["stored", "granted", "withdrawn", "appealed", "erased", "paidOut", "drawn"].contains(
                said)
        {
            values["said"] = frame.message("me." + said)
        }
        return frame.page(
            "me", title: frame.message("me.title"), scripts: ["upload.js", "passkey.js"], values)
    }
}

extension MePage.Offer {
    fileprivate func values(_ frame: Frame, notice: String, isFolded: Bool) -> [String: Any] {
        var values: [String: Any] = [
            "name": name, "title": title, "notice": notice,
            "foreign": frame.message("me.notice") != notice, "floor": floor, "days": days,
            "count": uses, "epsilon": epsilon, "perStudy": perStudy,
            "purposes": purposes.map {
                ["id": $0.id, "label": $0.label, "granted": $0.isGranted] as [String: Any]
            },
            "inForce": grant.map { [nil, "suspended", "not-valued"].contains($0.denial) } ?? false,
            "canAppeal": grant?.suspended?.appeal == .open,
            "open": grant?.denial != nil || (grant == nil && !isFolded),
            "press": frame.message(grant == nil ? "me.allow" : "me.change"),
        ]
        if let grant {
            values["grant"] = [
                "purposes": grant.purposes, "spent": grant.spent, "limit": grant.limit,
                "expires": grant.expires,
                "state": grant.denial.map { frame.message("denials." + $0) }
                    ?? frame.message("me.inForce"),
            ]
        }
        if let suspended = grant?.suspended {
            values["suspended"] = frame.text(
                "suspended." + suspended.code, ["reason": suspended.reason ?? ""])
            values["standing"] = frame.message("suspended." + suspended.appeal.rawValue)
        }
        if let earned {
            values["earned"] = frame.text(
                "me.others",
                ["studies": "\(earned.studies)", "least": earned.least, "most": earned.most])
        }
        return values
    }
}

extension MePage.Use {
    fileprivate func values(_ frame: Frame) -> [String: Any] {
        let name = denial != nil ? "me.passed" : amount == nil ? "me.unanswered" : "me.used"
        let text = frame.text(
            name,
            [
                "purpose": purpose, "people": people, "pool": pool, "epsilon": epsilon,
                "amount": amount ?? "",
                "answers": answers.prefix(1).uppercased() + answers.dropFirst(),
            ])
        let why = denial.map { " " + frame.message("denials." + $0) } ?? ""
        return ["time": time, "text": text + why, "address": address]
    }
}

extension MePage.Line {
    fileprivate func values(_ frame: Frame) -> [String: Any] {
        let name = "reasons." + code
        let words = frame.message(name)
        return [
            "index": index, "time": time, "amount": amount, "reason": reason,
            "words": words == name ? code : words,
        ]
    }
}

extension Frame {
    /// A message with its places filled: `{pool}` becomes what is given for `pool`.
    package func text(_ name: String, _ values: [String: String]) -> String {
        var out = ""
        var rest = message(name)[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            out += rest[..<open] + (values[String(rest[rest.index(after: open)..<close])] ?? "")
            rest = rest[rest.index(after: close)...]
        }
        return out + rest
    }
}
