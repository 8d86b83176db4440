// SPDX-License-Identifier: Apache-2.0

/// Where the parts of a log are kept as files (C2SP tlog-tiles): 256 hashes or entries a file.
///
/// Paths are relative to the log's prefix and have no leading slash.
public struct TileLayout: Hashable, Sendable {
    /// Hashes of a full tile, entries of a full bundle.
    public static let width = 256
    /// How many bytes an entry may have: its length is written in 16 bits.
    public static let longestEntry = 65_535
    /// Where the signed checkpoint is kept.
    public static let checkpoint = "checkpoint"

    /// What a file holds.
    public enum Kind: Hashable, Sendable {
        /// Hashes of complete subtrees of 256^level entries; level 0 to 7.
        case hashes(level: Int)
        /// Entries, each behind its length in 16 bits, big-endian.
        case entries
    }

    /// What the file holds.
    public let kind: Kind
    /// Its index among the files of its kind.
    public let index: Int
    /// How many hashes or entries it holds, 1 to 256; fewer than 256 only at the end of the log.
    public let width: Int

    /// Names a file; nil for a level, index or width that no log has.
    public init?(_ kind: Kind, index: Int, width: Int = TileLayout.width) {
        if case .hashes(let level) = kind, !(0...7).contains(level) { return nil }
        guard index >= 0, (1...TileLayout.width).contains(width) else { return nil }
        self.kind = kind
        self.index = index
        self.width = width
    }

    /// Whether a log of that size has everything the file holds.
    public func fits(size: Int) -> Bool {
        var span = 1
        if case .hashes(let level) = kind {
            guard level < 8 else { return false }
            span = 1 << (8 * level)
        }
        let (end, overflow) = index.multipliedReportingOverflow(by: TileLayout.width)
        return !overflow && end <= size / span - width
    }

    /// The path, such as `tile/0/x001/x234/067` or `tile/entries/000.p/17`.
    public var path: String {
        var folder = "tile/entries"
        if case .hashes(let level) = kind { folder = "tile/\(level)" }
        var parts: [String] = []
        var rest = index
        repeat {
            let digits = String(rest % 1000)
            let padded = String(repeating: "0", count: 3 - digits.utf8.count) + digits
            parts.insert(parts.isEmpty ? padded : "x" + padded, at: 0)
            rest /= 1000
        } while rest > 0
        let partial = width < TileLayout.width ? ".p/\(width)" : ""
        return "\(folder)/\(parts.joined(separator: "/"))\(partial)"
    }

    /// Reads a path; nil unless it is exactly what ``path`` would write.
    public init?(path: String) {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard path.utf8.count <= 64, parts.count >= 3, parts[0] == "tile" else { return nil }
        var width = TileLayout.width
        if parts[parts.count - 2].hasSuffix(".p") {
            guard let partial = Decimal.parse(Array(parts.removeLast().utf8)) else { return nil }
            width = partial
            parts.append(parts.removeLast().dropLast(2))
        }
        let kind: Kind
        if parts[1] == "entries" {
            kind = .entries
        } else if let level = Decimal.parse(Array(parts[1].utf8)) {
            kind = .hashes(level: level)
        } else {
            return nil
        }
        var index = 0
        for part in parts[2...] {
            guard let digits = Int(part.filter { $0 != "x" }), digits >= 0, digits < 1000,
                index <= (Int.max - 999) / 1000
            else { return nil }
            index = index * 1000 + digits
        }
        guard let file = TileLayout(kind, index: index, width: width),
            file.path.utf8.elementsEqual(path.utf8)
        else { return nil }
        self = file
    }

    /// The files that a log of `new` entries has and one of `old` entries did not have.
    ///
    /// Includes a tile that was partial and grew, under its new name. Partial files of the smaller
    /// log may be deleted once the full one is there.
    ///
    /// - Requires: `0 <= old <= new`.
    public static func added(from old: Int, to new: Int) -> [TileLayout] {
        precondition(old >= 0 && old <= new, "a log does not shrink")
        var files: [TileLayout] = []
        files += added(.entries, from: old, to: new)
        for level in 0...7 where new >> (8 * level) > 0 {
            files += added(
                .hashes(level: level), from: old >> (8 * level), to: new >> (8 * level))
        }
        return files
    }

    private static func added(_ kind: Kind, from old: Int, to new: Int) -> [TileLayout] {
        guard old < new else { return [] }
        return (old / width...(new - 1) / width).compactMap { index in
            TileLayout(kind, index: index, width: min(width, new - index * width))
        }
    }
}
