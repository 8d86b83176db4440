// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// A Merkle tree over the rows of several matrices of different heights.
///
/// Leaf i is SHA-256(0x00 ‖ row i of every matrix of the greatest height, one after another). A node is
/// SHA-256(0x01 ‖ left ‖ right); where a layer has as many nodes as a shorter matrix has rows, node i
/// becomes SHA-256(0x02 ‖ node ‖ SHA-256(0x00 ‖ row i of every matrix of that height)). The three bytes keep
/// leaves, nodes and joined nodes apart; the heights are known to whoever verifies.
struct MixedTree: Sendable {
    /// The logarithm of how many leaves there are.
    let height: Int
    /// Every layer from the one above the leaves to the root, with the rows that join it.
    private let layers: [DigestLayer]

    /// Commits to rows.
    ///
    /// - Parameters:
    ///   - height: the logarithm of how many leaves there are.
    ///   - rows: of a logarithm of rows the digests of the matrices that have so many, one for each row;
    ///     nil where there are none. It is asked from the leaves on.
    init(
        height: Int, threads: Int, rows: (Int) throws(TilesError) -> DigestLayer?
    ) throws(TilesError) {
        var layers: [DigestLayer] = []
        guard var layer = try rows(height) else { preconditionFailure("a tree has leaves") }
        for bits in (0...height).reversed() {
            if bits < height {
                layer = try MixedTree.above(layer, count: 1 << bits, tag: 1, threads: threads)
                if let rows = try rows(bits) {
                    layer = try MixedTree.above(
                        layer, and: rows, count: 1 << bits, tag: 2, threads: threads)
                }
            }
            if bits < height || height == 0 { layers.append(layer) }
        }
        (self.height, self.layers) = (height, layers)
    }

    /// The root.
    var root: [UInt8] { layers.last?[0] ?? [] }

    /// Which rows of a matrix join the paths from some leaves.
    ///
    /// - Parameters:
    ///   - indices: places among the leaves, in rising order, none twice.
    ///   - height: the logarithm of the matrix's rows.
    func places(of indices: [Int], height: Int) -> [Int] {
        var places: [Int] = []
        for index in indices.map({ $0 >> (self.height - height) })
        where index != places.last { places.append(index) }
        return places
    }

    /// The digests that the paths from some leaves to the root lack.
    ///
    /// - Parameters:
    ///   - indices: places among the leaves, in rising order, none twice.
    ///   - leaf: the digest of a leaf beside one of those.
    func path(of indices: [Int], leaf: (Int) -> [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var places = indices
        for bits in (0..<height).reversed() {
            // The layer of the places, which have one bit more.
            let above = height - bits - 2
            var next: [Int] = []
            var at = 0
            while at < places.count {
                let place = places[at]
                if at + 1 < places.count, places[at + 1] == place ^ 1 {
                    at += 1
                } else {
                    bytes += bits == height - 1 ? leaf(place ^ 1) : layers[above][place ^ 1]
                }
                at += 1
                next.append(place >> 1)
            }
            places = next
        }
        return bytes
    }

    /// Hashes the pairs of neighbours in a layer, or those of two layers.
    private static func above(
        _ first: DigestLayer, and second: DigestLayer? = nil, count: Int, tag: UInt8, threads: Int
    ) throws(TilesError) -> DigestLayer {
        let layer = try DigestLayer(count: count)
        let batch = max(1 << 10, count / 16)
        _ = Parallel.map((count + batch - 1) / batch, threads: threads) { part in
            layer.join(
                batch * part..<min(batch * (part + 1), count), of: first, and: second, tag: tag)
        }
        return layer
    }
}
