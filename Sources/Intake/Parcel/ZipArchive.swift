// SPDX-License-Identifier: Apache-2.0
internal import CZip

/// A ZIP archive, read entry by entry without unpacking it to disk.
///
/// Names are only ever labels, so "../" in them leads nowhere. Encrypted entries are refused, links
/// are not followed, archives inside archives are not opened.
final class ZipArchive {
    fileprivate let handle: OpaquePointer
    private let limits: IntakeLimits

    /// Opens the archive and reads its list.
    init(path: String, limits: IntakeLimits) throws(IntakeError) {
        var code: Int32 = 0
        guard let handle = zip_open(path, ZIP_RDONLY, &code) else {
            var error = zip_error_t()
            zip_error_init_with_code(&error, code)
            defer { zip_error_fini(&error) }
            throw IntakeError(
                .malformed,
                "the archive cannot be opened: \(String(cString: zip_error_strerror(&error)))",
                mend: "Download it again", file: path)
        }
        self.handle = handle
        self.limits = limits
    }

    deinit { zip_discard(handle) }

    /// The files, without folders.
    var entries: [Parcel.Entry] {
        get throws(IntakeError) {
            let count = Int(zip_get_num_entries(handle, 0))
            guard count <= limits.entries else {
                throw IntakeError(
                    .limit, "\(count) files in the archive, at most \(limits.entries) are read",
                    mend: "Unpack it and name the folder that holds the export")
            }
            var out: [Parcel.Entry] = []
            for index in 0..<max(count, 0) {
                guard let raw = zip_get_name(handle, UInt64(index), 0) else { continue }
                let name = String(cString: raw)
                guard !name.hasSuffix("/"), !name.hasPrefix("__MACOSX/") else { continue }
                let archive = self
                out.append(
                    Parcel.Entry(
                        name: name,
                        open: { () throws(IntakeError) in
                            try ZipStream(archive, index: UInt64(index), name: name)
                        }, path: nil))
            }
            guard !out.isEmpty else {
                throw IntakeError(
                    .empty, "the archive holds no files", mend: "Download it again")
            }
            return out
        }
    }

    fileprivate var ratio: Int64 { limits.ratio }
}

/// One entry of an archive, unpacked as it is read.
final class ZipStream: ByteStream {
    private let archive: ZipArchive
    private let file: OpaquePointer
    private let name: String
    private let packed: Int64
    private var unpacked: Int64 = 0

    fileprivate init(_ archive: ZipArchive, index: UInt64, name: String) throws(IntakeError) {
        var status = zip_stat_t()
        zip_stat_init(&status)
        guard zip_stat_index(archive.handle, index, 0, &status) == 0,
            let file = zip_fopen_index(archive.handle, index, 0)
        else {
            throw IntakeError(
                .malformed,
                "this part of the archive cannot be opened: "
                    + String(cString: zip_strerror(archive.handle)),
                mend: "If it has a password, unpack it first; else download it again", file: name)
        }
        self.archive = archive
        self.file = file
        self.name = name
        packed = Int64(clamping: status.comp_size)
    }

    deinit { zip_fclose(file) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int {
        guard let base = buffer.baseAddress, buffer.count > 0 else { return 0 }
        let got = zip_fread(file, base, UInt64(min(buffer.count, 1 << 20)))
        guard got >= 0 else {
            throw IntakeError(
                .truncated,
                "the archive is damaged: \(String(cString: zip_file_strerror(file)))",
                mend: "Download it again", file: name, offset: unpacked)
        }
        unpacked += got
        if unpacked > 64 << 20, unpacked / max(packed, 1) > archive.ratio {
            throw IntakeError(
                .limit,
                "the archive unpacks to more than \(archive.ratio) times its size, as bombs do",
                mend: "Unpack it yourself if you trust it, and name the folder", file: name,
                offset: unpacked)
        }
        return Int(got)
    }
}
