// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// One table's columns as polynomials, and the salts of its extension's rows.
///
/// The extension itself is several times as long as the trace, and is never there as a whole: whoever needs
/// it takes block by block, each a coset of the trace's rows and as long as the trace. A transform takes
/// hardly longer than fetching what it gives from memory that is new to the process.
struct Extension: Sendable {
    /// The coefficients, and zeros where the salts stand in a block.
    let coefficients: ColumnTiles
    /// The salts of all rows of the extension.
    let salts: ExtensionColumn
    let domain: EvaluationDomain
    let transform: NTT

    /// Salts the rows that columns of coefficients have over a domain.
    init(
        _ coefficients: ColumnTiles, _ domain: EvaluationDomain, _ transform: NTT,
        _ seed: Randomness.Seed, _ label: String, threads: Int
    ) throws(TilesError) {
        let salts = try ExtensionColumn(rows: domain.rows)
        let batch = min(salts.rows, 1 << 14)
        _ = Parallel.map(salts.rows / batch, threads: threads) { part in
            var random = Randomness(seed: seed, label: "salt \(label) \(part)")
            for row in part * batch..<(part + 1) * batch { salts[row] = random.extended() }
        }
        (self.coefficients, self.salts) = (coefficients, salts)
        (self.domain, self.transform) = (domain, transform)
    }

    /// How many blocks there are.
    var blocks: Int { 1 << (domain.rowBits - coefficients.rowBits) }

    /// The point of a block's first row.
    func start(of block: Int) -> KoalaBear { domain.point(at: block << coefficients.rowBits) }

    /// Room for a block.
    func room() throws(TilesError) -> ColumnTiles {
        try ColumnTiles(rowBits: coefficients.rowBits, columns: coefficients.columns)
    }

    /// The cells of the trace in some tiles, in bit-reversed order as a block's are; the others are zero.
    func trace(_ tiles: [Int], threads: Int) throws(TilesError) -> ColumnTiles {
        let trace = try room()
        try Parallel.each(tiles.count, threads: threads) {
            (place: Int) throws(TilesError) -> Void in
            try transform.evaluateBlock(
                tile: tiles[place], of: coefficients, start: .one, into: trace)
        }
        return trace
    }

    /// Writes one tile of a block.
    func write(tile: Int, of block: Int, into room: ColumnTiles) throws(TilesError) {
        // A tile of salts alone has no coefficients.
        if 16 * tile < room.columns - Parameters.saltColumns {
            try transform.evaluateBlock(
                tile: tile, of: coefficients, start: start(of: block), into: room)
        }
        room.writeCells(
            tile: tile, column: room.columns - Parameters.saltColumns, from: salts,
            start: block << coefficients.rowBits)
    }

    /// The rows at some places of the extension, as bytes, one after another.
    ///
    /// - Parameter places: in rising order, none twice.
    func bytes(ofRows places: [Int], threads: Int) throws(TilesError) -> [UInt8] {
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
        return zip(places, cells).flatMap { place, cells in
            cells.prefix(columns).flatMap(\.bytes) + salts[place].bytes
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
        _ label: String, threads: Int
    ) throws(TilesError) {
        var extensions: [Extension] = []
        for (place, (columns, table)) in zip(columns, shape.tables).enumerated() {
            extensions.append(
                try Extension(
                    columns, table.domain, transform, seed, "\(label) \(place)",
                    threads: threads))
        }
        try self.init(extensions, height: shape.bits, threads: threads)
    }

    /// Commits to extensions, the longest of which has so many bits.
    init(_ extensions: [Extension], height: Int, threads: Int) throws(TilesError) {
        self.extensions = extensions
        tree = try MixedTree(height: height, threads: threads) {
            (bits: Int) throws(TilesError) -> [UInt8]? in
            let here = extensions.filter { $0.domain.rowBits == bits }
            return here.isEmpty ? nil : try Committed.leaves(of: here, threads: threads)
        }
    }

    /// The digests of the rows of extensions that are all as long.
    private static func leaves(
        of extensions: [Extension], threads: Int
    ) throws(TilesError) -> [UInt8] {
        var rooms: [ColumnTiles] = []
        for one in extensions { rooms.append(try one.room()) }
        let jobs = extensions.indices.flatMap { place in
            (0..<rooms[place].tiles).map { (place, $0) }
        }
        var digests: [UInt8] = []
        digests.reserveCapacity(RowHash.byteCount * extensions[0].domain.rows)
        for block in 0..<extensions[0].blocks {
            try Parallel.each(jobs.count, threads: threads) {
                [rooms] (job: Int) throws(TilesError) -> Void in
                let (place, tile) = jobs[job]
                try extensions[place].write(tile: tile, of: block, into: rooms[place])
            }
            digests += MixedTree.digests(ofRows: rooms, threads: threads)
        }
        return digests
    }

    /// What shows that the rows at some places are committed to.
    ///
    /// - Parameter indices: places among the leaves, in rising order, none twice.
    func opening(at indices: [Int], threads: Int) throws(TilesError) -> [UInt8] {
        var bytes: [UInt8] = []
        for one in extensions {
            let places = tree.places(of: indices, height: one.domain.rowBits)
            bytes += try one.bytes(ofRows: places, threads: threads)
        }
        return bytes + tree.path(of: indices)
    }
}
