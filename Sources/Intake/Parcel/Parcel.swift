// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// What was handed in, seen as a list of files: one file, a folder, or a ZIP archive.
struct Parcel {
    /// One file of it.
    struct Entry {
        /// The path inside the folder or archive; the file's own name for a single file.
        let name: String
        /// Opens it from its start.
        let open: () throws(IntakeError) -> any ByteStream
        /// Where it lies on disk, if it does.
        let path: String?

        /// The last part of the name, in lower case.
        var leaf: String {
            (name.split(separator: "/").last.map(String.init) ?? name).lowercased()
        }
    }

    let entries: [Entry]
    /// Whether there is more than a single file, so that names help to tell where something is.
    let isMany: Bool

    /// Looks at the path: folders are walked (links are not followed), archives are listed.
    init(_ path: String, limits: IntakeLimits) throws(IntakeError) {
        switch try Kind.of(path) {
        case .folder:
            var found: [Entry] = []
            try Parcel.walk(path, prefix: "", depth: 0, limits: limits, into: &found)
            guard !found.isEmpty else {
                throw IntakeError(
                    .empty, "the folder holds no files", mend: "Name the unpacked export",
                    file: path)
            }
            entries = found.sorted { $0.name < $1.name }
            isMany = true
        case .file:
            let stream = try FileStream(path: path)
            let name = (path as NSString).lastPathComponent
            let head = try stream.head(4)
            guard !head.isEmpty else {
                throw IntakeError(
                    .empty, "the file is empty", mend: "Download it again", file: name)
            }
            if head.starts(with: [0x50, 0x4b, 0x03, 0x04]) || head == [0x50, 0x4b, 0x05, 0x06] {
                entries = try ZipArchive(path: path, limits: limits).entries
                isMany = true
            } else {
                entries = [Parcel.file(path, name: name)]
                isMany = false
            }
        }
    }

    private static func file(_ path: String, name: String) -> Entry {
        Entry(
            name: name,
            open: { () throws(IntakeError) in try FileStream(path: path) }, path: path)
    }

    private static func walk(
        _ folder: String, prefix: String, depth: Int, limits: IntakeLimits,
        into found: inout [Entry]
    ) throws(IntakeError) {
        guard depth <= limits.depth else {
            throw IntakeError(
                .limit, "folders are nested deeper than \(limits.depth)",
                mend: "Name the folder that holds the export", file: prefix)
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw IntakeError(
                .unreadable, "the folder cannot be listed", mend: "Check who may read it",
                file: folder)
        }
        for name in names.sorted() where !name.hasPrefix(".") {
            let path = folder + "/" + name
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                try walk(
                    path, prefix: prefix + name + "/", depth: depth + 1, limits: limits,
                    into: &found)
            case S_IFREG:
                found.append(file(path, name: prefix + name))
                guard found.count <= limits.entries else {
                    throw IntakeError(
                        .limit, "more than \(limits.entries) files",
                        mend: "Name the folder that holds the export", file: folder)
                }
            default: continue  // links and devices are no part of an export
            }
        }
    }
}
