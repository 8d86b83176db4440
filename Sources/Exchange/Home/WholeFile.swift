// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Small files that are replaced whole.
enum WholeFile {
    /// Replaces a file by another; a crash leaves the old one or the new.
    ///
    /// - Throws: ``SystemFailure`` with the path; what was there before is still there then.
    static func replace(_ path: String, by bytes: [UInt8]) throws(SystemFailure) {
        let new = path + ".new"
        let file = open(new, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SystemFailure(number: errno, atOwn: path) }
        var trouble: Int32 = 0
        var left = bytes[...]
        while trouble == 0, !left.isEmpty {
            let count = left.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            if count >= 0 {
                left = left.dropFirst(count)
            } else if errno != EINTR {
                trouble = errno
            }
        }
        if trouble == 0, fsync(file) != 0 { trouble = errno }
        close(file)
        if trouble == 0, rename(new, path) != 0 { trouble = errno }
        guard trouble == 0 else {
            unlink(new)
            throw SystemFailure(number: trouble, atOwn: path)
        }
    }
}
