// SPDX-License-Identifier: Apache-2.0
internal import Fields

extension MixedTree {
    /// Reads the rows at some places, and checks that they are committed to.
    ///
    /// - Parameters:
    ///   - root: what they are committed to with.
    ///   - matrices: the logarithm of the rows of each matrix, and its columns.
    ///   - indices: places among the leaves, in rising order, none twice; at least one.
    /// - Returns: of each matrix its rows, by place among them.
    static func open(
        _ name: String, _ root: [UInt8], _ matrices: [(rowBits: Int, columns: Int)],
        at indices: [Int], from reader: inout ProofReader
    ) throws(ProofError) -> [[Int: [KoalaBear]]] {
        let height = matrices.map(\.rowBits).max() ?? 0
        var rows: [[Int: [KoalaBear]]] = []
        for matrix in matrices {
            var some: [Int: [KoalaBear]] = [:]
            var last = -1
            for index in indices.map({ $0 >> (height - matrix.rowBits) }) where index != last {
                some[index] = try reader.elements(matrix.columns)
                last = index
            }
            rows.append(some)
        }
        let tags = reader.weakness.tags
        func leaf(_ bits: Int, _ place: Int) -> [UInt8] {
            let cells = zip(matrices, rows).filter { $0.0.rowBits == bits }
                .flatMap { $0.1[place] ?? [] }
            return SHA256.digest([tags[0]] + cells.bytes)
        }
        var nodes = indices.map { (place: $0, digest: leaf(height, $0)) }
        for bits in (0..<height).reversed() {
            let isJoined = matrices.contains { $0.rowBits == bits }
            var above: [(place: Int, digest: [UInt8])] = []
            var at = 0
            while at < nodes.count {
                let (place, digest) = nodes[at]
                let other: [UInt8]
                if at + 1 < nodes.count, nodes[at + 1].place == place ^ 1 {
                    other = nodes[at + 1].digest
                    at += 1
                } else {
                    other = try reader.digest()
                }
                at += 1
                var parent = SHA256.digest(
                    [tags[1]] + (place & 1 == 0 ? digest + other : other + digest))
                if isJoined {
                    parent = SHA256.digest([tags[2]] + parent + leaf(bits, place >> 1))
                }
                above.append((place >> 1, parent))
            }
            nodes = above
        }
        try reader.demand(nodes.count == 1 && nodes[0].digest == root, or: .commitment(name))
        return rows
    }
}
