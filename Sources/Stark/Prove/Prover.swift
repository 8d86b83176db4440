// SPDX-License-Identifier: Apache-2.0
public import Fields

/// Makes proofs of one statement's form: a circuit with tables of given lengths.
///
/// The proof tells nothing of the witness but that there is one (zero knowledge as of Haböck and Al Kindi,
/// ePrint 2024/1037): the last rows of every column are random, quotients are masked in chunks, a random
/// codeword joins what is folded, leaves are salted, and what a table's messages come to is masked.
public struct Prover: Sendable {
    let circuit: Circuit
    let shape: Shape
    private let rowBits: [Int]
    private let threads: Int
    /// Nothing: see ``Weakness``.
    var weakness = Weakness()

    /// Prepares for a circuit.
    ///
    /// - Parameters:
    ///   - rowBits: the logarithm of each table's rows.
    ///   - threads: how many threads work at once.
    /// - Throws: ``ProofError/statement(_:)``, ``ProofError/weak(bits:)``.
    public init(
        _ circuit: Circuit, rowBits: [Int], parameters: Parameters = .standard, threads: Int = 2
    ) throws(ProofError) {
        try self.init(
            circuit, rowBits: rowBits, parameters: parameters, threads: threads,
            leastBits: Parameters.leastBits)
    }

    init(
        _ circuit: Circuit, rowBits: [Int], parameters: Parameters, threads: Int = 2,
        leastBits: Double
    ) throws(ProofError) {
        shape = try Shape(circuit, rowBits: rowBits, parameters, leastBits: leastBits)
        (self.circuit, self.rowBits) = (circuit, rowBits)
        self.threads = max(1, threads)
    }

    /// How many rows of a table the witness fills; those behind them are random.
    public func activeRows(of table: Int) -> Int { shape.tables[table].activeRows }

    /// Empty tables for the witness, with room behind its columns for masks and salts.
    public func tables() throws(TilesError) -> [ColumnTiles] {
        var tables: [ColumnTiles] = []
        for table in shape.tables {
            tables.append(
                try ColumnTiles(
                    rowBits: table.rowBits, columns: table.mainColumns + Parameters.saltColumns))
        }
        return tables
    }

    /// Proves a statement.
    ///
    /// A witness that does not fulfil the circuit gives a proof that no verifier takes.
    ///
    /// - Parameters:
    ///   - inputs: the public inputs.
    ///   - traces: ``tables()``, the active rows filled. They are used up.
    ///   - generator: makes what hides the witness; it has to be secret and unpredictable.
    ///   - progress: is told each step; what it throws ends the work.
    public func prove(
        inputs: [KoalaBear], traces: [ColumnTiles],
        using generator: inout some RandomNumberGenerator,
        progress: (Step) throws -> Void = { _ in }
    ) throws -> [UInt8] {
        guard inputs.count == circuit.inputs,
            zip(traces, shape.tables).allSatisfy({
                $0.rowBits == $1.rowBits && $0.columns == $1.mainColumns + Parameters.saltColumns
            }), traces.count == shape.tables.count
        else { throw ProofError.statement("the witness has another form than the circuit") }
        var transcript = Statement(circuit, rowBits, shape.parameters).transcript(inputs, weakness)
        let seed = Randomness.Seed(
            (0..<4).flatMap { _ in littleEndian(generator.next() as UInt64) }, weakness)
        var proof: [UInt8] = []

        try progress(.trace)
        hide(traces, seed)
        let main = try commit(traces, seed, "main")
        proof += main.tree.root
        transcript.absorb("main", main.tree.root)

        try progress(.sums)
        let messages = Messages(alpha: transcript.element(), beta: transcript.element())
        let sums = try self.sums(traces, inputs, messages, seed)
        let summed = try commit(sums.columns, seed, "sums")
        proof += sums.terminals.flatMap(\.bytes) + summed.tree.root
        transcript.absorb("terminals", sums.terminals)
        transcript.absorb("sums", summed.tree.root)

        try progress(.quotient)
        let lambda = transcript.element()
        var chunks: [ColumnTiles] = []
        for (place, table) in circuit.tables.enumerated() {
            let quotient = Quotient(
                table: table, shape: shape.tables[place], messages: messages, inputs: inputs,
                terminal: sums.terminals[place], lambda: lambda)
            let values = try quotient.values(
                main.extended[place], summed.extended[place], threads: threads)
            chunks.append(try split(values, place, seed))
        }
        let divided = try extend(chunks, seed, "quotient")
        proof += divided.tree.root
        transcript.absorb("quotient", divided.tree.root)

        try progress(.openings)
        let zeta = transcript.element()
        let isOutside = shape.tables.allSatisfy { $0.isOutside(zeta) }
        guard isOutside || weakness.forgiven.contains(.inside) else { throw ProofError.inside }
        let openings = try open(main, summed, divided, at: zeta)
        proof += openings.all.flatMap(\.bytes)
        transcript.absorb("openings", openings.all)

        try progress(.folding)
        let deep = Deep(shape, openings, gamma: transcript.element())
        var words: [Int: ExtensionColumn] = [:]
        for (place, table) in shape.tables.enumerated() {
            let word = try deep.codeword(
                place, shape, main: main.extended[place], sums: summed.extended[place],
                quotient: divided.extended[place], zeta: zeta, threads: threads)
            if let same = words[table.domain.rowBits] {
                same.add(word, rows: 0..<word.rows)
            } else {
                words[table.domain.rowBits] = word
            }
        }
        let layers = try FoldLayers(words, shape, &transcript, threads: threads)
        proof += layers.trees.flatMap(\.root) + layers.final.flatMap(\.bytes)

        try progress(.queries)
        let nonce = transcript.nonce(bits: shape.parameters.grindingBits)
        proof += littleEndian(nonce)
        transcript.absorb("nonce", numbers: [nonce])
        let indices = transcript.indices(shape.parameters.queries, bits: shape.bits)
        for tree in [main.tree, summed.tree, divided.tree] {
            proof += tree.opening(at: Set(indices).sorted())
        }
        var shift = 0
        for (tree, fold) in zip(layers.trees, shape.folds) {
            shift += fold
            proof += tree.opening(at: Set(indices.map { $0 >> shift }).sorted())
        }
        return proof
    }

