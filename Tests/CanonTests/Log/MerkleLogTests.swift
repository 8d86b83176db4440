// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import TestSupport

/// RFC 6962 section 2.1, word for word: slow, and nothing to get wrong.
enum PlainTree {
    static func root(_ leaves: ArraySlice<Digest>) -> Digest {
        guard let only = leaves.first else { return Digest(of: []) }
        guard leaves.count > 1 else { return only }
        let middle = leaves.startIndex + split(leaves.count)
        return node(root(leaves[..<middle]), root(leaves[middle...]))
    }

    static func path(_ index: Int, _ leaves: ArraySlice<Digest>) -> [Digest] {
        guard leaves.count > 1 else { return [] }
        let k = split(leaves.count)
        let (left, right) = (leaves.prefix(k), leaves.dropFirst(k))
        return index < k
            ? path(index, left) + [root(right)] : path(index - k, right) + [root(left)]
    }

    static func subproof(_ old: Int, _ leaves: ArraySlice<Digest>, _ whole: Bool) -> [Digest] {
        if old == leaves.count { return whole ? [] : [root(leaves)] }
        let k = split(leaves.count)
        let (left, right) = (leaves.prefix(k), leaves.dropFirst(k))
        return old <= k
            ? subproof(old, left, whole) + [root(right)]
            : subproof(old - k, right, false) + [root(left)]
    }

    static func node(_ left: Digest, _ right: Digest) -> Digest {
        Digest(of: [1] + left.bytes + right.bytes)
    }

    private static func split(_ count: Int) -> Int {
        var k = 1
        while k * 2 < count { k *= 2 }
        return k
    }
}

@Suite struct MerkleLogTests {
    private let leaves = (0..<300).map { MerkleLog.leafHash(Array("entry \($0)".utf8)) }

    /// The entries and roots that the Certificate Transparency code has tested itself with since 2013.
    @Test func `roots are those of Certificate Transparency`() {
        let entries = [
            "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ]
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ]
        var log = MerkleLog()
        #expect(log.root.hex == roots[0])
        for (entry, root) in zip(entries, roots.dropFirst()) {
            log.append(MerkleLog.leafHash(Hex.decode(entry)!))
            #expect(log.root.hex == root)
        }
    }

    @Test(arguments: [0, 1, 127, 128, 1022, 1023, 1024, 1025, 70_000])
    func `a leaf is hashed behind a zero byte whatever its length`(count: Int) {
        var random = Seeded(UInt64(count))
        let entry = random.bytes(count)
        #expect(MerkleLog.leafHash(entry) == Digest(of: [0] + entry))
    }

    @Test func `every size has the root of the definition, one by one and at once`() throws {
        var single = MerkleLog()
        var frontier = MerkleFrontier()
        let all = MerkleLog(leafHashes: leaves)
        for size in 0...leaves.count {
            let root = PlainTree.root(leaves[..<size])
            #expect(single.root == root)
            #expect(frontier.root == root)
            #expect(try all.root(at: size) == root)
            #expect(frontier.peaks.count == size.nonzeroBitCount)
            guard size < leaves.count else { break }
            #expect(single.append(leaves[size]) == size)
            frontier.append(leaves[size])
        }
        #expect(all.root == single.root)
        #expect(all[7] == leaves[7])
    }

    @Test func `appending in parts gives the same log`() {
        var random = Seeded(8)
        for _ in 0..<20 {
            var log = MerkleLog()
            var rest = leaves[...]
            while !rest.isEmpty {
                let count = Int.random(in: 0...min(40, rest.count), using: &random)
                if Bool.random(using: &random) {
                    log.append(contentsOf: rest.prefix(count))
                } else {
                    for leaf in rest.prefix(count) { log.append(leaf) }
                }
                rest = rest.dropFirst(count)
            }
            #expect(log.root == PlainTree.root(leaves[...]))
        }
    }

