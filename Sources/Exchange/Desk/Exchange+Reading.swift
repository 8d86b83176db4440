// SPDX-License-Identifier: Apache-2.0
internal import Canon
package import Identity
package import Ledger
internal import Intake
internal import Market
internal import Storage
package import Vault

/// Looking at an exchange.
extension Exchange {
    /// The node's id.
    package var nodeID: PartyID { node.id }

    /// The schemas of tables by name: the standard ones, or else as they are stored.
    package func schemas(named names: [String]) throws -> [Schema] {
        try names.map { name in
            guard let schema = try StandardTables.named(name) ?? schema(of: name) else {
                throw ExchangeError.unknown(
                    what: "table", name: name, hint: "`dividend table list` shows them")
            }
            return schema
        }
    }

    /// The names of a pool's tables.
    package func tables(of pool: String) throws -> [String] {
        guard let offer = state.pools[pool]?.offer else { throw MarketError.noPool(pool) }
        return offer.tables.map(\.table)
    }

    /// The last entries of the journal.
    package func lastEntries(_ count: Int) throws -> [(index: UInt64, entry: Entry)] {
        var entries: [(index: UInt64, entry: Entry)] = []
        try store.read(from: UInt64(max(0, log.size - count))) { first, lines in
            for (offset, line) in lines.enumerated() {
                entries.append((first + UInt64(offset), try Entry(leaf: line.leaf)))
            }
        }
        return entries
    }

    /// The signed checkpoint.
    package func checkpoint() throws -> String {
        String(decoding: try store.mark(Exchange.checkpointMark) ?? [], as: UTF8.self)
    }
}
