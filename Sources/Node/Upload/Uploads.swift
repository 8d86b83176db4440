// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Synchronization

/// Files on their way in. They lie beside the exchange's own files, closed to others, and are gone when
/// they are stored, refused, too old, or the node starts anew.
final class Uploads: Sendable {
    /// The largest file, in bytes.
    static let largest: Int64 = 4 << 30
    /// The most bytes of one party's files at once.
    static let largestSum: Int64 = 8 << 30
    /// The most bytes of all files together, where the disk is large.
    static let largestTogether: Int64 = 16 << 30
    /// How much of the disk stays free for the journal.
    static let spare: Int64 = 1 << 30
    /// How long a file waits without being touched.
    static let milliseconds: Int64 = 60 * 60_000
    /// How many files of one party wait at once.
    static let most = 8

    let waiting = Mutex<[String: Upload]>([:])
    private let folder: String
    let free: @Sendable () -> Int64

    /// - Parameters:
    ///   - home: the exchange's folder; what an earlier run left there is removed.
    ///   - free: how many bytes the disk has left; by default as the system says.
    init(home: String, free: (@Sendable () -> Int64)? = nil) {
        folder = home + "/uploads"
        self.free = free ?? { Uploads.free(at: home) }
        clear()
    }

    /// Begins a file.
    func begin(
        _ name: String?, length: Int64?, of party: String, at now: Timestamp
    ) throws -> Upload {
        forget(at: now)
        if let length, length > Uploads.largest { throw Uploads.tooLarge }
        try waiting.withLock { try checkDisk(for: 0, in: $0) }
        let id = UUID().uuidString.lowercased()
        let place = folder + "/" + id
        let plain = Upload.plain(name)
        let upload = Upload(
            id: id, party: party, name: plain, path: place + "/" + plain, length: length,
            touched: now.milliseconds)
        try waiting.withLock { waiting in
            guard waiting.values.count(where: { $0.party == party }) < Uploads.most else {
                throw Problem(
                    .conflict, "uploads_waiting",
                    "\(Uploads.most) files wait for your yes already; store or discard one first")
            }
            waiting[id] = upload
        }
        do {
            try FileManager.default.createDirectory(
                atPath: place, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            guard
                FileManager.default.createFile(
                    atPath: upload.path, contents: nil, attributes: [.posixPermissions: 0o600])
            else { throw Problem(.serviceUnavailable, "disk", "no file can be kept here now") }
        } catch {
            remove(id)
            throw error
        }
        return upload
    }

    /// A party's file.
    func find(_ id: String, of party: String) throws -> Upload {
        try waiting.withLock { try Uploads.find(id, of: party, in: $0) }
    }

    /// Takes hold of a file, so that nobody else does at the same time; ``end(_:_:)`` lets it go.
    ///
    /// - Parameter check: throws when the file is not as far as it has to be.
    func take(
        _ id: String, of party: String, at now: Timestamp, _ check: (Upload) throws -> Void
    ) throws -> Upload {
        try waiting.withLock { waiting in
            var upload = try Uploads.find(id, of: party, in: waiting)
            guard !upload.isBusy else {
                throw Problem(
                    .conflict, "upload_busy", "something is done with this file already; wait")
            }
            try check(upload)
            upload.isBusy = true
            upload.touched = now.milliseconds
            waiting[id] = upload
            return upload
        }
    }

    /// Changes what is known of a file that was taken.
    func change(_ id: String, _ body: (inout Upload) -> Void) {
        waiting.withLock { waiting in
            guard var upload = waiting[id] else { return }
            body(&upload)
            waiting[id] = upload
        }
    }

    /// Calls a file that was taken as the form calls it.
    func rename(_ id: String, to name: String) throws {
        let plain = Upload.plain(name)
        let place = folder + "/" + id + "/" + plain
        guard let path = waiting.withLock({ $0[id]?.path }), path != place else { return }
        try FileManager.default.moveItem(atPath: path, toPath: place)
        change(id) {
            $0.name = plain
            $0.path = place
        }
    }

    /// Lets a file go that was taken, at its new stage.
    @discardableResult
    func end(_ id: String, _ stage: Upload.Stage) -> Upload? {
        waiting.withLock { waiting in
            waiting[id]?.isBusy = false
            waiting[id]?.stage = stage
            return waiting[id]
        }
    }

    /// Removes the bytes of a file; what became of it can still be asked.
    func removeBytes(of upload: Upload) {
        try? FileManager.default.removeItem(atPath: folder + "/" + upload.id)
    }

    /// Removes a file.
    func remove(_ id: String) {
        guard let upload = waiting.withLock({ $0.removeValue(forKey: id) }) else { return }
        removeBytes(of: upload)
    }

    /// Removes everything.
    func clear() {
        waiting.withLock { $0 = [:] }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Removes what waited too long.
    func forget(at now: Timestamp) {
        let old = waiting.withLock { waiting in
            waiting.values.filter {
                !$0.isBusy && now.milliseconds - $0.touched > Uploads.milliseconds
            }
        }
        for upload in old { remove(upload.id) }
    }

    private static func find(
        _ id: String, of party: String, in waiting: [String: Upload]
    ) throws -> Upload {
        guard let upload = waiting[id], upload.party == party else {
            throw Problem(
                .notFound, "upload_unknown", "no such file waits here; send it again")
        }
        return upload
    }

    static let tooLarge = Problem(
        .contentTooLarge, "too_large",
        "a file has at most \(largest) bytes, all of a party's files together \(largestSum)")
}
