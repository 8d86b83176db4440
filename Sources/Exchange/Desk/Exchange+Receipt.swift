// SPDX-License-Identifier: Apache-2.0
package import Consent
package import Identity
internal import Canon
internal import Ledger
internal import Market
internal import Storage

/// Receipts for grants that were given before.
extension Exchange {
    /// The receipt for a party's last grant to a pool, made anew: with the contributor's signatures as the
    /// journal has them.
    ///
    /// - Throws: ``MarketError/noPool(_:)``, and when she gave none.
    package func receipt(of key: SigningKey, in pool: String) throws -> ConsentReceipt {
        guard state.pools[pool] != nil else { throw MarketError.noPool(pool) }
        let pseudonym = key.pseudonym(for: Exchange.poolContext(pool)).id
        let last = (0..<state.consent.count).last { state.consent.party(at: $0) == pseudonym }
        guard let last,
            let leaf = try store.leaf(at: state.consent.journalIndex(at: last)),
            let entry = try? Entry(leaf: leaf),
            case .granted(let signed) = try Change(kind: entry.kind, body: entry.body)
        else {
            throw ExchangeError.unknown(
                what: "grant", name: "to \(pool)", hint: "none was given there")
        }
        return try receipt(for: signed)
    }
}
