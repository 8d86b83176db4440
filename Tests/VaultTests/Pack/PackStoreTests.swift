// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Synchronization
import Testing
import Vault
import TestSupport

@Suite struct PackStoreTests {
    let folder = PowerCutFolder()

    private func segments(_ lengths: [Int], seed: UInt64 = 40) -> [SealedSegment] {
        var generator = Seeded(seed)
        return lengths.map { length in
            SealedSegment(
                bytes: (0..<length).map { _ in UInt8.random(in: 1...255, using: &generator) })
        }
    }

    private let first = "pack-00000001.dvp"

    @Test func `what was appended is read back, also mapped`() throws {
        let store = try PackStore(folder)
        let stored = segments([0, 1, 15, 16, 17, 400, 70_000])
        let locations = try store.append(stored)
        let mapped = try store.map()
        for (segment, location) in zip(stored, locations) {
            #expect(try store.read(location, id: segment.id) == segment)
            let bytes = try mapped.bytes(at: location, id: segment.id)
            #expect(bytes.elementsEqual(segment.bytes))
        }
        #expect(store.end == locations.last?.end)
    }

    @Test func `many people imported together are one flush`() throws {
        let store = try PackStore(folder)
        try store.sync()
        let before = folder.state.withLock { $0.syncs }
        _ = try store.append(segments(Array(repeating: 40, count: 3000)))
        try store.sync()
        #expect(folder.state.withLock { $0.syncs } == before + 1)
    }

    @Test func `a full pack is followed by the next`() throws {
        let store = try PackStore(folder, rollover: 1000)
        let stored = segments([300, 300, 300, 300, 2000, 10])
        let locations = try store.append(stored)
        #expect(locations.map(\.pack) == [1, 1, 2, 2, 3, 4])
        try store.sync()
        let again = try PackStore(folder, rollover: 1000)
        for (segment, location) in zip(stored, locations) {
            #expect(try again.read(location, id: segment.id) == segment)
        }
        #expect(again.end == store.end)
        #expect(try again.scan().live.map(\.id) == stored.map(\.id))
    }

    @Test func `places where nothing lies are refused`() throws {
        let store = try PackStore(folder)
        let location = try store.append(segments([100, 200]))[0]
        let mapped = try store.map()
        let wrong = [
            SegmentLocation(pack: 2, offset: location.offset, length: 100),
            SegmentLocation(pack: 1, offset: location.offset + 16, length: 100),
            SegmentLocation(pack: 1, offset: location.offset + 1, length: 100),
            SegmentLocation(pack: 1, offset: 0, length: 100),
            SegmentLocation(pack: 1, offset: -32, length: 100),
            SegmentLocation(pack: 1, offset: location.offset, length: 99),
            SegmentLocation(pack: 1, offset: location.offset, length: -1),
            SegmentLocation(pack: 1, offset: location.offset, length: .max),
            SegmentLocation(pack: 1, offset: .max, length: 100),
            SegmentLocation(pack: 1, offset: 1 << 40, length: 100),
        ]
        for place in wrong {
            #expect(throws: PackError.self, "\(place)") { try store.read(place) }
            #expect(throws: PackError.self, "\(place)") { try mapped.bytes(at: place) }
            #expect(throws: PackError.self, "\(place)") { try store.erase([place]) }
        }
        let other = Digest(of: [9])
        #expect(throws: PackError.self) { try store.read(location, id: other) }
        #expect(throws: PackError.self) { try mapped.bytes(at: location, id: other) }
    }