    /// A step of the work, in order.
    public enum Step: Int, CaseIterable, Sendable {
        case trace, sums, quotient, openings, folding, queries
    }

    /// Columns, extended and committed to.
    struct Committed {
        let extended: [ColumnTiles]
        let tree: MixedTree
    }

    /// Fills what hides the witness: the last rows of every column, and the counts that mask what the tables'
    /// messages come to, which are zero over all tables.
    private func hide(_ traces: [ColumnTiles], _ seed: Randomness.Seed) {
        var masks = [KoalaBear](repeating: .zero, count: Parameters.maskColumns)
        for (place, (trace, table)) in zip(traces, shape.tables).enumerated() {
            var random = Randomness(seed: seed, label: "rows \(place)")
            for row in table.activeRows..<table.rows {
                for column in 0..<table.mainColumns { trace[row, column] = random.element() }
            }
            let first = table.mainColumns - Parameters.maskColumns
            for mask in masks.indices {
                let isLast = place == traces.count - 1
                let count = isLast ? .zero - masks[mask] : random.element()
                trace[0, first + mask] = count
                masks[mask] += count
            }
        }
    }

    private func sums(
        _ traces: [ColumnTiles], _ inputs: [KoalaBear], _ messages: Messages,
        _ seed: Randomness.Seed
    ) throws(TilesError) -> (columns: [ColumnTiles], terminals: [KoalaBear5]) {
        var columns: [ColumnTiles] = []
        var terminals: [KoalaBear5] = []
        for (place, table) in shape.tables.enumerated() {
            let sums = try ColumnTiles(
                rowBits: table.rowBits, columns: table.sumColumns + Parameters.saltColumns)
            let filler = SumColumns(
                table: circuit.tables[place], shape: table, messages: messages, inputs: inputs)
            terminals.append(
                try filler.fill(sums, from: traces[place], threads: threads)
                    + weakness.terminal(place))
            var random = Randomness(seed: seed, label: "sums \(place)")
            for row in table.activeRows..<table.rows {
                for column in 0..<table.sumColumns { sums[row, column] = random.element() }
            }
            columns.append(sums)
        }
        return (columns, terminals)
    }

    /// Extends columns of values and commits to them.
    private func commit(
        _ columns: [ColumnTiles], _ seed: Randomness.Seed, _ label: String
    ) throws(TilesError) -> Committed {
        var extended: [ColumnTiles] = []
        for (columns, table) in zip(columns, shape.tables) {
            let values = try ColumnTiles(
                rowBits: table.domain.rowBits, columns: columns.columns)
            let transform = try NTT(rowBits: columns.rowBits)
            let workers = min(threads, columns.tiles)
            try Parallel.each(workers, threads: threads) {
                (worker: Int) throws(TilesError) -> Void in
                let scratch = try ColumnTiles(rowBits: columns.rowBits, columns: 16)
                for tile in stride(from: worker, to: columns.tiles, by: workers) {
                    try transform.extend(
                        tile: tile, of: columns, shift: table.domain.shift, into: values,
                        scratch: scratch)
                }
            }
            extended.append(values)
        }
        return committed(extended, seed, label)
    }

    /// Extends columns of coefficients and commits to them.
    private func extend(
        _ coefficients: [ColumnTiles], _ seed: Randomness.Seed, _ label: String
    ) throws(TilesError) -> Committed {
        var extended: [ColumnTiles] = []
        for (columns, table) in zip(coefficients, shape.tables) {
            let values = try ColumnTiles(
                rowBits: table.domain.rowBits, columns: columns.columns)
            let transform = try NTT(rowBits: columns.rowBits)
            try Parallel.each(columns.tiles, threads: threads) {
                (tile: Int) throws(TilesError) -> Void in
                try transform.evaluate(
                    tile: tile, of: columns, shift: table.domain.shift, into: values)
            }
            extended.append(values)
        }
        return committed(extended, seed, label)
    }

