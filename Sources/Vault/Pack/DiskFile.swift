// SPDX-License-Identifier: Apache-2.0
internal import Foundation

#if canImport(Glibc)
    internal import Glibc
#endif

/// An open file of a ``DiskFolder``, closed with the last reference.
final class DiskFile: PackFile {
    private let descriptor: Int32
    private let name: String

    init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    deinit { close(descriptor) }

    func length() throws(PackError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("measure", name, errno) }
        return Int(status.st_size)
    }

    func read(at offset: Int, count: Int) throws(PackError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { room, filled in
            while filled < count {
                let done = pread(
                    descriptor, room.baseAddress! + filled, count - filled, off_t(offset + filled))
                if done < 0, errno == EINTR { continue }
                if done < 0 { failure = errno }
                if done <= 0 { break }
                filled += done
            }
        }
        guard failure == 0 else { throw .system("read", name, failure) }
        return bytes
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(PackError) {
        let failure = bytes.withUnsafeBytes { raw -> Int32 in
            var written = 0
            while written < raw.count {
                let done = pwrite(
                    descriptor, raw.baseAddress! + written, raw.count - written,
                    off_t(offset + written))
                if done < 0, errno == EINTR { continue }
                if done <= 0 { return done < 0 ? errno : EIO }
                written += done
            }
            return 0
        }
        guard failure == 0 else { throw .system("write to", name, failure) }
    }

    func truncate(to length: Int) throws(PackError) {
        guard ftruncate(descriptor, off_t(length)) == 0 else { throw .system("cut", name, errno) }
    }

    func sync() throws(PackError) {
        #if canImport(Darwin)
            // On Darwin only this reaches the medium.
            guard fcntl(descriptor, F_FULLFSYNC) != -1 else { throw .system("sync", name, errno) }
        #else
            guard fdatasync(descriptor) == 0 else { throw .system("sync", name, errno) }
        #endif
    }

    func map() throws(PackError) -> MappedBytes {
        let count = try length()
        guard count > 0 else {
            return MappedBytes(UnsafeRawBufferPointer(start: nil, count: 0)) { _ in }
        }
        guard let start = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0),
            start != MAP_FAILED
        else { throw .system("map", name, errno) }
        return MappedBytes(UnsafeRawBufferPointer(start: start, count: count)) { bytes in
            munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
        }
    }
}
