// SPDX-License-Identifier: Apache-2.0
internal import Canon
public import Privacy
internal import Vault

/// How many days of data each contributor gave, as far as others may know it: one of four bands,
/// drawn with noise. It weighs her share of what a pool earns.
///
/// The counts themselves never leave ``draw(over:reading:from:)``; what it gives is safe to publish
/// and costs each contributor ``RandomizedResponse/charge``, to be booked with the bands in one entry.
public struct DayBands: Hashable, Sendable {
    /// The days at which a higher band begins.
    public static let bounds = [30, 120, 365]
    /// How many shares each band stands for: under 30 days one, then two, three, four.
    public static let mostShares = bounds.count + 1

    /// The mechanism.
    public let response: RandomizedResponse

    /// Plans the bands at a privacy cost.
    ///
    /// - Throws: ``RandomizedResponseError`` for an ε out of bounds.
    public init(epsilon: ExactDecimal) throws(RandomizedResponseError) {
        response = try RandomizedResponse(options: DayBands.mostShares, epsilon: epsilon)
    }

    /// Counts each contributor's days and draws her number of shares, 1 to ``mostShares``.
    ///
    /// A day counts once however many rows and tables name it. Rows without a date count nothing.
    ///
    /// - Parameter wanted: The date column of each table that is read.
    /// - Throws: ``StudyError/unreadable(contributor:)`` when the storage is damaged.
    /// - Cost: linear in the rows.
    public func draw(
        over cohort: some CohortReader, reading wanted: [TableColumns],
        from source: inout ByteSource
    ) throws -> [UInt64] {
        var shares: [UInt64] = []
        shares.reserveCapacity(cohort.count)
        var room = cohort.makeRoom(for: wanted)
        for contributor in 0..<cohort.count {
            let tables: [Rows]
            do {
                tables = try cohort.tables(of: contributor, reading: wanted, in: &room)
            } catch {
                throw StudyError.unreadable(contributor: contributor)
            }
            guard tables.count == wanted.count,
                wanted.indices.allSatisfy({
                    TableColumns.areFilled(
                        wanted[$0].columns, of: wanted[$0].schema.columns.count, in: tables,
                        at: $0)
                })
            else { throw StudyError.unreadable(contributor: contributor) }
            let days = DayBands.days(in: tables, reading: wanted)
            let band = DayBands.bounds.count { $0 <= days }
            shares.append(UInt64(response.answer(band, from: &source)) + 1)
        }
        return shares
    }

    static func days(in tables: [Rows], reading wanted: [TableColumns]) -> Int {
        var days: Set<Int64> = []
        for (rows, table) in zip(tables, wanted) {
            for column in table.columns {
                let isTime = table.schema.columns[column].kind == .timestamp
                for value in rows.columns[column].values where value != Schema.null {
                    days.insert(isTime ? value.flooredQuotient(86_400_000_000) : value)
                }
            }
        }
        return days.count
    }
}
