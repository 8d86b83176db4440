// SPDX-License-Identifier: Apache-2.0
internal import CFields

/// A layer of a tree: digests of 32 bytes behind each other, in memory that is large like that of ``ColumnTiles``.
///
/// - Memory: 32 bytes for each digest, zeroed.
/// - Threads: as ``ColumnTiles``; writers must keep to different digests.
public final class DigestLayer: @unchecked Sendable {
    // A class over raw memory for the same reasons as ColumnTiles.

    /// How many digests there are.
    public let count: Int
    private let bytes: UnsafeMutablePointer<UInt8>
    private var byteCount: Int { RowHash.byteCount * count }

    /// Makes a layer of zeros.
    ///
    /// - Throws: ``TilesError/memory(bytes:)`` when there is not enough memory, or nothing to hold.
    public init(count: Int) throws(TilesError) {
        guard count > 0, count <= Int.max / RowHash.byteCount,
            let memory = fields_allocate(RowHash.byteCount * count)
        else { throw .memory(bytes: count) }
        self.count = count
        bytes = memory.bindMemory(to: UInt8.self, capacity: RowHash.byteCount * count)
    }

    deinit { fields_release(bytes, byteCount) }

    private func place(_ range: Range<Int>) -> UnsafeMutablePointer<UInt8> {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "there is no such digest")
        return bytes + RowHash.byteCount * range.lowerBound
    }

    /// The bytes of a digest, which must exist.
    public subscript(place: Int) -> [UInt8] {
        Array(
            UnsafeBufferPointer(start: self.place(place..<place + 1), count: RowHash.byteCount))
    }

    /// Writes the digests of some rows of matrices, from a place on; see ``RowHash/digests(ofRows:of:tag:path:)``.
    public func write(
        rows range: Range<Int>, of matrices: [ColumnTiles], at start: Int, tag: UInt8 = 0,
        path: KernelPath = .best
    ) {
        RowHash.write(
            range, of: matrices, tag: tag, to: place(start..<start + range.count), path: path)
    }

    /// Writes the digests of elements of a column, so many together, from a place on: SHA-256 of the tag and of
    /// ``ExtensionColumn/bytes(ofRows:path:)``.
    public func write(
        elements range: Range<Int>, of column: ExtensionColumn, width: Int, at start: Int,
        tag: UInt8 = 0, path: KernelPath = .best
    ) {
        let count = range.count / width
        let target = place(start..<start + count)
        let bytes = column.bytes(ofRows: range, path: path)
        fields_sha256_rows(
            path.code, bytes, count, KoalaBear5.byteCount * width, KoalaBear5.byteCount * width,
            [tag], 1, target)
    }

    /// Writes what a range of places has above two layers' digests: SHA-256 of the tag, the first and the second.
    ///
    /// - Parameter second: nil where both are neighbours in the first.
    /// - Cost: two blocks of SHA-256 for each.
    public func join(
        _ range: Range<Int>, of first: DigestLayer, and second: DigestLayer? = nil, tag: UInt8,
        path: KernelPath = .best
    ) {
        let target = place(range)
        guard let second else {
            let pairs = first.place(2 * range.lowerBound..<2 * range.upperBound)
            fields_sha256_pairs(path.code, pairs, range.count, tag, target)
            return
        }
        let (left, right) = (first.place(range), second.place(range))
        let batch = 64
        withUnsafeTemporaryAllocation(byteCount: 64 * batch, alignment: 64) { room in
            guard let pairs = room.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
            for start in stride(from: 0, to: range.count, by: batch) {
                let some = min(batch, range.count - start)
                for place in 0..<some {
                    let source = RowHash.byteCount * (start + place)
                    (pairs + 64 * place).update(from: left + source, count: 32)
                    (pairs + 64 * place + 32).update(from: right + source, count: 32)
                }
                fields_sha256_pairs(
                    path.code, pairs, some, tag, target + RowHash.byteCount * start)
            }
        }
    }
}
