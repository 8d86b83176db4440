// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Intake
internal import Vault

/// Reads one file as an import does, up to the typed rows, and counts them.
enum Reading {
    static func measure(_ path: String, mapping text: String?) throws -> [String: Double] {
        var options = IntakeOptions()
        if let text { options.mapping = try Mapping(parsing: Array(text.utf8)) }
        var sink = CountingSink()
        let start = Meter.now
        let report = try Intake.read(path, options: options, into: &sink)
        let timing = Meter.since(start)
        let megabytes = Double(report.bytes) / 1e6
        return [
            "mb_per_second": megabytes / timing.wall,
            "mb_per_processor_second": megabytes / timing.processor,
            "peak_mb": Meter.peakMegabytes, "megabytes": megabytes, "rows": Double(sink.rows),
            "read": Double(report.tables.reduce(0) { $0 + $1.read }),
            "dropped": Double(report.dropped.reduce(0) { $0 + $1.count }),
        ]
    }
}

/// Counts rows.
private struct CountingSink: RowSink {
    private(set) var rows = 0

    mutating func take(_ rows: Rows, of person: String?) { self.rows += rows.count }
}
