// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Vault
import TestSupport

@testable import Intake

@Suite struct MappingDraftTests {
    private func draft(_ text: String, table: String = "t") throws -> MappingDraft {
        try Mapping.draft(of: Array(text.utf8), table: table)
    }

    /// The draft by the start of a shared file, and more of the file than the draft has seen.
    private func shared(_ part: String) throws -> (draft: MappingDraft, text: [UInt8]) {
        let handle = try #require(FileHandle(forReadingAtPath: Shared.path("people/" + part)))
        let head = Array(try #require(try handle.read(upToCount: 256 << 10)))
        let draft = try Mapping.draft(of: Array(head.prefix(64 << 10)), table: "people")
        return (draft, DraftSample.wholeRecords(head))
    }

    private func table(_ header: String, _ rows: [String]) -> String {
        header + "\n" + rows.map { $0 + "\n" }.joined()
    }

    @Test(
        .enabled(if: Shared.isThere, "the shared samples are absent"),
        arguments: [
            ("cdnow/transactions.csv", "customer_id"), ("adult-income/adult.csv", "person_row"),
            ("completejourney-groceries/transactions.csv", "household_id"),
            ("completejourney-groceries/demographics.csv", "household_id"),
            ("credit-default/credit_default.csv", "ID"), ("psid-wages/PSID7682.csv", "id"),
            ("medical-visits/NMES1988.csv", nil), ("household-scanner/Catsup.csv", "id"),
            ("smartwatch-exercises/recordings.csv", "subject"),
            ("student-ratings/InstEval.csv", nil), ("rand-health-insurance/RandHIE.csv", nil),
        ] as [(String, String?)])
    func `a shared table is read by its draft, and by the draft's file`(
        part: String, person: String?
    ) throws {
        let (draft, text) = try shared(part)
        let scratch = try Scratch()
        let path = try scratch.write("people.csv", bytes: text)
        #expect(draft.person == person)
        let mapping = try draft.mapping()
        #expect(try Mapping(parsing: try draft.document()) == mapping)
        let (report, _) = try read(path, .init(mapping: mapping))
        let rows = try #require(report.table("people"))
        #expect(rows.kept == rows.read && rows.kept > 100)
        // What the start of the file did not show may be dropped, but hardly ever.
        let values = rows.read * mapping.schema.columns.count
        #expect(report.dropped("unreadable_value") * 20 < values)
        for column in mapping.schema.columns where column.kind == .integer {
            let bounds = try #require(column.bounds)
            #expect([1, 2, 5].contains(Int("\(bounds.upperBound)".prefix(1)) ?? 0))
        }
    }

    @Test(.enabled(if: Shared.isThere, "the shared samples are absent"))
    func `kinds, dates and names of known tables are found`() throws {
        let cdnow = try shared("cdnow/transactions.csv").draft
        #expect(cdnow.columns.map(\.name) == ["customer_id", "date", "cds", "amount_usd"])
        #expect(cdnow.columns[1].kind == .date && cdnow.columns[1].format == .compact)
        #expect(cdnow.columns[2].kind == .integer)
        #expect(cdnow.columns[3].kind == .decimal(scale: 2) && cdnow.columns[3].unit == "USD")
        #expect(cdnow.columns[3].bounds == 0...100_000_000)
        let adult = try shared("adult-income/adult.csv").draft
        let byName = Dictionary(uniqueKeysWithValues: adult.columns.map { ($0.name, $0) })
        #expect(byName["age"]?.bounds == 0...200)
        #expect(byName["sex"]?.categories == ["Female", "Male"])
        #expect(byName["marital_status"]?.kind == .category)
        let journey = try shared("completejourney-groceries/transactions.csv").draft
        #expect(journey.columns.last?.kind == .timestamp)
    }

    @Test func `what could tell who someone is is never taken`() throws {
        let rows = (0..<40).map { row in
            "Anna Schmidt,a\(row)@example.org,+49 30 1234\(10 + row),Hauptstr. \(row),10115,"
                + "48.13\(row),11.57\(row),192.168.1.\(row),4111 1111 1111 1111,1990-01-\(10 + row % 9),"
                + "AB-\(row),DE89370400440532013000,https://x.org/\(row),call me,3"
        }
        let header =
            "Kundenname,E-Mail,Telefon,Straße,PLZ,lat,Längengrad,IP-Adresse,Kreditkarte,"
            + "Geburtsdatum,Order ID,Bank,Seite,Bemerkung,Menge"
        let secrets: [IntakeReport.Secret] = [
            .name, .email, .identifier, .address, .address, .coordinates, .coordinates, .ip,
            .payment, .birth, .identifier, .payment, .url, .text,
        ]
        let named = try draft(table(header, rows))
        #expect(named.columns.map(\.secret) == secrets.map(Optional.some) + [nil])
        #expect(named.columns.dropLast().map(\.decision) == secrets.map { .mask($0) })
        #expect(named.columns.last?.name == "menge" && named.columns.last?.decision == .take)
        // By their shape alone, under headers that say nothing: no bank, card or phone is taken.
        let bare = try draft(
            table(
                "a,b,c,d,e,f,g,h",
                (0..<40).map { row in
                    "a\(row)@example.org,(030) 1234\(100 + row),Main Street \(row),10.0.0.\(row),"
                        + "4111111111111111,DE89 3704 0044 0532 0130 00,"
                        + "550e8400-e29b-41d4-a716-4466554400\(10 + row),\"48.137\(row), 11.575\""
                }))
        #expect(
            bare.columns.map(\.secret) == [
                .email, .identifier, .address, .ip, .payment, .payment, .identifier, .coordinates,
            ])
        #expect(throws: IntakeError.self) { _ = try bare.mapping() }
    }