    @Test func `a frontier goes on where it was kept`() throws {
        var frontier = MerkleFrontier()
        for leaf in leaves[..<77] { frontier.append(leaf) }
        var later = try MerkleFrontier(size: frontier.size, peaks: frontier.peaks)
        for leaf in leaves[77...] { later.append(leaf) }
        #expect(later.root == PlainTree.root(leaves[...]))
        #expect(throws: ProofError.wrongLength(expected: 4, got: 1)) {
            try MerkleFrontier(size: 77, peaks: [.zero])
        }
        #expect(throws: ProofError.self) { try MerkleFrontier(size: -1, peaks: []) }
    }

    @Test func `every inclusion proof up to 40 is that of the definition and holds`() throws {
        let log = MerkleLog(leafHashes: leaves)
        for size in 1...40 {
            let root = PlainTree.root(leaves[..<size])
            for index in 0..<size {
                let proof = try log.inclusionProof(of: index, size: size)
                #expect(proof.path == PlainTree.path(index, leaves[..<size]))
                try proof.verify(leafHash: leaves[index], root: root)
            }
        }
    }

    @Test func `every consistency proof up to 40 is that of the definition and holds`() throws {
        let log = MerkleLog(leafHashes: leaves)
        for new in 1...40 {
            let newRoot = PlainTree.root(leaves[..<new])
            for old in 1...new {
                let proof = try log.consistencyProof(from: old, to: new)
                #expect(proof.path == PlainTree.subproof(old, leaves[..<new], true))
                try proof.verify(oldRoot: PlainTree.root(leaves[..<old]), newRoot: newRoot)
            }
        }
    }

    @Test func `an inclusion proof holds for nothing else`() throws {
        let log = MerkleLog(leafHashes: leaves)
        for size in [1, 2, 3, 7, 8, 21] {
            let root = try log.root(at: size)
            for index in 0..<size {
                let path = try log.inclusionProof(of: index, size: size).path
                for (otherIndex, otherSize) in [(index + 1, size), (index - 1, size), (index, 0)] {
                    let forged = InclusionProof(index: otherIndex, size: otherSize, path: path)
                    #expect(throws: ProofError.self) {
                        try forged.verify(leafHash: leaves[index], root: root)
                    }
                }
                #expect(throws: ProofError.self) {
                    try InclusionProof(index: index, size: size, path: path)
                        .verify(leafHash: leaves[299], root: root)
                }
                for place in path.indices {
                    var changed = path
                    changed[place] = leaves[299]
                    #expect(throws: ProofError.self) {
                        try InclusionProof(index: index, size: size, path: changed)
                            .verify(leafHash: leaves[index], root: root)
                    }
                    changed.remove(at: place)
                    #expect(
                        throws: ProofError.wrongLength(expected: path.count, got: path.count - 1)
                    ) {
                        try InclusionProof(index: index, size: size, path: changed)
                            .verify(leafHash: leaves[index], root: root)
                    }
                }
                #expect(throws: ProofError.wrongLength(expected: path.count, got: path.count + 1)) {
                    try InclusionProof(index: index, size: size, path: path + [.zero])
                        .verify(leafHash: leaves[index], root: root)
                }
            }
        }
    }

    @Test func `a consistency proof holds for nothing else`() throws {
        let log = MerkleLog(leafHashes: leaves)
        for (old, new) in [(1, 2), (3, 7), (4, 7), (6, 8), (7, 8), (13, 21), (16, 21)] {
            let (oldRoot, newRoot) = (try log.root(at: old), try log.root(at: new))
            let path = try log.consistencyProof(from: old, to: new).path
            let proof = ConsistencyProof(old: old, new: new, path: path)
            #expect(throws: ProofError.self) {
                try proof.verify(oldRoot: newRoot, newRoot: newRoot)
            }
            #expect(throws: ProofError.self) {
                try proof.verify(oldRoot: oldRoot, newRoot: oldRoot)
            }
            #expect(throws: ProofError.self) {
                try proof.verify(oldRoot: newRoot, newRoot: oldRoot)
            }
            for place in path.indices {
                var changed = path
                changed[place] = leaves[299]
                #expect(throws: ProofError.self) {
                    try ConsistencyProof(old: old, new: new, path: changed)
                        .verify(oldRoot: oldRoot, newRoot: newRoot)
                }
                changed.remove(at: place)
                #expect(throws: ProofError.wrongLength(expected: path.count, got: path.count - 1)) {
                    try ConsistencyProof(old: old, new: new, path: changed)
                        .verify(oldRoot: oldRoot, newRoot: newRoot)
                }
            }
            #expect(throws: ProofError.wrongLength(expected: path.count, got: path.count + 1)) {
                try ConsistencyProof(old: old, new: new, path: path + [.zero])
                    .verify(oldRoot: oldRoot, newRoot: newRoot)
            }
            #expect(throws: ProofError.wrongSizes(old: new, new: old)) {
                try ConsistencyProof(old: new, new: old, path: path)
                    .verify(oldRoot: newRoot, newRoot: oldRoot)
            }
        }
    }

    @Test func `equal sizes need equal roots, and the empty log is before every log`() throws {
        let root = leaves[0]
        let same = ConsistencyProof(old: 5, new: 5, path: [])
        try same.verify(oldRoot: root, newRoot: root)
        #expect(throws: ProofError.wrongOldRoot(expected: leaves[1], got: root)) {
            try same.verify(oldRoot: leaves[1], newRoot: root)
        }
        let first = ConsistencyProof(old: 0, new: 5, path: [])
        try first.verify(oldRoot: MerkleLog.emptyRoot, newRoot: root)
        #expect(throws: ProofError.self) { try first.verify(oldRoot: root, newRoot: root) }
        #expect(throws: ProofError.wrongLength(expected: 0, got: 1)) {
            try ConsistencyProof(old: 5, new: 5, path: [.zero]).verify(oldRoot: root, newRoot: root)
        }
        #expect(throws: ProofError.self) {
            try ConsistencyProof(old: -1, new: 5, path: []).verify(oldRoot: root, newRoot: root)
        }
    }

    @Test func `a proof that the log cannot make is an error`() {
        let log = MerkleLog(leafHashes: leaves[..<10])
        #expect(throws: ProofError.outOfRange(index: 10, size: 10)) {
            try log.inclusionProof(of: 10)
        }
        #expect(throws: ProofError.self) { try log.inclusionProof(of: -1) }
        #expect(throws: ProofError.self) { try log.inclusionProof(of: 0, size: 11) }
        #expect(throws: ProofError.self) { try log.inclusionProof(of: 0, size: -1) }
        #expect(throws: ProofError.self) { try MerkleLog().inclusionProof(of: 0) }
        #expect(throws: ProofError.wrongSizes(old: 0, new: 3)) {
            try log.consistencyProof(from: 0, to: 3)
        }
        #expect(throws: ProofError.self) { try log.consistencyProof(from: 4, to: 3) }
        #expect(throws: ProofError.self) { try log.consistencyProof(from: 4, to: 11) }
        #expect(throws: ProofError.self) { try log.root(at: 11) }
        #expect(throws: ProofError.self) { try log.root(at: -1) }
    }

    @Test func `the largest sizes are judged without a trap`() {
        for (index, size) in [(0, Int.max), (Int.max - 1, Int.max), (Int.max, Int.max), (5, .min)] {
            for count in [0, 1, 62, 63, 64] {
                let path = [Digest](repeating: .zero, count: count)
                #expect(throws: ProofError.self) {
                    try InclusionProof(index: index, size: size, path: path)
                        .verify(leafHash: .zero, root: .zero)
                }
                #expect(throws: ProofError.self) {
                    try ConsistencyProof(old: index, new: size, path: path)
                        .verify(oldRoot: .zero, newRoot: leaves[0])
                }
            }
        }
    }
}
