// SPDX-License-Identifier: Apache-2.0
internal import GRDB
internal import Vault

/// The history of Chrome and its kin, Firefox and Safari: moment and site of each visit.
///
/// Only the registrable domain of a page is kept; path, query and title never leave the database.
struct BrowserImporter: Importer {
    private let session: Session
    private let format: Format

    init(_ session: Session, _ format: Format) {
        self.session = session
        self.format = format
    }

    private var tables: [String] {
        switch format {
        case .firefox: ["moz_places", "moz_historyvisits"]
        case .safari: ["history_items", "history_visits"]
        default: ["urls", "visits"]
        }
    }

    // URL (at most 4,096 characters), moment, kind of visit, microseconds open.
    private var query: String {
        switch format {
        case .firefox:
            """
            SELECT substr(p.url, 1, 4096), v.visit_date, v.visit_type, NULL FROM moz_historyvisits v
            JOIN moz_places p ON p.id = v.place_id ORDER BY v.visit_date, v.id
            """
        case .safari:
            """
            SELECT substr(i.url, 1, 4096), v.visit_time, NULL, NULL FROM history_visits v
            JOIN history_items i ON i.id = v.history_item ORDER BY v.visit_time, v.id
            """
        default:
            """
            SELECT substr(u.url, 1, 4096), v.visit_time, v.transition, v.visit_duration
            FROM visits v JOIN urls u ON u.id = v.url ORDER BY v.visit_time, v.id
            """
        }
    }

    func read(_ entry: Parcel.Entry) throws(IntakeError) {
        let database = try BrowserDatabase(entry, limits: session.limits)
        let writer = session.writer(StandardTables.visits)
        session.count(bytes: (try? FileStream(path: entry.path ?? ""))?.size ?? 0)
        try database.read { db in
            for table in tables { try BrowserDatabase.requirePlain(table, in: db) }
            let rows = try Row.fetchCursor(db, sql: query)
            while let row = try rows.next() {
                writer.countRead()
                guard let moment = moment(row) else {
                    session.drop("no_date", "the time of the visit cannot be read")
                    continue
                }
                guard let url = String.fromDatabaseValue(row[0]), let site = Site(url: url) else {
                    session.drop("not_a_web_page", "no http or https page")
                    continue
                }
                session.mask(.url, "url")
                writer.set(0, moment)
                writer.set(1, text: site.domain)
                // Chrome writes microseconds; 0 means that it does not know.
                if let open = Int64.fromDatabaseValue(row[3]), open > 0 {
                    writer.set(2, open / 1_000_000)
                }
                writer.set(3, Int64.fromDatabaseValue(row[2]).map(how))
                try writer.commit(of: nil)
            }
        }
    }

    func finish() {}

    /// Microseconds since 1970; nil outside the years 1990 to 2200.
    private func moment(_ row: Row) -> Int64? {
        let plausible: ClosedRange<Int64> = 631_152_000_000_000...7_258_118_400_000_000
        let value: Int64?
        switch format {
        case .firefox: value = BrowserImporter.whole(row, 1)
        case .safari:
            // Seconds since 2001-01-01, a floating-point number in the database itself.
            value = BrowserImporter.real(row, 1).flatMap {
                Int64(exactly: (($0 + 978_307_200) * 1_000_000).rounded())
            }
        default:
            // Microseconds since 1601-01-01.
            value = BrowserImporter.whole(row, 1).map { $0 &- 11_644_473_600_000_000 }
        }
        return value.flatMap { plausible.contains($0) ? $0 : nil }
    }

    // Not inlined: the optimiser of Swift 6.3.1 stops on both conversions in one function.
    @inline(never) private static func whole(_ row: Row, _ place: Int) -> Int64? {
        Int64.fromDatabaseValue(row[place])
    }

    @inline(never) private static func real(_ row: Row, _ place: Int) -> Double? {
        Double.fromDatabaseValue(row[place])
    }

    /// The place of the kind of visit in the categories of `visits.how`.
    private func how(_ code: Int64) -> Int64 {
        if format == .firefox {
            switch code {
            case 1: return 0
            case 2: return 1
            case 3: return 2
            case 9: return 3
            case 5, 6: return 4
            default: return 5
            }
        }
        // Chrome: the low byte is the core kind, the bits 0xC0000000 mark redirects.
        if code & 0xc000_0000 != 0 { return 4 }
        switch code & 0xff {
        case 0: return 0
        case 1, 5: return 1
        case 2: return 2
        case 8: return 3
        default: return 5
        }
    }
}