    @Test func `free text and rare words never become categories`() throws {
        let rows = (0..<60).map { row in "\(row % 3 == 0 ? "red" : "blue"),word\(row),\(row)" }
        let plain = try draft(table("colour,thing,count", rows + ["green,word,1"]))
        #expect(plain.columns[0].kind == .category)
        #expect(plain.columns[0].categories == ["blue", "red"])
        #expect(plain.columns[1].kind == .text && plain.columns[1].decision == .leave)
        #expect(plain.columns[2].decision == .take)
    }

    @Test(arguments: [
        ("1234.5", Schema.Kind.decimal(scale: 1), ".", ""),
        ("-12", .integer, ".", ""), ("\"1,234.50\"", .decimal(scale: 2), ".", ","),
        ("$12.30", .decimal(scale: 2), ".", "$"), ("12 %", .integer, ".", " %"),
        ("\"12,5\"", .decimal(scale: 1), ",", ""), ("\"1.234,5\"", .decimal(scale: 1), ",", "."),
        ("007", .text, ".", ""), ("true", .boolean, ".", ""), ("2024-05-06", .date, ".", ""),
        ("2024-05-06T07:08:09Z", .timestamp, ".", ""), ("13.05.2024", .date, ".", ""),
        ("1.2.2024 10:00", .timestamp, ".", ""), ("1690000000", .timestamp, ".", ""),
        ("1690000000123", .timestamp, ".", ""), ("20240506", .date, ".", ""),
        ("2024-05", .text, ".", ""), ("12:30", .text, ".", ""),
    ])
    func `values tell the kind of a column`(
        value: String, kind: Schema.Kind, point: String, strip: String
    ) throws {
        // The header says time, so that seconds since 1970 are meant.
        let column = try draft(table("time,other", Array(repeating: value + ",x", count: 5)))
            .columns[0]
        let isWord = kind == .text
        #expect(isWord ? column.kind == .category || column.kind == .text : column.kind == kind)
        #expect(String(Unicode.Scalar(column.point)) == point && column.strip == strip)
    }

    @Test func `bounds say nothing of the extremes`() throws {
        func bounds(_ values: [Int], _ name: String) throws -> ClosedRange<Int64>? {
            try draft(table("\(name),x", values.map { "\($0),1" })).columns[0].bounds
        }
        let most = Array(repeating: 40, count: 50)
        #expect(try bounds(most, "thing") == 0...10_000)
        #expect(try bounds(most + [9_999_999], "thing") == 0...10_000)
        #expect(try bounds(most + [99], "alter") == 0...200)
        #expect(try bounds(most + [-3], "thing") == -10_000...10_000)
    }

