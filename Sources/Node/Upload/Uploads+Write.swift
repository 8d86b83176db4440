// SPDX-License-Identifier: Apache-2.0
internal import Exchange
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

extension Uploads {
    /// Appends a body to a file that was taken, part by part: memory does not grow with it. What came
    /// before an error is kept, for whoever goes on from there.
    ///
    /// - Parameter form: the boundary when the body is a form with the file in it.
    func write(_ body: RequestBody, to upload: Upload, form boundary: String?) async throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: upload.path))
        defer { try? file.close() }
        try file.seek(toOffset: UInt64(upload.received))
        func append(_ bytes: some Collection<UInt8>) throws {
            let count = Int64(bytes.count)
            try grow(upload.id, by: count)
            do { try file.write(contentsOf: Data(bytes)) } catch {
                change(upload.id) { $0.received -= count }
                throw error
            }
        }
        guard let boundary else {
            for try await part in body { try append(part.readableBytesView) }
            return
        }
        var form = MultipartFile(boundary: boundary)
        for try await part in body {
            let content = try form.take(part.readableBytesView)
            if !content.isEmpty { try append(content) }
        }
        try form.finish()
        if let name = form.name { try rename(upload.id, to: name) }
    }

    /// The boundary of a form with files, by its media type; nil for another type.
    static func boundary(of type: String?) throws -> String? {
        guard let type, type.lowercased().hasPrefix("multipart/form-data") else { return nil }
        let parts = type.split(separator: ";").dropFirst()
        for part in parts {
            let pair = part.split(separator: "=", maxSplits: 1)
            let name = pair.first?.filter { $0 != " " }.lowercased()
            guard pair.count == 2, name == "boundary" else { continue }
            let text = pair[1].trimmingPrefix("\"").prefix { $0 != "\"" && $0 != " " }
            if (1...70).contains(text.utf8.count) { return String(text) }
        }
        throw Problem(
            .badRequest, "format", "multipart/form-data has a boundary of 1 to 70 letters")
    }
}
