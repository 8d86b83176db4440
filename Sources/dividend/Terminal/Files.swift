// SPDX-License-Identifier: Apache-2.0
import Exchange
import Foundation

/// Files that a person names.
enum Files {
    static func read(_ path: String) throws -> [UInt8] {
        guard exists(path) else { throw SystemFailure(number: ENOENT, at: path) }
        guard isFile(path) else { throw SystemFailure(number: EISDIR, at: path) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SystemFailure(number: EACCES, at: path)
        }
        return Array(data)
    }

    /// Reads a file that is not longer than anything it can be.
    static func read(_ path: String, most: Int) throws -> [UInt8] {
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        guard size <= most else {
            throw Failure(
                "too_large",
                "\(path): \(size) bytes are more than any such file has, \(most) at most")
        }
        return try read(path)
    }

    /// The first bytes of a file.
    static func head(_ path: String, _ count: Int) throws -> [UInt8] {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw SystemFailure(number: EACCES, at: path)
        }
        defer { try? file.close() }
        return Array(try file.read(upToCount: count) ?? Data())
    }

    /// Whether there is anything of that name.
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Whether there is a plain file of that name.
    static func isFile(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            && !isFolder.boolValue
    }

    /// Whether there is a folder, or a file with bytes of its own: no device, pipe or socket.
    static func isKept(_ path: String) -> Bool {
        var state = stat()
        guard stat(path, &state) == 0 else { return false }
        return [S_IFREG, S_IFDIR].contains(state.st_mode & S_IFMT)
    }
}

/// A receipt's place on the disk, taken before anything is ordered or granted, so that what is paid
/// for can also be kept. Until it is written, the file of that name stays as it was.
final class NewFile {
    let path: String
    private let unfinished: String
    private let file: Int32

    /// More than any receipt of a usual answer has.
    private static let room: off_t = 65_536

    /// Takes the place.
    ///
    /// - Throws: ``SystemFailure`` when a file cannot be written there.
    init(_ path: String) throws {
        self.path = path
        guard !path.isEmpty else {
            throw Failure("no_place", "no file is named; name a new one")
        }
        var status = stat()
        // Nothing is ever overwritten: it may be the only key of something.
        if lstat(path, &status) == 0 {
            if status.st_mode & S_IFMT == S_IFDIR { throw SystemFailure(number: EISDIR, at: path) }
            throw Failure("exists", "\(path): there is something of that name; name a new file")
        }
        try HomeFolder.checkOutside(path)
        unfinished = "\(path).\(UInt32.random(in: .min ... .max)).new"
        file = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SystemFailure(number: errno, at: path) }
        // Some file systems cannot take room ahead; a full disk says so all the same.
        if posix_fallocate(file, 0, NewFile.room) == ENOSPC {
            throw SystemFailure(number: ENOSPC, at: path)
        }
    }

    /// Writes the receipt and gives it its name.
    func write(_ bytes: [UInt8]) throws {
        var left = bytes[...]
        while !left.isEmpty {
            let count = left.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if count >= 0 {
                left = left.dropFirst(count)
            } else if errno != EINTR {
                throw SystemFailure(number: errno, at: path)
            }
        }
        guard ftruncate(file, off_t(bytes.count)) == 0, fsync(file) == 0,
            rename(unfinished, path) == 0
        else { throw SystemFailure(number: errno, at: path) }
    }

    deinit {
        guard file >= 0 else { return }
        close(file)
        // After a rename there is nothing of that name.
        unlink(unfinished)
    }
}
