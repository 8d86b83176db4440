// SPDX-License-Identifier: Apache-2.0
#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

extension KeyFile {
    /// Writes a new key file that only its owner can read (mode 0600).
    ///
    /// When this returns, the key is on the disk: the bytes are written to a file of another name,
    /// synced, linked to the path, and the folder is synced. A crash leaves either no file at the
    /// path or the whole of it.
    ///
    /// - Parameters: as ``text(of:passphrase:cost:using:)``, and the path.
    /// - Throws: ``KeyFileError/exists(path:)`` rather than overwrite anything, and
    ///   ``KeyFileError/system(path:step:reason:)`` with the system's reason.
    public static func create(
        _ key: SigningKey, at path: String, passphrase: String? = nil, cost: Int = KeyFile.cost,
        using random: inout some RandomNumberGenerator
    ) throws(KeyFileError) {
        let text = try text(of: key, passphrase: passphrase, cost: cost, using: &random)
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { String(path[...$0]) } ?? "./"
        let unfinished = "\(path).\(String(random.next(), radix: 36)).new"
        let file = try step("create", unfinished) {
            open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        }
        defer { unlink(unfinished) }
        do throws(KeyFileError) {
            try step("set the mode", unfinished) { fchmod(file, 0o600) }
            try fill(file, with: text, unfinished)
            try step("sync", unfinished) { fsync(file) }
        } catch {
            close(file)
            throw error
        }
        try step("close", unfinished) { close(file) }
        // A link, unlike a rename, never replaces what is there.
        if link(unfinished, path) != 0 {
            if errno == EEXIST { throw .exists(path: path) }
            throw .system(path: path, step: "link", reason: String(cString: strerror(errno)))
        }
        let directory = try step("open", folder) {
            open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        defer { close(directory) }
        try step("sync", folder) { fsync(directory) }
    }

    /// Reads a key file.
    ///
    /// - Throws: ``KeyFileError/openToOthers(path:mode:)`` when its group or the world has any right
    ///   to it, ``KeyFileError/foreignOwner(path:user:)``, ``KeyFileError/notAFile(path:)``, and as
    ///   ``key(from:passphrase:)``.
    public static func read(
        _ path: String, passphrase: String? = nil
    ) throws(KeyFileError) -> SigningKey {
        try key(from: contents(of: path), passphrase: passphrase)
    }

    /// The text of a key file, after the checks of ``read(_:passphrase:)`` on its owner and mode.
    public static func contents(of path: String) throws(KeyFileError) -> [UInt8] {
        // Without O_NONBLOCK a pipe at the path would wait for ever.
        let file = try step("open", path) { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        defer { close(file) }
        // Asked of the open file, so nobody can swap it in between.
        var status = stat()
        try step("look at", path) { fstat(file, &status) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        guard status.st_uid == geteuid() else {
            throw .foreignOwner(path: path, user: UInt32(status.st_uid))
        }
        guard status.st_mode & 0o077 == 0 else {
            throw .openToOthers(path: path, mode: UInt32(status.st_mode & 0o777))
        }
        var text = [UInt8](repeating: 0, count: most + 1)
        var filled = 0
        while filled < text.count {
            let count = try step("read", path) {
                text.withUnsafeMutableBytes {
                    Int32(pread(file, $0.baseAddress! + filled, $0.count - filled, off_t(filled)))
                }
            }
            if count == 0 { break }
            filled += Int(count)
        }
        return Array(text[..<filled])
    }

    private static func fill(
        _ file: Int32, with text: [UInt8], _ path: String
    ) throws(KeyFileError) {
        var written = 0
        while written < text.count {
            let count = try step("write", path) {
                text.withUnsafeBytes {
                    Int32(
                        pwrite(file, $0.baseAddress! + written, $0.count - written, off_t(written)))
                }
            }
            written += Int(count)
        }
    }

    /// Calls the system until it is not interrupted; throws its reason when it refuses.
    @discardableResult
    private static func step(
        _ name: String, _ path: String, _ call: () -> Int32
    ) throws(KeyFileError) -> Int32 {
        while true {
            let result = call()
            if result >= 0 { return result }
            if errno != EINTR {
                throw .system(path: path, step: name, reason: String(cString: strerror(errno)))
            }
        }
    }
}
