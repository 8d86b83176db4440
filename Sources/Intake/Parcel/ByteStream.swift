// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Bytes that come one after another, once.
protocol ByteStream: AnyObject {
    /// Fills some of the buffer; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int
}

extension ByteStream {
    /// Up to that many bytes from the start.
    func head(_ count: Int) throws(IntakeError) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let rest = filled
            var outcome: Result<Int, IntakeError> = .success(0)
            out.withUnsafeMutableBytes { raw in
                let target = UnsafeMutableRawBufferPointer(rebasing: raw[rest...])
                do throws(IntakeError) { outcome = .success(try read(into: target)) } catch {
                    outcome = .failure(error)
                }
            }
            let got = try outcome.get()
            if got == 0 { break }
            filled += got
        }
        out.removeLast(count - filled)
        return out
    }
}

/// A regular file, read from its start.
final class FileStream: ByteStream {
    private let descriptor: Int32
    let size: Int64

    /// Opens a regular file for reading.
    ///
    /// - Throws: ``IntakeError/Code/unreadable``, ``IntakeError/Code/notAFile``.
    init(path: String) throws(IntakeError) {
        // O_NONBLOCK: a pipe without a writer must not hold us up before we see what it is.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Kind.unreadable(path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw IntakeError(
                .notAFile, "this is no regular file", mend: "Name the downloaded file itself",
                file: path)
        }
        size = Int64(status.st_size)
    }

    deinit { close(descriptor) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int {
        guard let base = buffer.baseAddress, buffer.count > 0 else { return 0 }
        while true {
            let got = Foundation.read(descriptor, base, min(buffer.count, 1 << 30))
            if got >= 0 { return got }
            guard errno == EINTR else {
                throw IntakeError(
                    .unreadable, "reading failed: \(String(cString: strerror(errno)))",
                    mend: "Copy the file to another disk and try again")
            }
        }
    }
}

/// What a path leads to.
enum Kind {
    case file
    case folder

    /// Looks; refuses devices, pipes and sockets.
    static func of(_ path: String) throws(IntakeError) -> Kind {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw IntakeError(.unreadable, "no file is named", mend: "Name a file or folder")
        }
        var status = stat()
        guard stat(path, &status) == 0 else { throw unreadable(path) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        default:
            throw IntakeError(
                .notAFile, "this is a device, pipe or socket",
                mend: "Name the downloaded file itself", file: path)
        }
    }

    static func unreadable(_ path: String) -> IntakeError {
        let missing = errno == ENOENT || errno == ENOTDIR
        return IntakeError(
            .unreadable, missing ? "there is no such file" : String(cString: strerror(errno)),
            mend: missing ? "Check the name" : "Check who may read it", file: path)
    }
}

/// Bytes in memory.
final class MemoryStream: ByteStream {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, bytes.count - offset)
        guard count > 0 else { return 0 }
        bytes.withUnsafeBytes {
            buffer.copyMemory(from: .init(rebasing: $0[offset..<offset + count]))
        }
        offset += count
        return count
    }
}

/// Counts what passes, and stops at the limit for the whole import.
final class CountedStream: ByteStream {
    private let source: any ByteStream
    private let session: Session
    private var left: Int64

    init(_ source: any ByteStream, session: Session, left: Int64) {
        self.source = source
        self.session = session
        self.left = left
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int {
        let got = try source.read(into: buffer)
        session.count(bytes: Int64(got))
        left -= Int64(got)
        guard left >= 0 else {
            throw IntakeError(
                .limit, "more than \(session.limits.bytes) bytes in all",
                mend: "Import the parts of the export one by one")
        }
        return got
    }
}
