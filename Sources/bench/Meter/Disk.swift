// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// How often a second the disk makes four kilobytes durable: the bound on commits one by one.
///
/// The place written to goes round in a file of 4 MiB that is there already, as it does in
/// SQLite's write-ahead log.
enum Disk {
    static func measure(in folder: String) throws -> [String: Double] {
        let rates = try (0..<3).map { _ in try flushes(in: folder, seconds: 0.5) }
        return ["fdatasync_per_second": rates.median]
    }

    /// The flushes a second over some time.
    static func flushes(in folder: String, seconds: Double) throws -> Double {
        let path = folder + "/flush.bin"
        let file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw DiskError(reason: String(cString: strerror(errno))) }
        defer {
            close(file)
            unlink(path)
        }
        let block = [UInt8](repeating: 0x5a, count: 4096)
        for place in 0..<1024 { _ = pwrite(file, block, 4096, off_t(place * 4096)) }
        guard fsync(file) == 0 else { throw DiskError(reason: String(cString: strerror(errno))) }
        let start = Meter.now
        var count = 0
        while Meter.since(start).wall < seconds {
            guard pwrite(file, block, 4096, off_t(count % 1024 * 4096)) == 4096,
                fdatasync(file) == 0
            else { throw DiskError(reason: String(cString: strerror(errno))) }
            count += 1
        }
        return Double(count) / Meter.since(start).wall
    }
}

/// The disk refused.
struct DiskError: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}
