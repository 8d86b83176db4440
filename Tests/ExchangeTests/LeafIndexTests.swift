// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing

@testable import Exchange

/// Looking up entries by their hashes.
@Suite struct LeafIndexTests {
    private func hash(_ number: Int) -> Digest { Digest(of: Array("\(number)".utf8)) }

    @Test func `every leaf is found, also those that come later`() {
        var log = MerkleLog()
        var index = LeafIndex()
        for size in [0, 1, 2, 300, 301] {
            log.append(contentsOf: (log.size..<size).map(hash))
            for place in 0..<size { #expect(index.place(of: hash(place), in: log) == place) }
            #expect(index.place(of: hash(size), in: log) == nil)
        }
    }

    @Test func `hashes that begin alike are told apart, and the first of equal ones is named`()
        throws
    {
        let start = Array(hash(0).bytes.prefix(8))
        let alike = try (0..<3).map { number in
            try #require(Digest(bytes: start + Array(hash(number).bytes.suffix(24))))
        }
        let log = MerkleLog(leafHashes: [hash(9)] + alike[..<2] + [hash(9), alike[0]])
        var index = LeafIndex()
        #expect(index.place(of: alike[0], in: log) == 1)
        #expect(index.place(of: alike[1], in: log) == 2)
        #expect(index.place(of: alike[2], in: log) == nil)
        #expect(index.place(of: hash(9), in: log) == 0)
    }
}
