// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Identity
internal import Storage
internal import Vault

/// What the system or the database refused, in words that say where and what to do.
package struct SystemFailure: Error, Sendable {
    /// The stable word for machines.
    package let code: String
    /// Where, what, and how to mend it.
    package let message: String

    /// Understands an error of the system, of Foundation or of the database; nil for others.
    ///
    /// - Parameter home: the folder that was worked on, for errors that do not say where.
    package init?(_ error: any Error, at home: HomeFolder?) {
        let place = home?.path ?? "the exchange's folder"
        if let error = error as? StorageError, case .unusable(let path, let reason) = error {
            self.init(Trouble(database: reason).looked(at: path), at: path)
        } else if let error = error as? any CustomNSError,
            type(of: error).errorDomain == "GRDB.DatabaseError"
        {
            let path = home?.database ?? "the exchange's database"
            self.init(Trouble(database: error.errorCode).looked(at: path), at: path)
        } else if let error = error as? KeyFileError, case .system(let path, _, let reason) = error
        {
            self.init(Trouble(own: reason), at: SystemFailure.finished(path))
        } else if let error = error as? PackError, case .file(_, let name, let reason) = error {
            let vault = home?.vault ?? "the exchange's vault"
            self.init(Trouble(own: reason), at: name.contains("/") ? name : "\(vault)/\(name)")
        } else if let error = error as? POSIXError {
            self.init(Trouble(posix: error.code.rawValue), at: place)
        } else if let error = error as? CocoaError {
            let path = error.filePath ?? error.url?.path ?? place
            let inner = error.underlying as? POSIXError
            self.init(
                inner.map { Trouble(posix: $0.code.rawValue) } ?? Trouble(cocoa: error.code),
                at: path)
        } else if type(of: error) is NSError.Type {
            let error = error as NSError
            let path = error.userInfo[NSFilePathErrorKey] as? String ?? place
            let inner = error.userInfo[NSUnderlyingErrorKey] as? NSError
            let number = [error, inner].compactMap { $0 }.first { $0.domain == NSPOSIXErrorDomain }
            self.init(
                number.map { Trouble(posix: Int32(truncatingIfNeeded: $0.code)) }
                    ?? Trouble(cocoa: CocoaError.Code(rawValue: error.code)),
                at: path)
        } else {
            return nil
        }
    }

    /// Takes the system's number of an error that happened at a path.
    package init(number: Int32, at path: String) {
        self.init(Trouble(posix: number), at: path)
    }

    /// Takes the system's number of an error that happened at one of the exchange's own files.
    package init(number: Int32, atOwn path: String) { self.init(Trouble(own: number), at: path) }

    /// The file that an unfinished one, `PATH.xyz.new`, would have become.
    private static func finished(_ path: String) -> String {
        let parts = path.split(separator: ".", omittingEmptySubsequences: false)
        return parts.last == "new" ? parts.dropLast(2).joined(separator: ".") : path
    }

    private init(_ trouble: Trouble, at path: String) {
        code = trouble.code
        message = "\(path): \(trouble.words)"
    }
}

/// A kind of trouble with files, and its remedy.
private struct Trouble {
    let code: String
    let words: String

    init(_ code: String, _ words: String) {
        self.code = code
        self.words = words
    }

    static let full = Trouble("disk_full", "the disk is full; make room, then run it again")
    static let readOnly = Trouble(
        "read_only", "it may not be written; look at its mode and whether the disk is read-only")
    static let forbidden = Trouble(
        "no_permission", "you may not use it; look at its owner and mode (ls -l)")
    static let folder = Trouble("is_folder", "it is a folder; name a file")
    static let noFolder = Trouble("not_a_folder", "a part of the path is a file; name a folder")
    static let missing = Trouble(
        "not_found", "there is no such file or folder; look at the path")
    static let taken = Trouble("exists", "it is there already; name another one")
    static let disk = Trouble(
        "disk_error",
        "the disk could not be read or written; look at the disk (df, dmesg), then run "
            + "`dividend doctor`, or restore a backup")
    static let damaged = Trouble(
        "database_damaged",
        "the database is damaged; run `dividend doctor`, or bring a backup back with "
            + "`dividend restore`")
    static let locked = Trouble(
        "busy", "another process is using it; wait for it to end, then run it again")
    static let unopened = Trouble(
        "database_unopened",
        "the database cannot be opened; look at its owner and mode, or bring a backup back with "
            + "`dividend restore`")

