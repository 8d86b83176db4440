// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import TestSupport

@Suite struct StateTreeTests {
    /// The root by the definition alone, from all leaves.
    private func plainRoot(_ leaves: [Digest]) -> Digest {
        var level = leaves
        var height: UInt8 = 0
        while level.count > 1 {
            height += 1
            level = stride(from: 0, to: level.count, by: 16).map { first in
                let children = level[first..<min(first + 16, level.count)]
                return Digest(of: [0x10, height] + children.flatMap(\.bytes))
            }
        }
        let count = (0..<8).map { UInt8(truncatingIfNeeded: leaves.count >> ($0 * 8)) }
        return Digest(of: [0x11] + count + (level.first ?? .zero).bytes)
    }

    private func leaf(_ number: Int) -> Digest { Digest(of: Array("record \(number)".utf8)) }

    @Test func `an empty tree has a root of its own`() {
        var tree = StateTree()
        #expect(tree.root == plainRoot([]))
        #expect(tree.count == 0)
    }

    @Test(arguments: [1, 2, 15, 16, 17, 255, 256, 257, 4095, 4096, 4097, 5000])
    func `the root follows its definition`(count: Int) {
        let leaves = (0..<count).map(leaf)
        var tree = StateTree(leaves: leaves)
        #expect(tree.root == plainRoot(leaves))
    }

    @Test func `a root after every append equals the root of all at once`() {
        var tree = StateTree()
        var leaves: [Digest] = []
        for number in 0..<600 {
            #expect(tree.append(leaf(number)) == number)
            leaves.append(leaf(number))
            #expect(tree.root == plainRoot(leaves))
        }
    }

    @Test func `random histories of appends, updates and open leaves give the plain root`() {
        var random = Seeded(1)
        for _ in 0..<20 {
            var tree = StateTree()
            var leaves: [Digest] = []
            for _ in 0..<400 {
                let value = leaf(Int.random(in: 0..<1_000_000, using: &random))
                switch Int.random(in: 0..<6, using: &random) {
                case 0 where !leaves.isEmpty:
                    let index = Int.random(in: 0..<leaves.count, using: &random)
                    tree.update(index, value)
                    leaves[index] = value
                case 1 where !leaves.isEmpty:
                    let index = Int.random(in: 0..<leaves.count, using: &random)
                    tree.open(index)
                    leaves[index] = value
                case 2:
                    tree.appendOpen()
                    leaves.append(value)
                case 3: #expect(tree.root(leaf: { leaves[$0] }) == plainRoot(leaves))
                default:
                    for _ in 0..<20 {
                        tree.append(value)
                        leaves.append(value)
                    }
                }
            }
            #expect(tree.root(leaf: { leaves[$0] }) == plainRoot(leaves))
            #expect(tree.root == plainRoot(leaves))
        }
    }

    @Test func `an open leaf is asked for once however often it changed`() {
        var tree = StateTree(leaves: (0..<100).map(leaf))
        _ = tree.root
        for _ in 0..<10 { tree.open(3) }
        tree.open(70)
        tree.update(70, leaf(7))
        var asked: [Int] = []
        _ = tree.root { index in
            asked.append(index)
            return leaf(index + 1)
        }
        #expect(asked == [3])
        #expect(tree[3] == leaf(4))
        #expect(tree[70] == leaf(7))
    }

    @Test func `the root binds the count, the order and every leaf`() {
        let leaves = (0..<40).map(leaf)
        var roots: Set<Digest> = []
        for count in 0...40 {
            var tree = StateTree(leaves: Array(leaves[..<count]))
            roots.insert(tree.root)
        }
        #expect(roots.count == 41)
        var swapped = leaves
        swapped.swapAt(3, 4)
        var left = StateTree(leaves: leaves)
        var right = StateTree(leaves: swapped)
        #expect(left.root != right.root)
    }

    @Test(arguments: [1, 2, 16, 17, 300, 4097])
    func `a proof holds for its record and for no other`(count: Int) throws {
        var tree = StateTree(leaves: (0..<count).map(leaf))
        let root = tree.root
        for index in Set([0, count / 2, count - 1]) {
            let proof = tree.proof(of: index)
            try proof.verify(leaf: leaf(index), root: root)
            #expect(throws: ProofError.self) { try proof.verify(leaf: leaf(count), root: root) }
            #expect(throws: ProofError.self) { try proof.verify(leaf: leaf(index), root: .zero) }
            for (other, size) in [(index + 1, count), (index, count + 1), (-1, count), (0, 0)] {
                let forged = StateProof(index: other, count: size, path: proof.path)
                #expect(throws: ProofError.self) {
                    try forged.verify(leaf: leaf(index), root: root)
                }
            }
            let longer = StateProof(index: index, count: count, path: proof.path + [[.zero]])
            #expect(
                throws: ProofError.wrongLength(
                    expected: proof.path.count, got: proof.path.count + 1)
            ) {
                try longer.verify(leaf: leaf(index), root: root)
            }
        }
    }

    @Test func `a proof with one digest changed is refused`() {
        var tree = StateTree(leaves: (0..<300).map(leaf))
        let root = tree.root
        let proof = tree.proof(of: 123)
        for level in proof.path.indices {
            for place in proof.path[level].indices {
                var path = proof.path
                path[level][place] = leaf(-1)
                let forged = StateProof(index: 123, count: 300, path: path)
                #expect(throws: ProofError.self) { try forged.verify(leaf: leaf(123), root: root) }
            }
        }
    }

    @Test func `asking for the root with an open leaf stops the program`() async {
        await #expect(processExitsWith: .failure) {
            var tree = StateTree()
            tree.appendOpen()
            _ = tree.root
        }
    }
}
