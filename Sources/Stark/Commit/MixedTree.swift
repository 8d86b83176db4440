// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// A Merkle tree over the rows of several matrices of different heights.
///
/// Leaf i is SHA-256(0x00 ‖ row i of every matrix of the greatest height, one after another). A node is
/// SHA-256(0x01 ‖ left ‖ right); where a layer has as many nodes as a shorter matrix has rows, node i
/// becomes SHA-256(0x02 ‖ node ‖ SHA-256(0x00 ‖ row i of every matrix of that height)). The three bytes keep
/// leaves, nodes and joined nodes apart; the heights are known to whoever verifies.
struct MixedTree: Sendable {
    /// Every layer from the leaves to the root, 32 bytes for each node, with the rows that join it.
    private let layers: [[UInt8]]

    /// Commits to rows.
    ///
    /// - Parameters:
    ///   - height: the logarithm of how many leaves there are.
    ///   - rows: of a logarithm of rows the digests of the matrices that have so many, one for each row;
    ///     nil where there are none. It is asked from the leaves on.
    init<Failure: Error>(
        height: Int, threads: Int, rows: (Int) throws(Failure) -> [UInt8]?
    ) throws(Failure) {
        var layers: [[UInt8]] = []
        var layer = try rows(height) ?? []
        for bits in (0...height).reversed() {
            if bits < height {
                layer = MixedTree.parents(of: layer, tag: 1, threads: threads)
                if let rows = try rows(bits) {
                    var pairs: [UInt8] = []
                    pairs.reserveCapacity(2 * layer.count)
                    for start in stride(from: 0, to: layer.count, by: 32) {
                        pairs += layer[start..<start + 32]
                        pairs += rows[start..<start + 32]
                    }
                    layer = MixedTree.parents(of: pairs, tag: 2, threads: threads)
                }
            }
            layers.append(layer)
        }
        self.layers = layers
    }

    /// The root.
    var root: [UInt8] { layers.last ?? [] }

    /// Which rows of a matrix join the paths from some leaves.
    ///
    /// - Parameters:
    ///   - indices: places among the leaves, in rising order, none twice.
    ///   - height: the logarithm of the matrix's rows.
    func places(of indices: [Int], height: Int) -> [Int] {
        var places: [Int] = []
        for index in indices.map({ $0 >> (layers.count - 1 - height) })
        where index != places.last { places.append(index) }
        return places
    }

    /// The digests that the paths from some leaves to the root lack.
    ///
    /// - Parameter indices: places among the leaves, in rising order, none twice.
    func path(of indices: [Int]) -> [UInt8] {
        var bytes: [UInt8] = []
        var places = indices
        for layer in layers.dropLast() {
            var next: [Int] = []
            var at = 0
            while at < places.count {
                let place = places[at]
                if at + 1 < places.count, places[at + 1] == place ^ 1 {
                    at += 1
                } else {
                    bytes += layer[32 * (place ^ 1)..<32 * (place ^ 1) + 32]
                }
                at += 1
                next.append(place >> 1)
            }
            places = next
        }
        return bytes
    }

    /// The digests of rows of matrices that are all as long, each row's cells behind each other.
    static func digests(ofRows matrices: [ColumnTiles], threads: Int) -> [UInt8] {
        guard let first = matrices.first else { return [] }
        let batch = min(first.rows, 1 << 10)
        let parts = Parallel.map((first.rows + batch - 1) / batch, threads: threads) { part in
            RowHash.digests(
                ofRows: part * batch..<min((part + 1) * batch, first.rows), of: matrices)
        }
        return together(parts)
    }

    /// Pieces behind each other.
    private static func together(_ parts: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.reduce(0) { $0 + $1.count })
        for part in parts { bytes += part }
        return bytes
    }

    private static func parents(of layer: [UInt8], tag: UInt8, threads: Int) -> [UInt8] {
        let pairs = layer.count / 64
        guard pairs >= 1 << 12 else { return RowHash.parents(of: layer, tag: tag) }
        let batch = pairs / 16
        let parts = Parallel.map(16, threads: threads) { part in
            RowHash.parents(of: Array(layer[64 * batch * part..<64 * batch * (part + 1)]), tag: tag)
        }
        return together(parts)
    }
}
