// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import Vault
import TestSupport

@Suite struct KeyTests {
    let node: NodeKey
    let next: NodeKey
    let key: SegmentKey
    let segment = Digest(of: [1, 2, 3])

    init() {
        var generator = Seeded(20)
        node = NodeKey(epoch: 1, using: &generator)
        next = NodeKey(epoch: 2, using: &generator)
        key = SegmentKey(using: &generator)
    }

    @Test func `a wrapped key opens for its own segment and epoch only`() throws {
        let wrapped = node.wrap(key, segment: segment)
        #expect(try node.unwrap(wrapped, segment: segment) == key)
        #expect(throws: KeyError.notAuthentic) {
            try node.unwrap(wrapped, segment: Digest(of: [1, 2, 4]))
        }
        #expect(throws: KeyError.wrongEpoch(wrapped: 1, given: 2)) {
            try next.unwrap(wrapped, segment: segment)
        }
        var generator = Seeded(21)
        let sameEpoch = NodeKey(epoch: 1, using: &generator)
        #expect(throws: KeyError.notAuthentic) {
            try sameEpoch.unwrap(wrapped, segment: segment)
        }
    }

    @Test func `segments whose ids differ only late have keys of their own`() throws {
        let near = Digest(bytes: segment.bytes.dropLast() + [segment.bytes[31] ^ 1])!
        let wrapped = node.wrap(key, segment: segment)
        #expect(throws: KeyError.notAuthentic) { try node.unwrap(wrapped, segment: near) }
    }

    @Test func `wrapping again gives the same bytes`() {
        #expect(node.wrap(key, segment: segment) == node.wrap(key, segment: segment))
    }

    @Test func `the stored form comes back and has the stated length`() throws {
        let wrapped = node.wrap(key, segment: segment)
        #expect(wrapped.bytes.count == WrappedKey.byteCount)
        #expect(try WrappedKey(bytes: wrapped.bytes) == wrapped)
        for length in [0, 51, 53] {
            #expect(throws: KeyError.wrappedLength(found: length)) {
                try WrappedKey(bytes: Array(repeating: 0, count: length))
            }
        }
    }

    @Test func `flipping any bit of a wrapped key is found`() throws {
        let bytes = node.wrap(key, segment: segment).bytes
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                let wrapped = try WrappedKey(bytes: changed)
                #expect(throws: KeyError.self) { try node.unwrap(wrapped, segment: segment) }
            }
        }
    }

    @Test func `rotation keeps the segment key and leaves the former node key without use`() throws
    {
        let wrapped = node.wrap(key, segment: segment)
        let rotated = try NodeKey.rewrap(wrapped, segment: segment, from: node, to: next)
        #expect(rotated.epoch == 2)
        #expect(try next.unwrap(rotated, segment: segment) == key)
        #expect(throws: KeyError.wrongEpoch(wrapped: 2, given: 1)) {
            try node.unwrap(rotated, segment: segment)
        }
        #expect(throws: KeyError.self) {
            try NodeKey.rewrap(rotated, segment: segment, from: node, to: next)
        }
    }

    @Test func `a key of a wrong length is refused`() {
        for length in [0, 16, 31, 33] {
            let bytes = [UInt8](repeating: 1, count: length)
            #expect(throws: KeyError.wrongLength(found: length)) { try SegmentKey(bytes: bytes) }
            #expect(throws: KeyError.wrongLength(found: length)) {
                try NodeKey(epoch: 1, bytes: bytes)
            }
        }
    }

    @Test func `printing and dumping a key shows none of its bytes`() throws {
        let bytes = [UInt8](repeating: 0xab, count: 32)
        let hidden = try SegmentKey(bytes: bytes)
        let node = try NodeKey(epoch: 3, bytes: bytes)
        var dumped = ""
        dump(hidden, to: &dumped)
        dump(node, to: &dumped)
        for text in ["\(hidden)", "\(node)", String(reflecting: node), dumped] {
            #expect(!text.contains("171") && !text.lowercased().contains("abab"))
        }
        #expect(node.withBytes { Array($0) } == bytes)
    }

    @Test func `keys drawn from one generator differ`() {
        var generator = SystemRandomNumberGenerator()
        let keys = (0..<100).map { _ in NodeKey(epoch: 0, using: &generator) }
        for (index, key) in keys.enumerated() {
            #expect(keys[(index + 1)...].allSatisfy { $0 != key })
        }
    }
}
