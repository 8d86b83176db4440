// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Foundation
internal import Hummingbird
internal import Intake
internal import NIOCore
internal import Synchronization

/// Files that were sent and looked at, and wait for a yes. They lie apart from the exchange, closed to
/// others, and are gone when they are stored, refused, too old, or the process ends.
final class Uploads: Sendable {
    /// The largest file, in bytes.
    static let largest: Int64 = 4 << 30
    /// How long a file waits.
    static let milliseconds: Int64 = 30 * 60_000
    /// How many files of one party wait at once.
    static let most = 8

    /// A file that waits.
    struct Upload: Sendable {
        let id: String
        let party: String
        let path: String
        let report: IntakeReport
        let began: Int64
    }

    private let waiting = Mutex<[String: Upload]>([:])
    private let folder = NSTemporaryDirectory() + "/dividend-uploads-" + UUID().uuidString

    /// Takes a body to a file and looks at it: nothing of it is stored in the exchange.
    ///
    /// - Throws: what the intake says of a file that it cannot read, and a problem for one too large.
    func take(_ body: RequestBody, of party: String, at now: Timestamp) async throws -> Upload {
        forget(at: now)
        guard waiting.withLock({ $0.values.count { $0.party == party } }) < Uploads.most else {
            throw Problem(
                .conflict, "uploads_waiting",
                "\(Uploads.most) files wait for your yes already; store or discard one first")
        }
        let id = UUID().uuidString.lowercased()
        let path = folder + "/" + id
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        do {
            try await Uploads.write(body, to: path)
            let report = try Uploads.look(at: path)
            let upload = Upload(
                id: id, party: party, path: path, report: report, began: now.milliseconds)
            waiting.withLock { $0[id] = upload }
            return upload
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    /// A party's file, which waits no longer; its file is the caller's to remove.
    func claim(_ id: String, of party: String, at now: Timestamp) throws -> Upload {
        forget(at: now)
        let upload = waiting.withLock { waiting -> Upload? in
            guard let upload = waiting[id], upload.party == party else { return nil }
            waiting[id] = nil
            return upload
        }
        guard let upload else {
            throw Problem(
                .notFound, "upload_unknown", "no such file waits for your yes; send it again")
        }
        return upload
    }

    /// Removes everything that waits.
    func clear() {
        waiting.withLock { $0 = [:] }
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func forget(at now: Timestamp) {
        let old = waiting.withLock { waiting in
            let old = waiting.values.filter {
                now.milliseconds - $0.began > Uploads.milliseconds
            }
            for upload in old { waiting[upload.id] = nil }
            return old
        }
        for upload in old { try? FileManager.default.removeItem(atPath: upload.path) }
    }

    /// Writes a body part by part: memory does not grow with it.
    private static func write(_ body: RequestBody, to path: String) async throws {
        guard
            FileManager.default.createFile(
                atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw Problem(.serviceUnavailable, "disk", "the file cannot be kept here now") }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        var size: Int64 = 0
        for try await part in body {
            size += Int64(part.readableBytes)
            guard size <= largest else {
                throw Problem(.contentTooLarge, "too_large", "a file has at most \(largest) bytes")
            }
            try file.write(contentsOf: Data(part.readableBytesView))
        }
    }

    private static func look(at path: String) throws -> IntakeReport {
        var sink = PreviewSink()
        return try Intake.read(path, options: IntakeOptions(), into: &sink)
    }
}
