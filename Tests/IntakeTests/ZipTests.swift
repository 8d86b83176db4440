// SPDX-License-Identifier: Apache-2.0
import CZip
import Foundation
import Testing
import TestSupport

@testable import Intake

@Suite struct ZipTests {
    private func archive(_ files: [(name: String, bytes: [UInt8])], _ scratch: Scratch) throws
        -> String
    {
        let path = scratch.path + "/export-\(UUID()).zip"
        var code: Int32 = 0
        let handle = try #require(zip_open(path, ZIP_CREATE, &code))
        for (name, bytes) in files {
            // libzip frees the copy.
            let copy = try #require(malloc(max(bytes.count, 1)))
            bytes.withUnsafeBytes { raw in
                if let base = raw.baseAddress { memcpy(copy, base, bytes.count) }
            }
            let source = zip_source_buffer(handle, copy, UInt64(bytes.count), 1)
            #expect(zip_file_add(handle, name, source, UInt32(ZIP_FL_ENC_UTF_8)) >= 0)
        }
        #expect(zip_close(handle) == 0)
        return path
    }

    private let days = Array("Id,ActivityDate,TotalSteps\n1,4/12/2016,5\n".utf8)

    @Test func `an export is read inside its archive, whatever its name`() throws {
        let scratch = try Scratch()
        let xml = Array(
            ("<HealthData><Record type=\"HKQuantityTypeIdentifierStepCount\" unit=\"count\" "
                + "startDate=\"2019-06-11 15:00:00 -0700\" value=\"12\"/></HealthData>").utf8)
        let path = try archive(
            [
                ("apple_health_export/exportación.xml", xml),
                ("apple_health_export/export_cda.xml", Array("<ClinicalDocument/>".utf8)),
                ("apple_health_export/workout-routes/r.gpx", Array("<gpx/>".utf8)),
            ], scratch)
        let (report, sink) = try read(path)
        #expect(report.format == .appleHealth && report.files == 1)
        #expect(sink.values("activity_days", "steps") == [12])
        #expect(report.warnings.contains { $0.contains("2 other files") })
    }

    @Test func `names that climb out of a folder are only labels`() throws {
        let scratch = try Scratch()
        let path = try archive([("../../../../tmp/evil.csv", days)], scratch)
        #expect(try read(path).report.table("activity_days")?.kept == 1)
        #expect(!FileManager.default.fileExists(atPath: "/tmp/evil.csv"))
    }

    @Test func `a bomb is stopped`() throws {
        let scratch = try Scratch()
        let line = [UInt8](repeating: 0x20, count: 1 << 16) + [0x0a]
        let bomb = days + Array(repeatElement(line, count: 1_280).joined())
        let error = #expect(throws: IntakeError.self) {
            _ = try read(try archive([("bomb.csv", bomb)], scratch))
        }
        #expect(error?.code == .limit && error?.file == "bomb.csv")
    }

    @Test func `too many entries are refused before any is read`() throws {
        let scratch = try Scratch()
        let path = try archive((0..<20).map { ("d\($0).csv", days) }, scratch)
        var limits = IntakeLimits()
        limits.entries = 19
        let error = #expect(throws: IntakeError.self) { _ = try read(path, .init(limits: limits)) }
        #expect(error?.code == .limit)
    }

    @Test func `an archive in an archive is not opened`() throws {
        let scratch = try Scratch()
        let inner = try archive([("d.csv", days)], scratch)
        let bytes = Array(try Data(contentsOf: URL(filePath: inner)))
        let error = #expect(throws: IntakeError.self) {
            _ = try read(try archive([("inner.zip", bytes)], scratch))
        }
        #expect(error?.mend.isEmpty == false)
    }

    @Test func `a damaged archive is refused wherever it is cut or flipped`() throws {
        let scratch = try Scratch()
        let rows = (0..<400).map { "\($0),4/12/2016,\($0)\n" }.joined()
        let whole = Array(
            try Data(
                contentsOf: URL(
                    filePath: try archive(
                        [("d.csv", Array("Id,ActivityDate,TotalSteps\n\(rows)".utf8))], scratch))))
        for cut in stride(from: 4, to: whole.count, by: 97) {
            let path = try scratch.write("cut.zip", bytes: Array(whole[..<cut]))
            #expect(throws: IntakeError.self) { _ = try read(path) }
        }
        var generator = Seeded(5)
        for _ in 0..<100 {
            var bytes = whole
            let place = Int.random(in: 4..<bytes.count, using: &generator)
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            let path = try scratch.write("flip.zip", bytes: bytes)
            do throws(IntakeError) { _ = try read(path) } catch {
                #expect(!error.reason.isEmpty)
            }
        }
    }
}
