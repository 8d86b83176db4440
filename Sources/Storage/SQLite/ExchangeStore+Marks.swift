// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import GRDB

extension ExchangeStore {
    /// The bytes of all marks whose names begin so, in the order of their names.
    ///
    /// - Requires: a prefix without the characters that LIKE reads: `%`, `_` and `\`.
    package func marks(beginning prefix: String) throws -> [[UInt8]] {
        try queue.read { database in
            try Data.fetchAll(
                database, sql: "SELECT bytes FROM mark WHERE name LIKE ? ORDER BY name",
                arguments: [prefix + "%"]
            ).map { Array($0) }
        }
    }
}
