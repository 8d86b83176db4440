// SPDX-License-Identifier: Apache-2.0
internal import CFields

/// SHA-256 (FIPS 180-4) of many byte strings of one length.
public enum RowHash {
    /// How many bytes a digest takes.
    public static let byteCount = 32

    /// Whether ``KernelPath/best`` uses the SHA-256 instructions of the CPU.
    public static let isAccelerated = fields_has_sha() != 0 && KernelPath.best != .portable

    /// Hashes prefix ‖ row for each row; row i starts at byte i · stride.
    ///
    /// - Requires: the rows lie inside the bytes.
    /// - Returns: 32 bytes for each row, one after another.
    /// - Cost: two rows at a time; no memory but the result.
    public static func digests(
        ofRows rows: UnsafeRawBufferPointer, count: Int, bytesPerRow: Int, stride: Int,
        prefix: [UInt8], path: KernelPath = .best
    ) -> [UInt8] {
        precondition(
            count >= 0 && bytesPerRow >= 0 && stride >= 0
                && (count == 0 || rows.count >= stride * (count - 1) + bytesPerRow),
            "the rows do not lie inside the bytes")
        return [UInt8](unsafeUninitializedCapacity: byteCount * count) { room, filled in
            fields_sha256_rows(
                path.code, rows.baseAddress?.assumingMemoryBound(to: UInt8.self), count,
                bytesPerRow, stride, prefix, prefix.count, room.baseAddress)
            filled = byteCount * count
        }
    }

    /// Hashes prefix ‖ number for so many numbers from the first on, each in eight bytes, the lowest first.
    ///
    /// - Returns: 32 bytes for each number, one after another.
    /// - Cost: a block for each where the prefix leaves room in its last one; sixteen at a time with 512-bit vectors.
    public static func digests(
        ofNumbers first: UInt64, count: Int, prefix: [UInt8], path: KernelPath = .best
    ) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount * count) { room, filled in
            fields_sha256_counters(path.code, prefix, prefix.count, first, count, room.baseAddress)
            filled = byteCount * count
        }
    }

    /// Uniform elements from the words of ``digests(ofNumbers:count:prefix:path:)``, little-endian: the lowest 31 bits
    /// of each, those that are not below p left out.
    public static func elements(
        ofNumbers first: UInt64, count: Int, prefix: [UInt8], path: KernelPath = .best
    ) -> [KoalaBear] {
        let words = byteCount / 4 * count
        return [KoalaBear](unsafeUninitializedCapacity: words) { room, filled in
            guard let base = room.baseAddress, count > 0 else { return }
            let bytes = UnsafeMutableRawPointer(base).assumingMemoryBound(to: UInt8.self)
            let target = UnsafeMutableRawPointer(base).assumingMemoryBound(to: UInt32.self)
            fields_sha256_counters(path.code, prefix, prefix.count, first, count, bytes)
            filled = fields_uniform(path.code, target, target, words)
        }
    }

    /// Hashes tag ‖ left ‖ right for each pair of digests: a layer of a tree to the one above it.
    ///
    /// - Requires: a whole number of pairs, 64 bytes each.
    /// - Returns: 32 bytes for each pair.
    public static func parents(
        of layer: [UInt8], tag: UInt8 = 0x01, path: KernelPath = .best
    ) -> [UInt8] {
        precondition(layer.count % (2 * byteCount) == 0, "a layer has whole pairs of digests")
        let count = layer.count / (2 * byteCount)
        return [UInt8](unsafeUninitializedCapacity: byteCount * count) { room, filled in
            fields_sha256_pairs(path.code, layer, count, tag, room.baseAddress)
            filled = byteCount * count
        }
    }

    /// Hashes tag ‖ row of every matrix, one after another, for consecutive rows: the bytes of
    /// ``ColumnTiles/writeRows(_:into:stride:path:)``, which are not written.
    ///
    /// - Requires: the rows exist in all matrices.
    /// - Returns: 32 bytes for each row, one after another.
    /// - Cost: sixteen rows at a time with 512-bit vectors, else two; no memory but the result.
    public static func digests(
        ofRows range: Range<Int>, of matrices: [ColumnTiles], tag: UInt8 = 0,
        path: KernelPath = .best
    ) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount * range.count) { room, filled in
            write(range, of: matrices, tag: tag, to: room.baseAddress, path: path)
            filled = byteCount * range.count
        }
    }

    static func write(
        _ range: Range<Int>, of matrices: [ColumnTiles], tag: UInt8,
        to digests: UnsafeMutablePointer<UInt8>?, path: KernelPath
    ) {
        precondition(
            range.lowerBound >= 0 && matrices.allSatisfy { range.upperBound <= $0.rows },
            "the matrices have no such rows")
        let all = matrices.map {
            fields_matrix(tiles: $0.words, tile_words: $0.tileWords, columns: $0.columns)
        }
        // Only the words are handed over: the matrices must live until they are read.
        withExtendedLifetime(matrices) {
            fields_sha256_tiles(
                path.code, all, all.count, range.lowerBound, range.count, tag, digests)
        }
    }
}
