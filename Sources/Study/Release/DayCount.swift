// SPDX-License-Identifier: Apache-2.0
internal import Canon
public import Vault

/// How many days of data a contributor gave, in four bands.
///
/// A day counts once however many rows and tables name it. Rows without a date count nothing.
public struct DayCount: BandStep {
    /// The days at which a higher band begins.
    public static let bounds = [30, 120, 365]

    /// How many bands that makes.
    public static let count = bounds.count + 1

    /// The date column of each table that is read.
    public let reads: [TableColumns]

    /// Counts days by these columns.
    public init(reading wanted: [TableColumns]) { reads = wanted }

    /// Under 30 days, to 119, to 364, more.
    public var bands: Int { DayCount.count }

    /// Needs none.
    public func makeScratch() {}

    /// Cost: linear in the rows.
    public func band(of tables: [Rows], using scratch: inout Void) -> Int {
        let days = DayCount.days(in: tables, reading: reads)
        return DayCount.bounds.count { $0 <= days }
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
