// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Vault

@testable import Intake

/// Keeps everything that an import hands on.
struct KeepingSink: RowSink {
    var batches: [(person: String?, rows: Rows)] = []

    mutating func take(_ rows: Rows, of person: String?) throws {
        #expect(rows.count > 0 && rows.count <= 4_096)
        batches.append((person, rows))
    }

    func rows(_ table: String) -> Int {
        batches.filter { $0.rows.schema.table == table }.reduce(0) { $0 + $1.rows.count }
    }

    /// All values of a column that are not NULL, in the order of arrival.
    func values(_ table: String, _ column: String, of person: String? = nil) -> [Int64] {
        batches.filter { $0.rows.schema.table == table && (person == nil || $0.person == person) }
            .flatMap { batch -> [Int64] in
                guard let place = batch.rows.schema.index(of: column) else { return [] }
                return batch.rows.columns[place].values.filter { $0 != Schema.null }
            }
    }

    func texts(_ table: String, _ column: String) -> [String] {
        batches.filter { $0.rows.schema.table == table }.flatMap { batch -> [String] in
            guard let place = batch.rows.schema.index(of: column) else { return [] }
            let column = batch.rows.columns[place]
            return column.values.filter { $0 != Schema.null }.map { column.dictionary[Int($0)] }
        }
    }
}

/// Where samples that may not be copied into the repository lie, beside it.
enum Shared {
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "shared/data").path
    static let isThere = FileManager.default.fileExists(atPath: root + "/exports")
    static func path(_ part: String) -> String { root + "/" + part }
}

/// A folder that is gone after the test.
final class Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "intake-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws -> String {
        try write(name, bytes: Array(text.utf8))
    }

    func write(_ name: String, bytes: [UInt8]) throws -> String {
        let file = URL(filePath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path
    }
}

func read(
    _ path: String, _ options: IntakeOptions = .init()
) throws(IntakeError) -> (report: IntakeReport, sink: KeepingSink) {
    var sink = KeepingSink()
    let report = try Intake.read(path, options: options, into: &sink)
    return (report, sink)
}

extension IntakeReport {
    func table(_ name: String) -> Table? { tables.first { $0.schema.table == name } }
    func dropped(_ code: String) -> Int {
        dropped.filter { $0.code == code }.reduce(0) { $0 + $1.count }
    }
    func masked(_ what: Secret) -> Int {
        masked.filter { $0.what == what }.reduce(0) { $0 + $1.count }
    }
}
