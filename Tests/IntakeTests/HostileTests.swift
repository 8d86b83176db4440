// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Testing
import Vault
import TestSupport

@testable import Intake

@Suite struct HostileTests {
    private func refusal(_ path: String, _ options: IntakeOptions = .init()) throws -> IntakeError {
        try #require(#expect(throws: IntakeError.self) { _ = try read(path, options) })
    }

    @Test func `what is no file is refused at once`() throws {
        let scratch = try Scratch()
        #expect(try refusal(scratch.path + "/missing").code == .unreadable)
        #expect(try refusal("").code == .unreadable)
        #expect(try refusal("/dev/zero").code == .notAFile)
        #expect(try refusal(scratch.path).code == .empty)
        #expect(try refusal(try scratch.write("empty.csv", "")).code == .empty)
        let pipe = scratch.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(try refusal(pipe).code == .notAFile)
    }

    @Test func `a link or pipe inside a folder is passed over`() throws {
        let scratch = try Scratch()
        _ = try scratch.write("d.csv", "Id,ActivityDate,TotalSteps\n1,4/12/2016,5\n")
        #expect(mkfifo(scratch.path + "/pipe", 0o600) == 0)
        #expect(symlink("/dev/zero", scratch.path + "/zero.csv") == 0)
        #expect(symlink(scratch.path, scratch.path + "/loop") == 0)
        #expect(try read(scratch.path).report.files == 1)
    }

    @Test func `exports of two services in one folder are refused by name`() throws {
        let scratch = try Scratch()
        _ = try scratch.write("a.csv", "Id,ActivityDate,TotalSteps\n1,4/12/2016,5\n")
        _ = try scratch.write("b.csv", "Title,Date\nX,1/13/20\n")
        let error = try refusal(scratch.path)
        #expect(error.code == .severalFormats && error.reason.contains("Fitabase"))
    }

    @Test func `an extension deceives nobody`() throws {
        let scratch = try Scratch()
        let path = try scratch.write("photo.jpg", "Title,Date\nX,1/13/20\n")
        #expect(try Intake.detect(path) == .netflixHistory)
    }

    @Test func `ambiguous dates are refused until the order is said`() throws {
        let scratch = try Scratch()
        let path = try scratch.write("h.csv", "Title,Date\nX,1/2/20\n")
        #expect(try refusal(path).code == .ambiguousDates)
        let day = try read(path, .init(dateOrder: .dayFirst)).report.table("views")?.dates
        #expect(day?.lowerBound.description == "2020-02-01")
    }

    @Test func `limits on bytes and people hold`() throws {
        let scratch = try Scratch()
        let rows = (0..<50).map { "\($0),4/12/2016,5\n" }.joined()
        let path = try scratch.write("d.csv", "Id,ActivityDate,TotalSteps\n" + rows)
        var limits = IntakeLimits()
        limits.persons = 49
        #expect(try refusal(path, .init(limits: limits)).code == .limit)
        limits = IntakeLimits()
        limits.bytes = 100
        #expect(try refusal(path, .init(limits: limits)).code == .limit)
    }

    @Test func `a sink that fails ends the import with its own error`() throws {
        struct Full: Error {}
        struct FullSink: RowSink {
            mutating func take(_ rows: Rows, of person: String?) throws { throw Full() }
        }
        let scratch = try Scratch()
        let path = try scratch.write("d.csv", "Id,ActivityDate,TotalSteps\n1,4/12/2016,5\n")
        var sink = FullSink()
        let error = #expect(throws: IntakeError.self) { _ = try Intake.read(path, into: &sink) }
        #expect(error?.code == .sink && error?.underlying is Full)
    }

    private static let seeds: [(name: String, text: String)] = [
        (
            "a.csv",
            "Id,ActivityDate,TotalSteps,TotalDistance,Calories\n1,4/12/2016,13162,8.5,1985\n"
                + "\"2\",4/13/2016,\"1\"\"0\",1e3,\n"
        ),
        ("h.csv", "Title,Date\n\"A: B\",\"12/13/26\"\nC,1/2/20\n"),
        (
            "v.csv",
            "Profile Name,Start Time,Duration,Title,Country\n"
                + "Ann,2010-06-03 16:59:44,1:59:59,Love,GB (United Kingdom)\n"
        ),
        (
            "o.csv",
            "Order ID,Order Date,Product Name,Unit Price,Quantity,Total Owed\n"
                + "1-2,2026-08-01T14:03:11Z,Cable,\"$1,300.00\",1,14.00\n"
        ),
        (
            "s.json",
            "[{\"endTime\":\"2023-02-01 09:21\",\"artistName\":\"A\",\"trackName\":\"T\\u00e9\","
                + "\"msPlayed\":184000}]"
        ),
        ("steps-1.json", "[{\"dateTime\":\"04/13/16 00:00:00\",\"value\":\"4\"}]"),
        (
            "sleep-1.json",
            "[{\"logId\":1,\"dateOfSleep\":\"2016-05-11\",\"minutesAsleep\":285,\"timeInBed\":306}]"
        ),
        (
            "export.xml",
            "<?xml version=\"1.0\"?><!DOCTYPE H [<!ELEMENT H (a)>]><HealthData><Record "
                + "type=\"HKQuantityTypeIdentifierStepCount\" sourceName=\"A&amp;B\" unit=\"count\" "
                + "startDate=\"2019-06-11 15:00:00 -0700\" value=\"12\"/></HealthData>"
        ),
    ]

    @Test(arguments: 0..<8)
    func `mutated files are read or refused, never a trap`(index: Int) throws {
        let scratch = try Scratch()
        let (name, text) = HostileTests.seeds[index]
        let plain = Array(text.utf8)
        #expect(throws: Never.self) {
            _ = try read(try scratch.write(name, text), .init(dateOrder: .monthFirst))
        }
        var generator = Seeded(UInt64(index) + 1)
        let spice = Array("\"',;\n\r\u{0}<>&[]{}\\/-9eE+:".utf8) + [0xff, 0xc3, 0x80]
        var refused = 0
        for _ in 0..<250 {
            var bytes = plain
            for _ in 0..<Int.random(in: 1...6, using: &generator) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: bytes[place] = spice[Int.random(in: 0..<spice.count, using: &generator)]
                case 1: bytes.insert(spice.randomElement(using: &generator) ?? 0, at: place)
                case 2: bytes.remove(at: place)
                case 3: bytes.removeLast(bytes.count - place)
                default: bytes.insert(contentsOf: bytes[place...].prefix(40), at: place)
                }
            }
            let path = try scratch.write(name, bytes: bytes)
            do throws(IntakeError) { _ = try read(path) } catch {
                refused += 1
                #expect(!error.reason.isEmpty)
            }
        }
        #expect(refused > 0)
    }

    @Test func `random bytes are refused`() throws {
        let scratch = try Scratch()
        var generator = Seeded(99)
        for _ in 0..<100 {
            let count = Int.random(in: 1...3_000, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(throws: IntakeError.self) {
                _ = try read(try scratch.write("x.bin", bytes: bytes))
            }
        }
    }
}
