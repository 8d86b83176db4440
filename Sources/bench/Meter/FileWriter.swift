// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Writes a large synthetic file in blocks.
struct FileWriter: ~Copyable {
    private let file: Int32
    private var block: [UInt8] = []
    private(set) var count = 0

    init(_ path: String) throws {
        file = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw DiskError(reason: String(cString: strerror(errno))) }
        block.reserveCapacity(1 << 20)
    }

    deinit { close(file) }

    mutating func write(_ text: String) throws {
        block.append(contentsOf: text.utf8)
        count += text.utf8.count
        if block.count >= 1 << 20 - 4096 { try flush() }
    }

    mutating func flush() throws {
        guard Foundation.write(file, block, block.count) == block.count else {
            throw DiskError(reason: String(cString: strerror(errno)))
        }
        block.removeAll(keepingCapacity: true)
    }
}
