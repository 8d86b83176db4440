// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Synchronization

/// How much room files on their way in may take.
extension Uploads {
    /// Counts bytes towards a file that was taken, before they are written: files that grow at the same
    /// time see each other.
    ///
    /// - Throws: when the file, its party's files, or all files would be too large, when there would be too
    ///   little left on the disk, and when more come than were announced.
    func grow(_ id: String, by count: Int64) throws {
        try waiting.withLock { waiting in
            guard let upload = waiting[id] else { throw Uploads.gone }
            let received = upload.received + count
            let others = waiting.values.reduce(0) {
                $0 + ($1.party == upload.party && $1.id != id ? $1.received : 0)
            }
            guard received <= Uploads.largest, others + received <= Uploads.largestSum else {
                throw Uploads.tooLarge
            }
            guard received <= upload.length ?? received else {
                throw Problem(
                    .conflict, "upload_length",
                    "more bytes came than Upload-Length said; begin again")
            }
            try checkDisk(for: count, in: waiting)
            waiting[id]?.received = received
        }
    }

    /// Looks whether bytes may come to those that are there.
    func checkDisk(for count: Int64, in waiting: [String: Upload]) throws {
        let free = free()
        let there = waiting.values.reduce(0) { $0 + $1.received }
        let most = min(Uploads.largestTogether, (free + there) / 4)
        guard free - count >= Uploads.spare, there + count <= most else { throw Uploads.full }
    }

    /// How many bytes the disk has left where a folder is; none when nobody knows.
    static func free(at folder: String) -> Int64 {
        let facts = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        return (facts?[.systemFreeSize] as? NSNumber)?.int64Value ?? 0
    }

    private static let gone = Problem(
        .notFound, "upload_unknown", "no such file waits here; send it again")

    private static let full: Problem = {
        var problem = Problem(
            .serviceUnavailable, "disk",
            "there is no room for this file now: others wait to be stored; send it again later")
        problem.headers[.retryAfter] = "600"
        return problem
    }()
}
