// SPDX-License-Identifier: Apache-2.0
import Canon

@testable import WebUI

/// Every page with the same text wherever somebody else may have written one.
enum Hostile {
    static func buyer(_ evil: String, _ frame: Frame) -> [String] {
        var pool = PoolPage(
            name: evil, title: evil, people: "20+", price: "1", premium: "1", fee: evil,
            minimum: evil, purposes: [(evil, evil)],
            tables: [(evil, [.init(name: evil, kind: evil, allowed: evil, categories: [evil])])])
        pool.sql = evil
        pool.refusal = PoolPage.Refusal(evil, at: (1, 1))
        pool.explained = [(evil, evil)]
        pool.prices = [.init(wanted: evil, price: evil, epsilon: evil, margin: "1", band: evil)]
        var quoted = PoolPage.Quoted(
            id: evil, price: evil, base: evil, premium: evil, epsilon: evil, delta: evil,
            band: evil, expires: evil, fee: evil, shared: evil, each: evil,
            margins: [(evil, evil)])
        quoted.notes = [evil]
        quoted.others = pool.prices + pool.prices
        pool.quoted = quoted
        pool.answered = PoolPage.Answered(
            columns: [evil, "n"], rows: [[(evil, nil), ("3", "1")], [("b", nil), ("4", "1")]],
            isMock: false, order: evil)
        pool.answered?.facts = [("pool.paid", evil)]
        pool.published = [(evil, evil, evil)]
        var pools = PoolsPage([["name": evil, "title": evil, "purposes": evil]], isEmpty: false)
        pools.words = evil
        pools.orders = [("title", evil, true)]
        var none = PoolsPage([], isEmpty: false)
        none.words = evil
        return [pool.html(frame), pools.html(frame), none.html(frame)]
    }

    static func contributor(_ evil: String, _ frame: Frame) -> [String] {
        var offer = MePage.Offer(name: evil, title: evil, purposes: [(evil, evil, true)])
        offer.grant = MePage.Grant(
            purposes: evil, spent: evil, limit: evil, expires: evil, denial: "expired")
        offer.earned = (2, evil, evil)
        var me = MePage(party: evil, available: "0", claims: "0")
        me.offers = [offer, MePage.Offer(name: "b", title: evil, purposes: [])]
        me.uses = ["1", nil].map { amount in
            MePage.Use(
                time: evil, pool: evil, purpose: evil, people: evil, epsilon: evil, address: evil,
                answers: evil, amount: amount, denial: amount == nil ? "withdrawn" : nil)
        }
        me.lines = [.init(index: evil, time: evil, amount: evil, code: "payout", reason: evil)]
        me.earned = [.init(label: evil, value: 1), .init(label: "b", value: 2)]
        me.orders = [["id": evil, "stage": "done", "pool": evil]]
        me.erasures = [(evil, evil)]
        me.notice = evil
        let trends = TrendsPage([
            .init(
                name: evil, step: evil,
                charts: [
                    LineChart(
                        title: evil,
                        points: [
                            .init(label: evil, value: 1, other: (3, evil)),
                            .init(label: evil, value: 2),
                        ], other: evil)
                ], recommended: [.init(pool: evil, items: [(evil, evil)])],
                foreseen: [.init(pool: evil, column: evil, steps: [(evil, evil, evil)])])
        ])
        return [me.html(frame), trends.html(frame)]
    }

    static func `public`(_ evil: String, _ frame: Frame) -> [String] {
        var explorer = ExplorerPage(
            [["index": "1", "what": evil, "kind": evil]], entries: 1, signed: 1)
        explorer.missed = evil
        explorer.newer = evil
        explorer.older = evil
        var entry = EntryPage(index: 1, kind: "grant", time: "", body: evil)
        entry.related = [("explorer.party", .init(evil, to: evil))]
        var record = RecordPage(evil, in: "blocks")
        record.lead = evil
        record.text = evil
        record.facts = [("explorer.id", .init(evil, to: evil))]
        record.lists = [
            .init("explorer.blocks", ["explorer.block"], numbers: [], [[.init(evil, to: evil)]]),
            .init("", ["explorer.block"], numbers: [], []),
        ]
        var control = OperatorPage(entries: 1, signed: 1, studies: 1)
        control.pools = [["name": evil]]
        control.requests = [["route": evil]]
        control.refused = control.requests
        control.parties = [["party": evil]]
        control.spoiled = [["pool": evil, "machine": evil, "fault": evil]]
        control.jobs = [["name": evil]]
        control.key = evil
        control.backups = [["name": evil, "time": evil]]
        var start = StartPage(paid: "", people: evil, pools: evil, studies: evil, signed: evil)
        start.sealed = evil
        let document: JSON = [
            "info": ["version": .string(evil), "description": .string(evil)],
            "paths": [
                "/api/v1/pools/{pool}": [
                    "post": [
                        "summary": .string(evil), "security": [],
                        "parameters": [["name": .string(evil), "in": "path"]],
                        "responses": ["200": ["description": .string(evil)]],
                    ]
                ]
            ],
        ]
        return [
            start.html(frame),
            StartPage(paid: evil, people: "", pools: "", studies: "", signed: "").html(frame),
            explorer.html(frame), entry.html(frame), record.html(frame),
            EnterPage(isRefused: true).html(frame), control.html(frame),
            ReferencePage(document, origin: evil).html(frame),
            ProblemPage(status: 404, title: evil, detail: evil, suggestsSigningIn: true)
                .html(frame),
        ]
    }
}
