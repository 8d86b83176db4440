// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Foundation
internal import Vault

/// Rows from plain columns, sealed once: each contributor's under a key of its own, the keys wrapped,
/// the segments in packs.
struct SealedRows {
    let reader: VaultReader

    /// Opens what ``seal(_:schema:)`` left.
    init(_ prefix: String, schema: Schema) throws {
        let folder = SealedRows.folder(prefix)
        guard let index = FileManager.default.contents(atPath: folder + "/index") else {
            throw SQLBenchError("\(folder) is not there: run with --seal first")
        }
        let store = try PackStore(try DiskFolder(path: folder))
        let node = try SealedRows.node()
        var places: [[VaultReader.Place]] = []
        let length = 24 + 32 + WrappedKey.byteCount
        for start in stride(from: 0, to: index.count, by: length) {
            let part = Array(index[start..<start + length])
            func number(_ offset: Int) -> Int {
                (0..<8).reduce(0) { $0 | Int(part[offset + $1]) << ($1 * 8) }
            }
            guard let id = Digest(bytes: part[24..<56]) else { continue }
            places.append([
                VaultReader.Place(
                    location: SegmentLocation(
                        pack: number(0), offset: number(8), length: number(16)),
                    id: id, key: try WrappedKey(bytes: Array(part[56...])))
            ])
        }
        reader = VaultReader([places], tables: [schema], packs: try store.map(), keys: [node])
    }

    private static func folder(_ prefix: String) -> String { prefix + ".sealed" }

    /// The same key every time: these rows are nobody's.
    private static func node() throws -> NodeKey {
        try NodeKey(epoch: 1, bytes: [UInt8](repeating: 7, count: 32))
    }

    /// Seals the rows of a file, contributor after contributor.
    static func seal(_ prefix: String, schema: Schema) throws -> JSON {
        let people = try column(prefix + ".uid.i32.bin", Int32.self)
        let categories = try column(prefix + ".cat.u8.bin", UInt8.self)
        let values = try column(prefix + ".val.f64.bin", Double.self)
        let folder = folder(prefix)
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let store = try PackStore(try DiskFolder(path: folder))
        let (node, writer) = (try node(), SegmentWriter(schema: schema))
        var (dice, index) = (Dice(17), Data())
        var segments: [SealedSegment] = []
        var keys: [WrappedKey] = []
        func flush() throws {
            for (place, location) in try store.append(segments).enumerated() {
                for number in [location.pack, location.offset, location.length] {
                    withUnsafeBytes(of: Int64(number).littleEndian) { index.append(contentsOf: $0) }
                }
                index.append(contentsOf: segments[place].id.bytes + keys[place].bytes)
            }
            segments.removeAll()
            keys.removeAll()
        }
        var start = 0
        var count = 0
        while start < people.count {
            var end = start
            while end < people.count, people[end] == people[start] { end += 1 }
            let rows = Rows(
                schema: schema,
                columns: [
                    .init(values: categories[start..<end].map { Int64($0) }),
                    .init(values: (start..<end).map { _ in Int64(dice.below(365)) + 20_000 }),
                    .init(values: values[start..<end].map { Int64(($0 * 100).rounded()) }),
                ], count: end - start)
            let key = SegmentKey(using: &dice)
            let segment = try writer.seal(rows, key: key)
            keys.append(node.wrap(key, segment: segment.id))
            segments.append(segment)
            count += 1
            if segments.count == 10_000 { try flush() }
            start = end
        }
        try flush()
        try store.sync()
        try index.write(to: URL(fileURLWithPath: folder + "/index"))
        return ["people": .integer(Int64(count)), "rows": .integer(Int64(people.count))]
    }

    private static func column<Element: BitwiseCopyable>(
        _ path: String, _ type: Element.Type
    ) throws -> [Element] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        return data.withUnsafeBytes { Array($0.bindMemory(to: type)) }
    }
}
