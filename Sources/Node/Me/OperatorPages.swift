// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Foundation
internal import Hummingbird
internal import Identity
internal import Ledger
internal import Market
internal import Study
internal import WebUI

/// What the operator looks at: nothing here changes anything.
struct OperatorPages {
    let node: Node
    let directory: Directory

    func add(to router: Router<NodeContext>) {
        router.get("operator") { request, context in
            guard context.caller != nil else { return Reply.see("/enter") }
            try context.requireOperator()
            let frame = await node.frame(request, context)
            return Reply.html(try await page(frame).html(frame))
        }
    }

    private func page(_ frame: Frame) async throws -> OperatorPage {
        try await directory.follow()
        let figures = try await node.figures()
        let state = await node.exchange.state
        let pools = try await node.pools()
        var page = OperatorPage(
            entries: figures.entries, signed: figures.signed, studies: figures.studies)
        page.pools = pools.map { pool in
            let register = state.pools[pool.offer.name]?.register
            let due = register.flatMap { $0.declared.subtracting($0.paid) } ?? .zero
            return [
                "name": pool.offer.name, "people": pool.people.rawValue,
                "studies": "\(pool.studies)", "paid": pool.declared.description,
                "due": due.description,
            ]
        }
        page.budgets = pools.compactMap {
            OperatorPages.budget(of: $0.offer.name, state, frame)
        }
        page.jobs = try await jobs(state, frame)
        page.requests = node.meter.table
        page.refused = page.requests.filter { ($0["status"] ?? "") >= "400" }
        page.parties = try await node.exchange.doors().map {
            [
                "party": $0.party, "accessKeys": "\($0.accessKeys)", "passkeys": "\($0.passkeys)",
            ]
        }
        page.spoiled = try await spoiled(pools.map(\.offer).filter(\.isEdge).map(\.name), frame)
        page.suspended = OperatorPages.suspended(state, frame)
        page.vault = try await node.exchange.vaultEpochs().map {
            ["epoch": "\($0.epoch)", "segments": "\($0.segments)"]
        }
        page.backups = node.backups().map { name in
            let path = node.backupFolder + "/" + name
            let made =
                try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
            let time = made.map { Timestamp(milliseconds: Int64($0.timeIntervalSince1970 * 1000)) }
            return ["name": name, "time": time?.short ?? "–"]
        }.sorted { ($0["time"] ?? "") > ($1["time"] ?? "") }
        page.key = await node.exchange.verifierKey
        return page
    }

    /// Who is suspended in which pool, first whose appeal the operator has to decide on.
    private static func suspended(_ state: MarketState, _ frame: Frame) -> [[String: String]] {
        let all = state.pools.sorted { $0.key < $1.key }.flatMap { name, pool in
            pool.suspended.map { (pool: name, party: $0.party, suspension: $0.suspension) }
        }
        return (all.filter(\.suspension.waits) + all.filter { !$0.suspension.waits }).map {
            [
                "pool": $0.pool, "party": $0.party.did,
                "why": $0.suspension.reason ?? $0.suspension.code.rawValue,
                "since": "\($0.suspension.since)",
                "appeal": frame.message(
                    "operator."
                        + ($0.suspension.waits
                            ? "appealWaits" : $0.suspension.isUpheld ? "upheld" : "noAppeal")),
            ]
        }
    }

    /// Which machines kept studies of some pools from an answer, study by study.
    private func spoiled(_ pools: [String], _ frame: Frame) async throws -> [[String: String]] {
        let now = await node.exchange.time
        var lines: [[String: String]] = []
        for pool in pools {
            for machine in try await node.exchange.spoiled(in: pool) {
                let until = machine.isOut(at: now)?.short ?? "–"
                lines += machine.studies.map {
                    [
                        "pool": pool, "machine": machine.party.did, "time": $0.time.short,
                        "fault": frame.message("operator." + $0.fault.rawValue), "until": until,
                    ]
                }
            }
        }
        return lines
    }

    /// What the node does by itself, when it last did, and what waits.
    private func jobs(_ state: MarketState, _ frame: Frame) async throws -> [[String: String]] {
        let sizes = await node.exchange.sizes
        let places = [await directory.blocks.last, await directory.payouts.last?.index]
        let times = try await places.asyncMap { place in
            try await node.exchange.entries(at: place.map { [$0] } ?? []).first?.entry.time.short
                ?? "–"
        }
        let running = state.orders.all.count {
            $0.record.stage == .placed || $0.record.stage == .running
        }
        let last = state.orders.all.last?.record.order.quote.quote.issued.short ?? "–"
        func job(_ name: String, _ time: String, _ waiting: Int) -> [String: String] {
            [
                "name": frame.message("jobs." + name), "when": frame.message("jobs.\(name)When"),
                "last": time, "waiting": "\(waiting)",
            ]
        }
        return [
            job("sealing", times[0], sizes.entries - sizes.signed),
            job("studies", last, running),
            job("payouts", times[1], 0),
        ]
    }

    /// How a pool's privacy burnt down: of all that the grants in force allow, the part that was left
    /// after each study.
    private static func budget(
        of pool: String, _ state: MarketState, _ frame: Frame
    ) -> LineChart? {
        let consent = state.consent
        var (all, left): (Double, Double) = (0, 0)
        for place in 0..<consent.count {
            guard let grant = consent.grant(at: place), grant.pool == pool else { continue }
            let usage = consent.usage(of: place)
            guard usage.withdrawn == nil, !usage.superseded else { continue }
            all += Double(grant.privacyLimit)
            left += Double(consent.privacyLeft(of: place))
        }
        guard all > 0 else { return nil }
        // Backwards from now: before a study there was what it took from everybody in it.
        var parts = [left]
        let studies = (state.pools[pool]?.answered ?? []).suffix(60).compactMap { state.orders[$0] }
        for study in studies.reversed() {
            let taken = Double(study.order.quote.quote.rho) * Double(study.cohort.count)
            parts.append(min(all, parts[parts.count - 1] + taken))
        }
        let labels =
            [frame.message("operator.begin")]
            + studies.map {
                $0.order.quote.quote.issued.short
            }
        return LineChart(
            title: pool,
            points: zip(labels, parts.reversed()).map { label, part in
                let percent = (part / all * 100).rounded()
                return LineChart.Point(label: label, value: percent, text: "\(Int(percent)) %")
            }, beginsAtZero: true)
    }
}

extension Array {
    /// What a question asked of each gives, one after another.
    fileprivate func asyncMap<Value>(
        _ transform: (Element) async throws -> Value
    ) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
