// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Learn
import OwnRows
import Testing

/// A file of somebody's own rows, for as long as a test takes.
final class OwnFile {
    let path: String

    init(_ text: String) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "own-\(UUID()).csv").path
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A file of the vectors.
    static func vector(_ name: String) -> String {
        Bundle.module.bundleURL.appendingPathComponent("Vectors/\(name)").path
    }

    /// What scikit-learn says of the vectors.
    static func reference() throws -> JSON {
        try JSON(
            parsing: Array(
                Data(contentsOf: URL(fileURLWithPath: vector("scikit-learn.json")))))
    }
}

/// What went wrong, in words; empty where nothing did.
func fault(of path: String, _ text: String, person: String? = nil) async -> String {
    do {
        _ = try await OwnRows(path: path, for: text, person: person).train()
        return ""
    } catch { return "\(error)" }
}

func fault(_ rows: String, _ text: String, person: String? = nil) async throws -> String {
    let file = try OwnFile(rows)
    return await fault(of: file.path, text, person: person)
        .replacing(file.path, with: "FILE")
}