    @Test func `an erased segment leaves no byte and the rest readable`() throws {
        let store = try PackStore(folder)
        let stored = segments([500, 64, 500])
        let locations = try store.append(stored)
        try store.sync()
        try store.erase([locations[1]])
        let files = folder.allBytes
        // Any eight bytes in a row of the sealed ones would be found.
        for start in 0...(64 - 8) {
            let piece = Array(stored[1].bytes[start..<start + 8])
            for bytes in files { #expect(!bytes.contains(piece)) }
        }
        #expect(throws: PackError.erased(locations[1], id: stored[1].id)) {
            try store.read(locations[1])
        }
        #expect(throws: PackError.erased(locations[1], id: stored[1].id)) {
            try store.map().bytes(at: locations[1])
        }
        #expect(try store.read(locations[0]) == stored[0])
        #expect(try store.read(locations[2]) == stored[2])
        try store.erase([locations[1]])
        let scan = try store.scan()
        #expect(scan.live.map(\.id) == [stored[0].id, stored[2].id])
        #expect(scan.erased.map(\.id) == [stored[1].id])
        #expect(scan.damages.isEmpty && scan.unfinishedErasures.isEmpty)
    }

    @Test func `a full disk leaves the store as before`() throws {
        let store = try PackStore(folder, rollover: 2000)
        let kept = segments([300, 300])
        let locations = try store.append(kept)
        try store.sync()
        let (end, length) = (store.end, try folder.open(first).length())
        for writes in 0..<4 {
            folder.state.withLock { $0.writesLeft = writes }
            #expect(throws: PackError.self) {
                try store.append(segments(Array(repeating: 900, count: 8), seed: 41))
            }
            #expect(store.end == end)
            #expect(folder.names() == [first])
            #expect(try folder.open(first).length() == length)
        }
        folder.state.withLock { $0.writesLeft = nil }
        let more = segments([900, 900, 900], seed: 42)
        let added = try store.append(more)
        for (segment, location) in zip(kept + more, locations + added) {
            #expect(try store.read(location, id: segment.id) == segment)
        }
    }

    @Test func `after a failed flush the store takes nothing more`() throws {
        let store = try PackStore(folder)
        _ = try store.append(segments([100]))
        folder.state.withLock { $0.syncsFail = true }
        #expect(throws: PackError.self) { try store.sync() }
        folder.state.withLock { $0.syncsFail = false }
        // The system may have dropped the pages that failed, and report success the next time.
        #expect(throws: PackError.self) { try store.sync() }
        #expect(throws: PackError.self) { try store.append(segments([100])) }
    }

    @Test func `a segment that is too long is refused before anything is written`() throws {
        let store = try PackStore(folder)
        let end = store.end
        let limit = Segment.byteLimit
        let long = SealedSegment(bytes: [UInt8](repeating: 1, count: limit + 1))
        #expect(throws: PackError.tooLarge(found: limit + 1, limit: limit)) {
            try store.append(segments([5]) + [long])
        }
        #expect(store.end == end)
    }

    @Test func `files that are no packs are left alone`() throws {
        _ = try folder.create("notes.txt")
        _ = try folder.create("pack-1.dvp")
        let store = try PackStore(folder)
        let location = try store.append(segments([10]))[0]
        #expect(location.pack == 1)
        #expect(Set(folder.names()) == ["notes.txt", "pack-1.dvp", first])
    }

    @Test func `the real file system does the same`() throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("vault-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let stored = segments([300, 500, 700])
        let store = try PackStore(DiskFolder(path: path), rollover: 1200)
        let locations = try store.append(stored)
        let end = try store.sync()
        let mapped = try store.map()
        #expect(try mapped.bytes(at: locations[1]).elementsEqual(stored[1].bytes))
        try store.erase([locations[1]])
        #expect(throws: PackError.self) { try mapped.bytes(at: locations[1]) }
        let again = try PackStore(DiskFolder(path: path), known: end, rollover: 1200)
        #expect(again.end == end)
        #expect(try again.read(locations[2]) == stored[2])
        #expect(try again.scan().erased.map(\.location) == [locations[1]])
        let more = try again.append(segments([50], seed: 43))
        try again.truncate(after: end)
        #expect(again.end == end)
        #expect(throws: PackError.self) { try again.read(more[0]) }
    }

    @Test func `a folder that is none gives an error that names it`() throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("vault-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let error = #expect(throws: PackError.self) { try DiskFolder(path: path) }
        #expect(error?.description.contains(path) == true)
        #expect(throws: PackError.self) { try DiskFolder(path: path + "/below/it") }
    }
}

extension [UInt8] {
    fileprivate func contains(_ piece: [UInt8]) -> Bool {
        guard count >= piece.count else { return false }
        return (0...(count - piece.count)).contains { start in
            self[start] == piece[0] && self[start..<start + piece.count].elementsEqual(piece)
        }
    }
}
