// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Ledger
internal import Market
internal import Query
internal import Study
internal import Synchronization
internal import Vault
internal import WebUI

/// What a count costs in each pool at some accuracies: reckoned again every ten seconds at most.
final class PriceLists: Sendable {
    private struct List {
        let moment: Int64
        let lines: [PoolPage.Priced]
    }

    private let known = Mutex<[String: List]>([:])
    private let making = Places(1, waiting: 1000)
    /// Percent, as they are written into the question.
    private static let accuracies = ["50", "20", "10", "5", "2", "1"]

    /// The table that a question about a pool names.
    static func source(_ pool: String, _ tables: [String]) -> String {
        tables.count > 1 ? "\(pool).\(tables[0])" : pool
    }

    /// The lines for a pool. An accuracy that its people cannot give has none.
    func list(
        of offer: PoolOffer, for purpose: Purpose, at node: Node
    ) async throws -> [PoolPage.Priced] {
        let moment = node.now.milliseconds / 10_000
        if let lines = lines(of: offer, at: moment) { return lines }
        // One at a time: whoever waited finds the list made.
        return try await making.take(for: "") {
            if let lines = lines(of: offer, at: moment) { return lines }
            return try await Lane.run { try await self.make(of: offer, for: purpose, at: node) }
        }
    }

    private func lines(of offer: PoolOffer, at moment: Int64) -> [PoolPage.Priced]? {
        known.withLock { known in
            known[offer.name].flatMap { (moment...moment + 1).contains($0.moment) ? $0.lines : nil }
        }
    }

    private func make(
        of offer: PoolOffer, for purpose: Purpose, at node: Node
    ) async throws -> [PoolPage.Priced] {
        let moment = node.now.milliseconds / 10_000
        let source = PriceLists.source(offer.name, offer.tables.map(\.table))
        var lines: [PoolPage.Priced] = []
        for accuracy in PriceLists.accuracies {
            let sql = "SELECT COUNT(*) FROM \(source) WITH ACCURACY (\(accuracy)%)"
            do {
                let estimate = try await node.exchange.estimate(
                    sql, pool: offer.name, purpose: purpose)
                lines.append(estimate.priced("± \(accuracy) %"))
            } catch is QueryError { continue }
        }
        let list = List(moment: moment, lines: lines)
        known.withLock { $0[offer.name] = list }
        return lines
    }
}

extension Estimate {
    /// ε with three digits that count: a list is looked at, not ordered from.
    private var shortEpsilon: String {
        guard let value = Double(epsilon), value > 0 else { return epsilon }
        var unit = 1.0
        while value / unit >= 1000 { unit *= 10 }
        while value / unit < 100 { unit /= 10 }
        let rounded = (value / unit).rounded() * unit
        // Nine digits behind the point hide what binary fractions add.
        return "\((rounded * 1e9).rounded() / 1e9)".replacing(/\.0$/, with: "")
    }

    /// A line of a price list.
    fileprivate func priced(_ wanted: String) -> PoolPage.Priced {
        PoolPage.Priced(
            wanted: wanted, price: price?.description ?? "-", epsilon: shortEpsilon,
            margin: margins.first?.margin ?? "", band: band.rawValue)
    }
}

extension Node {
    /// What the same question would cost with less and with more privacy, and as it is; nothing where
    /// its text asks for an accuracy.
    func others(than priced: PricedQuestion, for who: String) async -> [PoolPage.Priced] {
        let quote = priced.quote.quote
        guard let epsilon = Double(quote.epsilon) else { return [] }
        var lines: [PoolPage.Priced] = []
        for part in [0.25, 0.5, 1, 2] {
            guard let sql = priced.sql.asking(epsilon: "\(epsilon * part)") else { return [] }
            // What is beyond every rule is left out.
            guard
                let estimate = try? await planned(
                    for: who,
                    {
                        try await exchange.estimate(
                            sql, pool: quote.pool, purpose: quote.purpose,
                            bringing: priced.brought)
                    })
            else { continue }
            lines.append(estimate.priced(""))
        }
        return lines.count > 1 ? lines : []
    }
}

extension String {
    /// The same question with another ε; nil where it does not ask for one.
    fileprivate func asking(epsilon: String) -> String? {
        let given = /epsilon\s*=>\s*([0-9.]+(?:[eE][+-]?[0-9]+)?)/.ignoresCase()
        if let part = firstMatch(of: given)?.output.1 {
            return self[..<part.startIndex] + epsilon + self[part.endIndex...]
        }
        guard !contains(/\bwith\b/.ignoresCase()) else { return nil }
        return replacing(/;\s*$/, with: "") + "\nWITH PRIVACY (epsilon => \(epsilon))"
    }
}
