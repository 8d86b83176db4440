// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB
import Testing
import TestSupport

@testable import Intake

/// Browser databases that are damaged, or made to harm whoever opens them.
@Suite struct BrowserHostileTests {
    /// A database of its own making, closed; its write-ahead log stays beside it where there is one.
    private func database(_ sql: String, wal: Bool = false) throws -> (path: String, Scratch) {
        let scratch = try Scratch()
        let path = scratch.path + "/History"
        let queue = try DatabaseQueue(path: path)
        if wal { try queue.inDatabase { try $0.execute(sql: "PRAGMA journal_mode = WAL") } }
        try queue.inDatabase { try $0.execute(sql: sql) }
        guard wal else {
            try queue.close()
            return (path, scratch)
        }
        // Closing would empty the log: take both as a running browser leaves them.
        let copy = scratch.path + "/copied/History"
        try FileManager.default.createDirectory(
            atPath: scratch.path + "/copied", withIntermediateDirectories: true)
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
        }
        try queue.close()
        return (copy, scratch)
    }

    private static let tables = """
        CREATE TABLE urls (id INTEGER PRIMARY KEY, url LONGVARCHAR);
        CREATE TABLE visits (id INTEGER PRIMARY KEY, url INTEGER, visit_time INTEGER,
          transition INTEGER, visit_duration INTEGER);

        """
    private static let rows = """
        INSERT INTO urls VALUES (1, 'https://example.org/a?b=c');
        INSERT INTO visits VALUES (1, 1, 13255329376000000, 0, 0);

        """

    private func refusal(_ sql: String) throws -> IntakeError {
        let (path, scratch) = try database(sql)
        defer { withExtendedLifetime(scratch) {} }
        return try #require(#expect(throws: IntakeError.self) { _ = try read(path) })
    }

    @Test func `a plain history is read, and its triggers never fire`() throws {
        let (path, scratch) = try database(
            BrowserHostileTests.tables + BrowserHostileTests.rows + """
                CREATE TRIGGER a AFTER INSERT ON visits BEGIN DELETE FROM urls; END;
                CREATE VIEW v AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n)
                  SELECT x FROM n;
                CREATE INDEX i ON visits (visit_time, length(hex(url)));
                """)
        let (report, sink) = try read(path)
        #expect(report.format == .chrome && report.table("visits")?.kept == 1)
        #expect(sink.texts("visits", "domain") == ["example.org"])
        withExtendedLifetime(scratch) {}
    }

    @Test(arguments: [
        // Views that never end.
        """
        CREATE VIEW urls AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)
          SELECT x AS id, 'https://a.org' AS url FROM n;
        CREATE TABLE visits (id INTEGER PRIMARY KEY, url INTEGER, visit_time INTEGER,
          transition INTEGER, visit_duration INTEGER);
        """,
        // A module's table.
        """
        CREATE VIRTUAL TABLE urls USING fts5(id, url);
        CREATE TABLE visits (id INTEGER PRIMARY KEY, url INTEGER, visit_time INTEGER,
          transition INTEGER, visit_duration INTEGER);
        """,
        // A column that computes half a gigabyte.
        """
        CREATE TABLE urls (id INTEGER PRIMARY KEY,
          url TEXT GENERATED ALWAYS AS (hex(zeroblob(250000000))));
        CREATE TABLE visits (id INTEGER PRIMARY KEY, url INTEGER, visit_time INTEGER,
          transition INTEGER, visit_duration INTEGER);
        INSERT INTO urls (id) VALUES (1);
        INSERT INTO visits VALUES (1, 1, 13255329376000000, 0, 0);
        """,
        // Ids that many pages share: a thousand thousand rows of two thousand.
        """
        CREATE TABLE urls (id INTEGER, url TEXT);
        CREATE TABLE visits (id INTEGER PRIMARY KEY, url INTEGER, visit_time INTEGER,
          transition INTEGER, visit_duration INTEGER);
        WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1000)
          INSERT INTO urls SELECT 1, 'https://a.org/' || x FROM n;
        """,
        // Columns of other names.
        "CREATE TABLE urls (id INTEGER PRIMARY KEY); CREATE TABLE visits (id INTEGER PRIMARY KEY);",
        // One page address of twenty megabytes.
        tables + """
            INSERT INTO urls VALUES (1, 'https://a.org/' || hex(zeroblob(10000000)));
            INSERT INTO visits VALUES (1, 1, 13255329376000000, 0, 0);
            """,
        // Nothing of a browser's.
        "CREATE TABLE t (a); CREATE VIEW visits AS SELECT 1; CREATE VIEW urls AS SELECT 2;",
    ])
    func `tables that no browser makes are refused`(sql: String) throws {
        let error = try refusal(sql)
        #expect(error.code == .malformed || error.code == .unknownFormat)
        #expect(!error.mend.isEmpty)
    }

    @Test func `values of the wrong type are dropped and counted`() throws {
        let (path, scratch) = try database(
            BrowserHostileTests.tables + BrowserHostileTests.rows + """
                INSERT INTO urls VALUES (2, x'fffe00'), (3, NULL), (4, 5), (5, 'https://b.org');
                INSERT INTO visits VALUES (2, 1, 'soon', 0, 0), (3, 1, x'00', 0, 0),
                  (4, 1, 9e999, 0, 0), (5, 1, NULL, 0, 0), (6, 1, 9223372036854775807, 0, 0),
                  (7, 2, 13255329376000001, 0, 0), (8, 3, 13255329376000002, 0, 0),
                  (9, 4, 13255329376000003, 0, 0), (10, 99, 13255329376000004, 0, 0),
                  (11, 5, 13255329376000005, 'link', 'long'),
                  (12, 5, 13255329376000006, -1, -9223372036854775808);
                """)
        let (report, sink) = try read(path)
        #expect(report.table("visits")?.read == 11 && report.table("visits")?.kept == 3)
        #expect(report.dropped("no_date") == 5 && report.dropped("not_a_web_page") == 3)
        #expect(sink.texts("visits", "domain").sorted() == ["b.org", "b.org", "example.org"])
        withExtendedLifetime(scratch) {}
    }

    @Test func `a write-ahead log is read, may be missing, and may be damaged`() throws {
        let (path, scratch) = try database(
            BrowserHostileTests.tables + BrowserHostileTests.rows, wal: true)
        #expect(try read(path).report.table("visits")?.kept == 1)
        let log = try Data(contentsOf: URL(filePath: path + "-wal"))
        var generator = Seeded(31)
        for _ in 0..<20 {
            var bytes = Array(log)
            for _ in 0..<4 {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^= 0x41
            }
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
            try Data(bytes).write(to: URL(filePath: path + "-wal"))
            expectAnswer(path)
        }
        try FileManager.default.removeItem(atPath: path + "-wal")
        expectAnswer(path)
        withExtendedLifetime(scratch) {}
    }

    /// Reads or refuses, and never more rows than a small file can hold.
    private func expectAnswer(_ path: String) {
        do throws(IntakeError) {
            let report = try read(path).report
            #expect(report.table("visits")?.read ?? 0 < 10_000)
        } catch { #expect(!error.reason.isEmpty && !error.mend.isEmpty) }
    }

    @Test(
        .enabled(if: Shared.isThere, "the shared samples are absent"),
        arguments: [("chrome", 60), ("firefox", 15), ("safari", 60)])
    func `mutated histories are read or refused, never a trap`(name: String, rounds: Int) throws {
        let scratch = try Scratch()
        let plain = Array(
            try Data(contentsOf: URL(filePath: Shared.path("exports/browser/\(name).sqlite"))))
        var generator = Seeded(41)
        for round in 0..<rounds {
            var bytes = plain
            switch round % 5 {
            case 0:  // the header: page size, encoding, counters, versions
                for _ in 0..<3 {
                    bytes[Int.random(in: 16..<100, using: &generator)] =
                        UInt8.random(in: 0...255, using: &generator)
                }
            case 1:  // another page size
                let size = UInt16(1) << UInt16.random(in: 9..<16, using: &generator)
                bytes[16] = UInt8(size >> 8)
                bytes[17] = UInt8(size & 0xff)
            case 2: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &generator))
            case 3:  // the schema, as text
                for _ in 0..<40 {
                    bytes[Int.random(in: 100..<8_192, using: &generator)] =
                        UInt8.random(in: 0...255, using: &generator)
                }
            default:
                for _ in 0..<bytes.count / 200 {
                    bytes[Int.random(in: 100..<bytes.count, using: &generator)] ^=
                        1 << UInt8.random(in: 0..<8, using: &generator)
                }
            }
            expectAnswer(try scratch.write("History", bytes: bytes))
        }
    }

    @Test func `a database beyond the limit is refused before it is opened`() throws {
        let (path, scratch) = try database(BrowserHostileTests.tables + BrowserHostileTests.rows)
        var limits = IntakeLimits()
        limits.database = 4_096
        let error = #expect(throws: IntakeError.self) {
            _ = try read(path, .init(limits: limits))
        }
        #expect(error?.code == .limit)
        withExtendedLifetime(scratch) {}
    }
}
