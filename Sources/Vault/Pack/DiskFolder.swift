// SPDX-License-Identifier: Apache-2.0
internal import Foundation

#if canImport(Glibc)
    internal import Glibc
#endif

/// A folder of the local file system, through POSIX calls.
public struct DiskFolder: PackFolder {
    private let path: String

    /// Takes the path of a folder; creates it (mode 0700) when there is none.
    ///
    /// - Throws: ``PackError/file(operation:name:reason:)``.
    public init(path: String) throws(PackError) {
        self.path = path
        guard mkdir(path, 0o700) != 0 else {
            // The new folder's own name must survive a power cut too.
            let parent = (path as NSString).deletingLastPathComponent
            try DiskFolder.syncFolder(parent.isEmpty ? "." : parent)
            return
        }
        let reason = errno
        var isFolder: ObjCBool = false
        guard reason == EEXIST,
            FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
            isFolder.boolValue
        else { throw PackError.system("create the folder", path, reason) }
    }

    /// The names of all files in the folder.
    public func names() throws(PackError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            // Asked again for the reason, which Foundation words in its own way.
            let descriptor = Foundation.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor < 0 else {
                close(descriptor)
                throw .system("list", path, EIO)
            }
            throw .system("list", path, errno)
        }
    }

    /// Creates an empty file (mode 0600); fails when there is one of that name.
    public func create(_ name: String) throws(PackError) -> any PackFile {
        try open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, "create")
    }

    /// Opens a file for reading and writing.
    public func open(_ name: String) throws(PackError) -> any PackFile {
        try open(name, O_RDWR | O_CLOEXEC, "open")
    }

    /// Removes a file.
    public func remove(_ name: String) throws(PackError) {
        guard unlink(path + "/" + name) == 0 else { throw .system("remove", name, errno) }
    }

    /// Makes creations and removals durable: fsync of the folder.
    public func sync() throws(PackError) { try DiskFolder.syncFolder(path) }

    private func open(
        _ name: String, _ flags: Int32, _ operation: String
    ) throws(PackError) -> any PackFile {
        let descriptor = Foundation.open(path + "/" + name, flags, 0o600)
        guard descriptor >= 0 else { throw .system(operation, name, errno) }
        return DiskFile(descriptor: descriptor, name: name)
    }

    private static func syncFolder(_ path: String) throws(PackError) {
        let descriptor = Foundation.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open the folder", path, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system("sync the folder", path, errno) }
    }
}

extension PackError {
    /// An error that the system told by number.
    static func system(_ operation: String, _ name: String, _ code: Int32) -> PackError {
        .file(operation: operation, name: name, reason: String(cString: strerror(code)))
    }
}
