// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Identity
internal import Ledger
internal import Market
internal import Study
internal import WebUI

/// Puts together what a contributor sees of herself.
struct MePageMaker {
    let node: Node
    let directory: Directory
    let frame: Frame

    /// How many lines of each list the page has at first, and at most.
    private static let few = 20
    private static let many = 1_000
    /// How many of a pool's last studies say what they brought.
    private static let lastStudies = 10

    func page(of access: Access, isWhole: Bool) async throws -> MePage {
        let exchange = node.exchange
        let key = try await exchange.knownKey(of: access.party)
        let money = try await exchange.money(of: key)
        var page = MePage(
            party: access.party, available: Amount.text(money.available),
            claims: Amount.text(money.claims))
        if money.pending > 0 { page.pending = Amount.text(money.pending) }
        // Before anything is proven and signed there is none.
        page.hasReceipt = (try? await exchange.balanceReceipt(of: key)) != nil
        page.notice = Exchange.notice
        page.offers = try await offers(of: key)
        let most = isWhole ? MePageMaker.many : MePageMaker.few
        let feed = try await exchange.feed(of: key)
        page.reads = feed.count { $0.use.denial == nil }
        page.uses = feed.suffix(most).reversed().map { $0.shown(frame) }
        page.draws = try await exchange.draws(of: key).suffix(most).reversed().map { draw in
            [
                "time": draw.time.short, "pool": draw.pool, "shares": "\(draw.shares)",
                "epsilon": draw.epsilon, "index": "\(draw.index)",
            ]
        }
        let lines = try await exchange.statement(of: key)
        page.lines = lines.suffix(most).reversed().map { line in
            MePage.Line(
                index: "\(line.index)", time: line.time.short,
                amount: Amount.text(line.microunits), code: line.code,
                reason: line.detail.shown(frame))
        }
        let orders = try await exchange.orders(of: key)
        page.orders = orders.suffix(most).reversed().map { placed in
            [
                "id": placed.id.hex, "short": placed.id.short, "time": placed.time.short,
                "pool": placed.order.quote.quote.pool, "stage": placed.stage.rawValue,
                "price": (placed.order.quote.quote.price ?? .zero).description,
            ]
        }
        page.isCut = !isWhole && max(feed.count, lines.count, orders.count) > most
        page.earned = lines.filter { $0.code == Reason.saleShare.code }.suffix(12).map {
            Chart.Bar(
                label: String($0.time.short.prefix(16)), value: Double($0.microunits) / 1_000_000,
                text: Amount.text($0.microunits))
        }
        page.erasures = try await node.erasures(of: key, in: directory).map {
            ("\($0.index)", $0.entry.time.short)
        }
        return page
    }

    private func offers(of key: SigningKey) async throws -> [MePage.Offer] {
        let standings = await node.exchange.standings(of: key)
        let state = await node.exchange.state
        return try await node.pools().map { pool in
            // The last grant of a pool is the one that stands.
            let standing = standings.last { $0.grant.pool == pool.offer.name }
            let granted = standing?.grant.purposes ?? []
            var offer = MePage.Offer(
                name: pool.offer.name, title: pool.offer.title,
                purposes: pool.offer.purposes.map {
                    ($0.id, frame.purpose($0.id), granted.contains($0))
                })
            if let standing {
                let grant = standing.grant
                offer.floor = Amount.text(grant.priceFloor)
                offer.uses = "\(grant.uses)"
                offer.epsilon = try standing.epsilon(grant.privacyLimit)
                offer.perStudy = try standing.epsilon(grant.privacyPerStudy)
                offer.grant = MePage.Grant(
                    purposes: granted.map { frame.purpose($0.id) }.sorted().joined(separator: ", "),
                    spent: try standing.spent, limit: offer.epsilon,
                    expires: grant.expires.short, denial: standing.denial?.code)
                if let suspension = state.pools[pool.offer.name]?.suspensions[grant.party] {
                    offer.grant?.suspended = .init(
                        code: suspension.code.rawValue, reason: suspension.reason,
                        appeal: suspension.isUpheld
                            ? .upheld : suspension.appealed == nil ? .open : .appealed)
                }
            }
            offer.earned = MePageMaker.earned(in: pool, state)
            return offer
        }
    }

    /// What one participant got of each of a pool's last studies: what was shared, over the most and
    /// the fewest people that the study's band stands for. Nothing here is not public.
    private static func earned(
        in pool: PoolEntry, _ state: MarketState
    ) -> (studies: Int, least: String, most: String)? {
        let last = (state.pools[pool.offer.name]?.answered ?? []).suffix(lastStudies)
        var (least, most): (Int64, Int64) = (0, 0)
        for id in last {
            guard let quote = state.orders[id]?.order.quote.quote,
                let shared = quote.price?.subtracting(pool.offer.fee(of: quote.base)),
                let band = CohortBand(rawValue: quote.band)
            else { continue }
            let fewest = max(band.least, pool.offer.minimumCohort, 1)
            least += shared.microunits / Int64(max(band.most ?? fewest, fewest))
            most += shared.microunits / Int64(fewest)
        }
        guard !last.isEmpty else { return nil }
        let count = Int64(last.count)
        return (last.count, MePageMaker.about(least / count), MePageMaker.about(most / count))
    }

    /// An amount with two digits that count: more would say more than is known.
    private static func about(_ microunits: Int64) -> String {
        var step: Int64 = 1
        while microunits / step >= 100 { step *= 10 }
        var text = Amount.text(microunits / step * step)
        while text.hasSuffix("0") { text.removeLast() }
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }
}

extension CohortBand {
    /// The most people that the band stands for; nil for the last.
    fileprivate var most: Int? {
        CohortBand.allCases.first { $0.least > least }.map { $0.least - 1 }
    }
}

extension FeedLine {
    /// As the contributor's page shows it.
    fileprivate func shown(_ frame: Frame) -> MePage.Use {
        MePage.Use(
            time: use.time.short, pool: use.pool, purpose: frame.purpose(use.purpose.id),
            people: band, epsilon: use.epsilon,
            address: "/explorer/studies/\(use.order.hex)",
            answers: frame.answers(answers.map(\.rawValue)),
            amount: microunits.map { Amount.text($0) }, denial: use.denial?.code)
    }
}