    /// Salts extensions and commits to them.
    private func committed(
        _ extended: [ColumnTiles], _ seed: Randomness.Seed, _ label: String
    ) -> Committed {
        for (place, values) in extended.enumerated() {
            let batch = min(values.rows, 1 << 14)
            _ = Parallel.map(values.rows / batch, threads: threads) { part in
                var random = Randomness(seed: seed, label: "salt \(label) \(place) \(part)")
                for row in part * batch..<(part + 1) * batch {
                    for column in values.columns - Parameters.saltColumns..<values.columns {
                        values[row, column] = random.element()
                    }
                }
            }
        }
        return Committed(extended: extended, tree: MixedTree(extended, threads: threads))
    }

    /// Splits a quotient q into chunks of c coefficients and masks them, so that only together they say
    /// what it is: q₀ + Xᶜ r₀, q₁ − r₀ + Xᶜ r₁, q₂ − r₁ with random r. The random codeword stands behind
    /// them where the table has it.
    private func split(
        _ values: ColumnTiles, _ place: Int, _ seed: Randomness.Seed
    ) throws(TilesError) -> ColumnTiles {
        let table = shape.tables[place]
        try NTT(rowBits: values.rowBits).interpolateExtension(tile: 0, of: values)
        let ratio = table.domain.shift.inverseOrZero
        let chunks = try ColumnTiles(
            rowBits: table.rowBits, columns: table.quotientColumns + Parameters.saltColumns)
        var power = KoalaBear(reducing: UInt64(values.rows)).inverseOrZero
        for row in 0..<Parameters.chunks * table.chunk {
            let (chunk, target) = row.quotientAndRemainder(dividingBy: table.chunk)
            for part in 0..<5 { chunks[target, 5 * chunk + part] = values[row, part] * power }
            power *= ratio
        }
        var random = Randomness(seed: seed, label: "quotient \(place)")
        for mask in 0..<Parameters.chunks - 1 {
            for row in 0..<Parameters.maskedCoefficients {
                for part in 0..<5 {
                    let value = random.element()
                    chunks[table.chunk + row, 5 * mask + part] = value
                    chunks[row, 5 * (mask + 1) + part] -= value
                }
            }
        }
        if table.hasRandom {
            for row in 0..<table.rows {
                for part in 0..<5 { chunks[row, 5 * Parameters.chunks + part] = random.element() }
            }
        }
        return chunks
    }

    private func open(
        _ main: Committed, _ sums: Committed, _ quotient: Committed, at zeta: KoalaBear5
    ) throws(TilesError) -> Openings {
        var openings = Openings()
        for (place, table) in shape.tables.enumerated() {
            let points = table.domain.points
            let here = try weights(table, points, zeta)
            let there = try weights(table, points, zeta * table.root)
            func values(_ some: Committed, _ weights: ExtensionColumn, _ count: Int) -> [KoalaBear5]
            {
                let tiles = some.extended[place]
                return Array(
                    Parallel.map((count + 15) / 16, threads: threads) {
                        tiles.combination(tile: $0, weights: weights)
                    }.joined().prefix(count))
            }
            let nextMain =
                table.nextColumns.isEmpty ? [] : values(main, there, table.mainColumns)
            let nextSums = values(sums, there, table.sumColumns)
            openings.tables.append(
                Openings.Table(
                    main: values(main, here, table.mainColumns),
                    next: table.nextColumns.map { nextMain[$0] },
                    sums: values(sums, here, table.sumColumns),
                    nextSum: Array(nextSums.suffix(5)),
                    quotient: values(quotient, here, 5 * Parameters.chunks)))
        }
        return openings
    }

    /// What the values in the first block of an extension, a coset of the trace's rows, are weighted with to give
    /// the value at a point: xₖ / (z − xₖ) · ((z / s)ⁿ − 1) / n (Berrut and Trefethen 2004).
    private func weights(
        _ table: Shape.Table, _ points: [KoalaBear], _ point: KoalaBear5
    ) throws(TilesError) -> ExtensionColumn {
        let weights = try ExtensionColumn(rows: table.rows)
        let ratio = (point * table.domain.shift.inverseOrZero).power(UInt64(table.rows)) - .one
        let factor = ratio * KoalaBear(reducing: UInt64(table.rows)).inverseOrZero
        let batch = max(1, table.rows / (2 * threads))
        _ = Parallel.map((table.rows + batch - 1) / batch, threads: threads) { part in
            let range = part * batch..<min((part + 1) * batch, table.rows)
            for row in range { weights[row] = point - points[row] }
            weights.invert(rows: range)
            for row in range { weights[row] = weights[row] * points[row] * factor }
        }
        return weights
    }
}
