// SPDX-License-Identifier: Apache-2.0
internal import Intake
internal import Vault

/// Rows as an import hands them on, put together by person and table, and no more than may be.
struct GatheringSink: RowSink {
    private(set) var gathered: [String?: [String: [Rows]]] = [:]
    private(set) var labels: [String?] = []
    private(set) var schemas: [String: Schema] = [:]
    /// How many bytes the rows take, about.
    private(set) var bytes = 0
    private let mostBytes: Int

    init(mostBytes: Int = .max) { self.mostBytes = mostBytes }

    mutating func take(_ rows: Rows, of person: String?) throws {
        bytes += GatheringSink.bytes(of: rows)
        guard bytes <= mostBytes else { throw ExchangeError.tooMuch(mostBytes) }
        if gathered[person] == nil {
            gathered[person] = [:]
            labels.append(person)
        }
        schemas[rows.schema.table] = rows.schema
        gathered[person]![rows.schema.table, default: []].append(rows)
    }

    /// A word a value, a text with what holds it, and what a list of rows takes by itself.
    private static func bytes(of rows: Rows) -> Int {
        rows.columns.reduce(256) { sum, column in
            sum + 96 + 8 * column.values.count
                + column.dictionary.reduce(0) {
                    $0 + 16 + ($1.utf8.count > 15 ? $1.utf8.count + 32 : 0)
                }
        }
    }
}