    /// SQLite calls a disk that fills up in the middle of a write a broken one.
    func looked(at path: String) -> Trouble {
        var status = statvfs()
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard code == Trouble.disk.code, statvfs(folder, &status) == 0,
            status.f_bavail < 256 * 1024 / max(1, status.f_frsize)
        else { return self }
        return .full
    }

    init(posix number: Int32) {
        switch number {
        case ENOSPC, EDQUOT, EFBIG: self = .full
        case EROFS: self = .readOnly
        case EACCES, EPERM: self = .forbidden
        case EISDIR: self = .folder
        case ENOTDIR: self = .noFolder
        case ENOENT: self = .missing
        case EEXIST, ENOTEMPTY: self = .taken
        case EIO: self = .disk
        default:
            self.init(
                "system",
                "\(String(cString: strerror(number))); look at the path and the disk, then run it "
                    + "again")
        }
    }

    /// At a file that the exchange made itself, and nobody named.
    init(own number: Int32) {
        switch number {
        case EISDIR:
            self.init(
                "is_folder", "it is a folder where a file of the exchange belongs; move it away")
        case EEXIST:
            self.init(
                "not_a_folder", "it is a file where a folder of the exchange belongs; move it away")
        case ENOTDIR:
            self.init(
                "not_a_folder",
                "a part of the path is a file where a folder of the exchange belongs; move that away"
            )
        case ENOENT:
            self.init("not_found", "it is gone; bring it back from a backup (`dividend restore`)")
        default: self.init(posix: number)
        }
    }

    /// By the system's own words for a number.
    init(own reason: String) {
        let numbers = [
            ENOSPC, EDQUOT, EFBIG, EROFS, EACCES, EPERM, EISDIR, ENOTDIR, EEXIST, ENOENT, EIO,
        ]
        if let number = numbers.first(where: { String(cString: strerror($0)) == reason }) {
            self.init(own: number)
        } else {
            self.init("system", "\(reason); look at the path and the disk, then run it again")
        }
    }

    init(cocoa code: CocoaError.Code) {
        switch code {
        case .fileNoSuchFile, .fileReadNoSuchFile: self = .missing
        case .fileReadNoPermission, .fileWriteNoPermission: self = .forbidden
        case .fileWriteOutOfSpace: self = .full
        case .fileWriteVolumeReadOnly: self = .readOnly
        case .fileWriteFileExists: self = .taken
        default: self = .disk
        }
    }

    /// By SQLite's result code; its lowest byte names the kind.
    init(database result: Int) {
        switch result & 0xff {
        case 3: self = .forbidden
        case 5, 6: self = .locked
        case 8: self = .readOnly
        case 10: self = .disk
        case 11, 26: self = .damaged
        case 13: self = .full
        case 14: self = .unopened
        default:
            self.init(
                "database",
                "the database refused (SQLite \(result)); run `dividend doctor`, or bring a backup "
                    + "back with `dividend restore`")
        }
    }

    /// By SQLite's own words for those codes.
    init(database reason: String) {
        let kinds: [(part: String, code: Int)] = [
            ("readonly", 8), ("disk I/O", 10), ("malformed", 11), ("not a database", 26),
            ("is full", 13), ("unable to open", 14), ("locked", 5),
        ]
        if let kind = kinds.first(where: { reason.contains($0.part) }) {
            self.init(database: kind.code)
        } else {
            self.init(
                "database", "\(reason); run `dividend doctor`, or bring a backup back")
        }
    }
}
