// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// One table's columns as polynomials, and what salts its extension's rows.
///
/// The extension itself is several times as long as the trace, and is never there as a whole: whoever needs
/// it takes block by block, each a coset of the trace's rows and as long as the trace. A transform takes
/// hardly longer than fetching what it gives from memory that is new to the process.
struct Extension: Sendable {
    /// The coefficients, and zeros where the salts stand in a block.
    let coefficients: ColumnTiles
    let domain: EvaluationDomain
    let transform: NTT
    /// What the salts are drawn from, anew whenever they are wanted: they take as much memory as a column.
    private let seed: Randomness.Seed
    private let label: String
    /// How many rows' salts are drawn together.
    private static let salted = 1 << 10

    /// Takes columns of coefficients, and salts for the rows that they have over a domain.
    init(
        _ coefficients: ColumnTiles, _ domain: EvaluationDomain, _ transform: NTT,
        _ seed: Randomness.Seed, _ label: String
    ) {
        (self.coefficients, self.domain, self.transform) = (coefficients, domain, transform)
        (self.seed, self.label) = (seed, label)
    }

    /// The salts of some rows together, five elements for each.
    private func salts(_ part: Int) -> [KoalaBear] {
        var random = Randomness(seed: seed, label: "salt \(label) \(part)")
        return random.elements(Parameters.saltColumns * Extension.salted)
    }

    /// How many parts a block's salts are drawn in.
    var saltParts: Int { coefficients.rows / Extension.salted }

    /// Writes a part of a block's salts.
    func writeSalts(_ part: Int, of block: Int, into room: ColumnTiles) {
        room.write(
            salts(block * saltParts + part), from: part * Extension.salted,
            column: room.columns - Parameters.saltColumns, width: Parameters.saltColumns)
    }

    /// How many blocks there are.
    var blocks: Int { 1 << (domain.rowBits - coefficients.rowBits) }

    /// The point of a block's first row.
    func start(of block: Int) -> KoalaBear { domain.point(at: block << coefficients.rowBits) }

    /// Place for a block in a room, from a row of it on.
    func block(in room: Workroom, from row: Int = 0) throws(TilesError) -> ColumnTiles {
        try ColumnTiles(
            rowBits: coefficients.rowBits, columns: coefficients.columns, in: room, from: row)
    }

    /// How many rows of a room a block takes.
    var roomRows: Int { coefficients.tiles << coefficients.rowBits }

    /// The cells of the trace in some tiles, in bit-reversed order as a block's are; the others say nothing.
    ///
    /// - Parameter row: where in the room they go.
    func trace(
        _ tiles: [Int], in room: Workroom, from row: Int = 0, threads: Int
    ) throws(TilesError) -> ColumnTiles {
        let trace = try block(in: room, from: row)
        try Parallel.each(tiles.count, threads: threads) {
            (place: Int) throws(TilesError) -> Void in
            try transform.evaluateBlock(
                tile: tiles[place], of: coefficients, start: .one, into: trace)
        }
        return trace
    }

    /// Writes the columns of one tile of a block; where salts stand in it is zero.
    func writeColumns(tile: Int, of block: Int, into room: ColumnTiles) throws(TilesError) {
        // A tile of salts alone has no coefficients.
        guard 16 * tile < room.columns - Parameters.saltColumns else { return }
        try transform.evaluateBlock(
            tile: tile, of: coefficients, start: start(of: block), into: room)
    }

    /// The rows at some places of the extension, as bytes.
    ///
    /// - Parameter places: in rising order, none twice.
    func bytes(ofRows places: [Int], threads: Int) throws(TilesError) -> [[UInt8]] {
        let tiles = coefficients.tiles
        let rowBits = coefficients.rowBits
        let workers = min(threads, tiles)
        var cells = places.map { _ in [KoalaBear]() }
        let parts = try Parallel.results(workers, threads: threads) {
            (worker: Int) throws(TilesError) -> [[[KoalaBear]]] in
            let scratch = try ColumnTiles(rowBits: rowBits, columns: 16)
            var parts: [[[KoalaBear]]] = []
            for tile in stride(from: worker, to: tiles, by: workers) {
                var rows: [[KoalaBear]] = []
                for block in 0..<blocks {
                    let here = places.filter { $0 >> rowBits == block }.map {
                        $0 & (coefficients.rows - 1)
                    }
                    guard !here.isEmpty else { continue }
                    rows += try transform.evaluate(
                        rows: here, tile: tile, of: coefficients, start: start(of: block),
                        scratch: scratch)
                }
                parts.append(rows)
            }
            return parts
        }
        for tile in 0..<tiles {
            for (place, row) in parts[tile % workers][tile / workers].enumerated() {
                cells[place] += row
            }
        }
        let columns = coefficients.columns - Parameters.saltColumns
        let wanted = Set(places.map { $0 / Extension.salted }).sorted()
        let salts = Dictionary(
            uniqueKeysWithValues: zip(
                wanted, Parallel.map(wanted.count, threads: threads) { self.salts(wanted[$0]) }))
        return zip(places, cells).map { place, cells in
            let first = Parameters.saltColumns * (place % Extension.salted)
            let salt = salts[place / Extension.salted]?[first..<first + Parameters.saltColumns]
            return cells.prefix(columns).bytes + (salt ?? []).bytes
        }
    }
}

