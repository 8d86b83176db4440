// SPDX-License-Identifier: Apache-2.0
import Canon
import Synchronization
import Testing
import TestSupport

@testable import Vault

/// What a power cut and a damaged disk leave behind.
@Suite struct PackRecoveryTests {
    private let first = "pack-00000001.dvp"

    private func segment(using generator: inout Seeded) -> SealedSegment {
        let length = [0, 9, 100, 700, 3000].randomElement(using: &generator)!
        return SealedSegment(
            bytes: (0..<length).map { _ in UInt8.random(in: 1...255, using: &generator) })
    }

    private func segments(_ count: Int, seed: UInt64) -> [SealedSegment] {
        var generator = Seeded(seed)
        return (0..<count).map { _ in
            SealedSegment(
                bytes: (0..<100).map { _ in UInt8.random(in: 1...255, using: &generator) })
        }
    }

    @Test func `after a power cut everything synced is whole and nothing else is known`() throws {
        var generator = Seeded(50)
        for round in 0..<300 {
            var folder = PowerCutFolder()
            // What a caller's own journal knows to be durable.
            var known: [(SealedSegment, SegmentLocation)] = []
            var end = PackPosition(pack: 1, offset: 32)
            for _ in 0..<4 {
                let store = try PackStore(folder, known: end, rollover: 5000)
                #expect(store.recovery.missingBytes == 0)
                #expect(store.recovery.damages.isEmpty)
                try store.truncate(after: end)
                for (segment, location) in known {
                    #expect(try store.read(location, id: segment.id) == segment, "\(round)")
                }
                for _ in 0..<Int.random(in: 0...3, using: &generator) {
                    let new = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                        segment(using: &generator)
                    }
                    let locations = try store.append(new)
                    if Bool.random(using: &generator) {
                        end = try store.sync()
                        known += zip(new, locations)
                    } else if Bool.random(using: &generator) {
                        break
                    } else {
                        end = try store.sync()
                        known += zip(new, locations)
                    }
                }
                folder = folder.afterPowerCut(using: &generator)
            }
            let store = try PackStore(folder, known: end, rollover: 5000)
            try store.truncate(after: end)
            #expect(try store.scan().damages.isEmpty)
            #expect(try store.scan().live.map(\.id) == known.map(\.0.id))
        }
    }

    @Test func `without a known end whole records are kept and a torn tail is cut`() throws {
        var generator = Seeded(51)
        for _ in 0..<300 {
            let folder = PowerCutFolder()
            let store = try PackStore(folder)
            let kept = segments(3, seed: 52)
            let locations = try store.append(kept)
            try store.sync()
            _ = try store.append(segments(4, seed: 53))
            let after = folder.afterPowerCut(using: &generator)
            let again = try PackStore(after)
            for (segment, location) in zip(kept, locations) {
                #expect(try again.read(location, id: segment.id) == segment)
            }
            let more = segments(1, seed: 54)
            let added = try again.append(more)
            #expect(try again.read(added[0]) == more[0])
            #expect(again.end == added[0].end)
        }
    }

    @Test func `damage in the middle is reported with its place and segment`() throws {
        let folder = PowerCutFolder()
        let store = try PackStore(folder)
        let stored = segments(5, seed: 55)
        let locations = try store.append(stored)
        try store.sync()
        folder.flip(first, at: locations[1].offset + 60)
        folder.flip(first, at: locations[3].offset + 20)
        let scan = try PackStore(folder).scan()
        #expect(scan.live.map(\.id) == [stored[0].id, stored[2].id, stored[4].id])
        #expect(scan.damages.map(\.offset) == [locations[1].offset, locations[3].offset])
        #expect(scan.damages.map(\.id) == [stored[1].id, nil])
        #expect(throws: PackError.damaged(locations[1], id: stored[1].id)) {
            try store.read(locations[1])
        }
        #expect(throws: PackError.self) { try store.read(locations[3]) }
        #expect(try store.read(locations[4]) == stored[4])
    }

    @Test func `flipping any byte of a pack is found by the scan`() throws {
        let folder = PowerCutFolder()
        let store = try PackStore(folder)
        let location = try store.append(segments(2, seed: 56))[0]
        try store.sync()
        for offset in 0..<location.end.offset {
            folder.flip(first, at: offset)
            let scan = try store.scan()
            #expect(scan.damages.count == 1, "\(offset)")
            folder.flip(first, at: offset)
        }
        #expect(try store.scan().damages.isEmpty)
    }

    @Test func `damage before the known end is never cut off`() throws {
        let folder = PowerCutFolder()
        let store = try PackStore(folder)
        let stored = segments(3, seed: 57)
        let locations = try store.append(stored)
        let end = try store.sync()
        folder.flip(first, at: locations[2].offset + 60)
        let again = try PackStore(folder, known: end)
        #expect(again.end == end)
        #expect(again.recovery.cutBytes == 0)
        #expect(try again.scan().damages.map(\.id) == [stored[2].id])
    }

    @Test func `a disk that lost what it confirmed is told, and no place is given twice`() throws {
        let folder = PowerCutFolder()
        let store = try PackStore(folder)
        let locations = try store.append(segments(3, seed: 58))
        let end = try store.sync()
        try folder.open(first).truncate(to: locations[2].offset)
        let again = try PackStore(folder, known: end)
        #expect(again.recovery.missingBytes == end.offset - locations[2].offset)
        #expect(try again.append(segments(1, seed: 59))[0].pack == 2)

        let empty = try PackStore(PowerCutFolder(), known: end)
        #expect(empty.recovery.missingBytes > 0)
        #expect(try empty.append(segments(1, seed: 59))[0].pack == 2)
    }

    @Test func `an erasure that a power cut tore can be finished`() throws {
        var generator = Seeded(60)
        var unfinished = 0
        for _ in 0..<100 {
            let folder = PowerCutFolder()
            let store = try PackStore(folder)
            let stored = segments(3, seed: 61)
            let locations = try store.append(stored)
            let end = try store.sync()
            folder.state.withLock { $0.syncsFail = true }
            #expect(throws: PackError.self) { try store.erase([locations[1]]) }
            let after = folder.afterPowerCut(using: &generator)
            let again = try PackStore(after, known: end)
            if try !again.scan().unfinishedErasures.isEmpty { unfinished += 1 }
            try again.erase([locations[1]])
            let scan = try again.scan()
            #expect(scan.erased.map(\.id) == [stored[1].id])
            #expect(scan.live.map(\.id) == [stored[0].id, stored[2].id])
            #expect(scan.damages.isEmpty && scan.unfinishedErasures.isEmpty)
        }
        #expect(unfinished > 10)
    }

    @Test func `cutting at a place that is none is refused`() throws {
        let store = try PackStore(PowerCutFolder())
        let location = try store.append(segments(1, seed: 62))[0]
        for position in [
            PackPosition(pack: 1, offset: location.end.offset + 16),
            PackPosition(pack: 2, offset: 32), PackPosition(pack: 1, offset: 0),
            PackPosition(pack: 0, offset: 32), PackPosition(pack: 1, offset: 33),
        ] {
            #expect(throws: PackError.noSuchPosition(position)) {
                try store.truncate(after: position)
            }
        }
        #expect(throws: PackError.self) {
            try PackStore(PowerCutFolder(), known: PackPosition(pack: 1, offset: 7))
        }
    }

    @Test func `random bytes as a pack are reported, never a trap`() throws {
        var generator = Seeded(63)
        for _ in 0..<200 {
            let folder = PowerCutFolder()
            let store = try PackStore(folder)
            _ = try store.append(segments(3, seed: 64))
            try store.sync()
            let length = try folder.open(first).length()
            for _ in 0..<20 {
                folder.flip(first, at: Int.random(in: 0..<length, using: &generator))
            }
            _ = try store.scan()
            _ = try PackStore(folder).scan()
        }
    }

    @Test func `the checksum is Castagnoli's`() {
        // RFC 3720, appendix B.4.
        #expect(CRC32C.checksum(of: Array("123456789".utf8)) == 0xe306_9283)
        #expect(CRC32C.checksum(of: [UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
    }
}
