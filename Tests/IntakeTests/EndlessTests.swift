// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Vault

@testable import Intake

/// Makes a file as it is read: a head, one part again and again, a tail.
final class RepeatingStream: ByteStream {
    private let head: [UInt8]
    private let part: [UInt8]
    private let tail: [UInt8]
    private let size: Int64
    private var offset: Int64 = 0

    init(_ head: String, _ part: String, _ tail: String, size: Int64) {
        self.head = Array(head.utf8)
        self.part = Array(String(repeating: part, count: max(1, 65_536 / part.utf8.count)).utf8)
        self.tail = Array(tail.utf8)
        let parts = max(1, (size - Int64(self.head.count)) / Int64(self.part.count))
        self.size = Int64(self.head.count) + parts * Int64(self.part.count)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let source: ArraySlice<UInt8>
        if offset < head.count {
            source = head[Int(offset)...]
        } else if offset < size {
            source = part[Int((offset - Int64(head.count)) % Int64(part.count))...]
        } else {
            source = tail.dropFirst(Int(offset - size))
        }
        let count = min(buffer.count, source.count)
        source.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[..<count])) }
        offset += Int64(count)
        return count
    }
}

/// A big file without a disk, read by an importer in a process of its own.
enum Endless {
    /// Megabytes of 10^6 bytes; a nightly run says more.
    static let megabytes =
        ProcessInfo.processInfo.environment["INTAKE_STREAM_MEGABYTES"].flatMap { Int64($0) } ?? 10

    static let xml = (
        head: "<HealthData locale=\"en_US\">\n",
        part: "<Record type=\"HKQuantityTypeIdentifierStepCount\" sourceName=\"W\" unit=\"count\" "
            + "startDate=\"2019-06-11 15:00:00 -0700\" value=\"12\"/>\n", tail: "</HealthData>\n"
    )
    static let json = (
        head: "[\n",
        part: "{\"endTime\":\"2023-02-01 09:21\",\"artistName\":\"A\",\"trackName\":\"T\","
            + "\"msPlayed\":1840},\n",
        tail: "{\"endTime\":\"2023-02-01 09:22\",\"artistName\":\"A\",\"trackName\":\"T\","
            + "\"msPlayed\":1840}]\n"
    )
    static let csv = (
        head: "who,day,sum,note\n", part: "A,2020-01-05,3.50,\"a \"\"note\"\"\nof two lines\"\n",
        tail: ""
    )

    static func session(_ limits: IntakeLimits = .init()) throws -> Session {
        let mapping = try Mapping(
            parsing: Array(
                """
                {"table": "t", "person": "who", "columns": [
                 {"source": "day", "name": "day", "kind": "date"},
                 {"source": "sum", "name": "sum", "kind": "decimal", "scale": 2},
                 {"source": "note", "name": "note", "kind": "text"}]}
                """.utf8))
        return Session(format: .mapped, options: .init(mapping: mapping, limits: limits)) {
            _, _ in
        }
    }

    static func entry(
        _ text: (head: String, part: String, tail: String), megabytes: Int64
    ) -> Parcel.Entry {
        Parcel.Entry(
            name: "big",
            open: { () throws(IntakeError) in
                RepeatingStream(text.head, text.part, text.tail, size: megabytes * 1_000_000)
            }, path: nil)
    }

    static func importer(_ kind: String, _ session: Session) throws -> any Importer {
        switch kind {
        case "xml": AppleImporter(session)
        case "json": SpotifyImporter(session, isExtended: false)
        default: try MappedImporter(session)
        }
    }

    static func text(_ kind: String) -> (head: String, part: String, tail: String) {
        kind == "xml" ? xml : kind == "json" ? json : csv
    }

    /// The most memory this process had since ``forgetPeak()``, in megabytes.
    static var peak: Int {
        let lines = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let peak = lines.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return peak?.split(separator: " ").compactMap { Int($0) }.first.map { $0 / 1_024 } ?? 0
    }

    /// Starts the peak anew from what is held now (proc(5), clear_refs).
    private static func forgetPeak() {
        guard let file = fopen("/proc/self/clear_refs", "w") else { return }
        fputs("5", file)
        fclose(file)
    }

    /// Reads a small file, then a big one, and ends the process where the big one took much more.
    static func compare(_ kind: String) throws {
        func peak(of megabytes: Int64) throws -> Int {
            forgetPeak()
            let session = try session()
            let importer = try importer(kind, session)
            try importer.read(entry(text(kind), megabytes: megabytes))
            try importer.finish()
            let report = try session.finish()
            precondition(report.bytes > megabytes * 970_000 && report.dropped.isEmpty)
            return Endless.peak
        }
        _ = try peak(of: 3)
        let small = try peak(of: 3)
        // JSON takes more time, and would leave more behind.
        let big = try peak(of: kind == "json" ? megabytes / 2 : megabytes)
        precondition(big - small < 4, "\(kind): \(small) MB, then \(big) MB")
    }
}

@Suite struct EndlessTests {
    @Test func `a CSV of any size takes the same memory`() async {
        await #expect(processExitsWith: .success) { try Endless.compare("csv") }
    }

    @Test func `JSON of any size takes the same memory`() async {
        await #expect(processExitsWith: .success) { try Endless.compare("json") }
    }

    @Test func `XML of any size takes the same memory`() async {
        await #expect(processExitsWith: .success) { try Endless.compare("xml") }
    }

    @Test(arguments: ["csv", "json", "xml"])
    func `a file beyond the limit is refused at the limit, however much more would come`(
        kind: String
    ) throws {
        var limits = IntakeLimits()
        limits.bytes = 2_000_000
        let session = try Endless.session(limits)
        let importer = try Endless.importer(kind, session)
        let error = #expect(throws: IntakeError.self) {
            // Sixty-four gigabytes, of which two megabytes are made.
            try importer.read(Endless.entry(Endless.text(kind), megabytes: 64_000))
        }
        #expect(error?.code == .limit && error?.reason.contains("2000000 bytes") == true)
        #expect(error?.mend.isEmpty == false)
    }

    @Test(arguments: [
        ("csv", "who,day,sum,note\nA,2020-01-05,1,\"", "never closed "),
        ("csv", "who,day,sum,note", ",more"), ("csv", "who,day,sum,note\nA,1,1,", "no line end "),
        ("json", "[{\"endTime\":\"", "never closed "), ("json", "[", "["),
        ("xml", "<HealthData><Record a=\"", "never closed "), ("xml", "<HealthData>", "<Record>"),
        ("xml", "<HealthData><!--", "never closed "),
    ])
    func `a record that never ends is refused in bounded memory`(
        kind: String, head: String, part: String
    ) throws {
        var limits = IntakeLimits()
        limits.record = 1 << 18
        limits.bytes = 24_000_000
        let session = try Endless.session(limits)
        let importer = try Endless.importer(kind, session)
        let error = #expect(throws: IntakeError.self) {
            try importer.read(Endless.entry((head, part, ""), megabytes: 64_000))
        }
        #expect(error?.code == .limit || error?.code == .malformed)
        #expect(error?.mend.isEmpty == false)
    }
}