/// The extensions of all tables, and what commits to them.
struct Committed: Sendable {
    let extensions: [Extension]
    let tree: MixedTree

    /// Salts the extensions of columns of coefficients, and commits to them.
    init(
        _ columns: [ColumnTiles], _ shape: Shape, _ transform: NTT, _ seed: Randomness.Seed,
        _ label: String, in room: Workroom, threads: Int
    ) throws(TilesError) {
        let extensions = zip(columns, shape.tables).enumerated().map { place, both in
            Extension(both.0, both.1.domain, transform, seed, "\(label) \(place)")
        }
        try self.init(extensions, height: shape.bits, in: room, threads: threads)
    }

    /// Commits to extensions, the longest of which has so many bits.
    init(
        _ extensions: [Extension], height: Int, in room: Workroom, threads: Int
    ) throws(TilesError) {
        self.extensions = extensions
        tree = try MixedTree(height: height, threads: threads) {
            (bits: Int) throws(TilesError) -> DigestLayer? in
            let here = extensions.filter { $0.domain.rowBits == bits }
            return here.isEmpty ? nil : try Committed.leaves(of: here, in: room, threads: threads)
        }
    }

    /// The digests of the rows of extensions that are all as long.
    private static func leaves(
        of extensions: [Extension], in room: Workroom, threads: Int
    ) throws(TilesError) -> DigestLayer {
        var blocks: [ColumnTiles] = []
        var taken = 0
        for one in extensions {
            blocks.append(try one.block(in: room, from: taken))
            taken += one.roomRows
        }
        let jobs = extensions.indices.flatMap { place in
            (0..<blocks[place].tiles).map { (place, $0) }
        }
        let digests = try DigestLayer(count: extensions[0].domain.rows)
        let rows = extensions[0].coefficients.rows
        let batch = min(rows, 1 << 10)
        for block in 0..<extensions[0].blocks {
            try Parallel.each(jobs.count, threads: threads) {
                [blocks] (job: Int) throws(TilesError) -> Void in
                let (place, tile) = jobs[job]
                try extensions[place].writeColumns(tile: tile, of: block, into: blocks[place])
            }
            for (one, target) in zip(extensions, blocks) {
                _ = Parallel.map(one.saltParts, threads: threads) {
                    one.writeSalts($0, of: block, into: target)
                }
            }
            _ = Parallel.map(rows / batch, threads: threads) { [blocks] part in
                digests.write(
                    rows: part * batch..<(part + 1) * batch, of: blocks,
                    at: block * rows + part * batch)
            }
        }
        return digests
    }

    /// What shows that the rows at some places are committed to.
    ///
    /// - Parameter indices: places among the leaves, in rising order, none twice.
    func opening(at indices: [Int], threads: Int) throws(TilesError) -> [UInt8] {
        // Of the leaves' siblings nothing was kept: their rows are worked out with the others.
        let both = Set(indices.flatMap { [$0, $0 ^ 1] }).sorted()
        var siblings = both.map { _ in [UInt8]() }
        var bytes: [UInt8] = []
        for one in extensions {
            if one.domain.rowBits == tree.height {
                let rows = try one.bytes(ofRows: both, threads: threads)
                for (place, row) in rows.enumerated() { siblings[place] += row }
                let wanted = Set(indices)
                bytes += zip(both, rows).filter { wanted.contains($0.0) }.flatMap(\.1)
            } else {
                let places = tree.places(of: indices, height: one.domain.rowBits)
                bytes += try one.bytes(ofRows: places, threads: threads).joined()
            }
        }
        let leaves = Dictionary(uniqueKeysWithValues: zip(both, siblings))
        return bytes + tree.path(of: indices) { SHA256.digest([0] + (leaves[$0] ?? [])) }
    }
}