    @Test func `ambiguous dates are said to be so`() throws {
        func column(_ dates: [String]) throws -> MappingDraft.Column {
            try draft(table("d,x", dates.map { $0 + ",1" })).columns[0]
        }
        #expect(try column(["1/2/2020", "3/4/2020"]).isAmbiguous)
        #expect(try !column(["1/2/2020", "3/14/2020"]).isAmbiguous)
        #expect(try column(["1.2.2020", "3.4.2020"]).format == .dayFirst)
        #expect(try column(["13/2/2020", "2/13/2020"]).kind != .date)
    }

    @Test func `names become valid, whatever the header says`() throws {
        let header =
            "Größe (cm),orderDate,orderDate,1st,💰,,Ärger!,ÄRGER,Zuweisung-Nr.é,"
            + String(repeating: "long", count: 40) + ",select"
        let names = try draft(table(header, ["1,2,3,4,5,6,7,8,9,10,11"])).columns.map(\.name)
        #expect(names.allSatisfy(Schema.isName) && Set(names).count == names.count)
        #expect(
            names.prefix(6) == [
                "groesse_cm", "order_date", "n_1st", "column_4", "aerger", "aerger_2",
            ])
        #expect(try draft("a,b\n1,2\n", table: "Meine Käufe!").table == "meine_kaeufe")
        #expect(try draft("a,b\n1,2\n", table: "!").table == "table")
    }

    @Test func `decisions make the mapping`() throws {
        var draft = try draft(table("who;day;sum", ["a;1.2.2020;3,50", "b;14.2.2020;1,25"]))
        draft.person = "who"
        draft.columns[0].decision = .leave
        draft.columns[2].name = "total"
        draft.columns[2].bounds = 0...1_000
        draft.nulls = ["-"]
        draft.key = ["day"]
        let mapping = try draft.mapping()
        #expect(mapping.delimiter == UInt8(ascii: ";") && mapping.nulls == ["-"])
        #expect(
            mapping.schema.columns.map(\.name) == ["day", "total"] && mapping.schema.key == [0])
        #expect(try Mapping(parsing: try draft.document()) == mapping)
        draft.columns[2].name = "day"
        let error = #expect(throws: IntakeError.self) { _ = try draft.mapping() }
        #expect(error?.code == .mapping)
    }

    @Test func `a head cut anywhere, damaged or hostile gives a draft or a refusal`() throws {
        let rows = (0..<30).map { "\($0),\"a, \"\"b\"\"\nc\",2020-01-\(10 + $0 % 9),x@y.z,1e5" }
        let plain = Array(table("id,text,day,mail,n", rows).utf8)
        for cut in stride(from: 0, through: plain.count, by: 7) {
            if let draft = try? Mapping.draft(of: Array(plain[..<cut]), table: "t") {
                #expect(!draft.columns.contains { $0.secret != nil && $0.decision == .take })
            }
        }
        var generator = Seeded(21)
        for _ in 0..<300 {
            var bytes = plain
            for _ in 0..<8 {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] =
                    UInt8.random(in: 0...255, using: &generator)
            }
            guard let draft = try? Mapping.draft(of: bytes, table: "t") else { continue }
            if let mapping = try? draft.mapping() {
                #expect(try Mapping(parsing: try draft.document()) == mapping)
            }
        }
        let wide = (0..<700).map { "c\($0)" }.joined(separator: ",")
        let many = try draft(table(wide, [(0..<700).map(String.init).joined(separator: ",")]))
        #expect(try many.mapping().schema.columns.count == 256)
        for text in ["", "\n", "one\n1\n", "\u{0},b\n", "a,b"] {
            let head = try? draft(text)
            #expect(head.map { $0.columns.map(\.source) } ?? ["a", "b"] == ["a", "b"])
        }
    }
}
