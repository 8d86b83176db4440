// SPDX-License-Identifier: Apache-2.0

/// A folder of pack files, as far as ``PackStore`` needs one.
///
/// ``DiskFolder`` is the real one; tests use one whose power can be cut. Nothing that was written
/// or created is durable before the `sync` of its file or folder returned.
public protocol PackFolder: Sendable {
    /// The names of all files in the folder, in any order.
    func names() throws(PackError) -> [String]
    /// Creates an empty file; fails when there is one of that name.
    func create(_ name: String) throws(PackError) -> any PackFile
    /// Opens a file for reading and writing.
    func open(_ name: String) throws(PackError) -> any PackFile
    /// Removes a file.
    func remove(_ name: String) throws(PackError)
    /// Makes creations and removals durable.
    func sync() throws(PackError)
}

/// An open file of a ``PackFolder``.
public protocol PackFile: Sendable {
    /// The length in bytes.
    func length() throws(PackError) -> Int
    /// Reads up to `count` bytes; fewer only where the file ends.
    func read(at offset: Int, count: Int) throws(PackError) -> [UInt8]
    /// Writes all the bytes; grows the file where needed.
    func write(_ bytes: [UInt8], at offset: Int) throws(PackError)
    /// Cuts the file off.
    func truncate(to length: Int) throws(PackError)
    /// Makes everything written durable (fdatasync).
    func sync() throws(PackError)
    /// Maps the file as it is now, for reading.
    func map() throws(PackError) -> MappedBytes
}

/// Bytes of a file that can be read like memory, until the last reference goes.
public final class MappedBytes: Sendable {
    /// The bytes. They must not be used after the last reference to this object went.
    ///
    /// They are the file's own pages: an erasure shows in them at once. Nothing but an erasure ever
    /// changes them, since packs only grow.
    nonisolated(unsafe) public let bytes: UnsafeRawBufferPointer
    private let release: @Sendable (UnsafeRawBufferPointer) -> Void

    /// Takes bytes and how to give them back.
    public init(
        _ bytes: UnsafeRawBufferPointer,
        release: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
    ) {
        self.bytes = bytes
        self.release = release
    }

    deinit { release(bytes) }
}
