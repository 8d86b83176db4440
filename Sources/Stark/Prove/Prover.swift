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

    /// Empty tables for the columns that the witness fills, with room behind them for masks and salts.
    public func tables() throws(TilesError) -> [ColumnTiles] {
        var tables: [ColumnTiles] = []
        for table in shape.tables {
            tables.append(
                try ColumnTiles(
                    rowBits: table.rowBits, columns: table.witnessColumns + Parameters.saltColumns))
        }
        return tables
    }

    /// Proves a statement.
    ///
    /// A witness that does not fulfil the circuit gives a proof that no verifier takes.
    ///
    /// - Parameters:
    ///   - inputs: the public inputs.
    ///   - committed: of each table with committed columns these, in turn. The caller counts the proofs that
    ///     are made about them.
    ///   - traces: ``tables()``, the active rows filled. They are used up.
    ///   - generator: makes what hides the witness; it has to be secret and unpredictable.
    ///   - progress: is told each step; what it throws ends the work.
    public func prove(
        inputs: [KoalaBear], committed: [CommittedColumns] = [], traces: [ColumnTiles],
        using generator: inout some RandomNumberGenerator,
        progress: (Step) throws -> Void = { _ in }
    ) throws -> [UInt8] {
        try Workroom.keepingMemory {
            try work(inputs, committed, traces, using: &generator, progress: progress)
        }
    }

    private func work(
        _ inputs: [KoalaBear], _ committed: [CommittedColumns], _ traces: [ColumnTiles],
        using generator: inout some RandomNumberGenerator, progress: (Step) throws -> Void
    ) throws -> [UInt8] {
        guard inputs.count == circuit.inputs,
            zip(traces, shape.tables).allSatisfy({
                $0.rowBits == $1.rowBits
                    && $0.columns == $1.witnessColumns + Parameters.saltColumns
            }), traces.count == shape.tables.count,
            let columns = self.columns(committed)
        else { throw ProofError.statement("the witness has another form than the circuit") }
        var transcript = Statement(circuit, rowBits, shape.parameters)
            .transcript(inputs, committed.map(\.root), weakness)
        let seed = Randomness.Seed(
            (0..<4).flatMap { _ in littleEndian(generator.next() as UInt64) }, weakness)
        var proof: [UInt8] = []

        try progress(.trace)
        hide(traces, seed)
        let transform = try NTT(rowBits: shape.tables.map(\.rowBits).max() ?? 0)
        for trace in traces {
            try Parallel.each(trace.tiles, threads: threads) {
                (tile: Int) throws(TilesError) -> Void in
                try transform.interpolate(tile: tile, of: trace)
            }
        }
        let room = try Workroom(rows: roomRows)
        let main = try Committed(
            traces, shape, transform, seed, "main", in: room, threads: threads)
        proof += main.tree.root
        transcript.absorb("main", main.tree.root)

        try progress(.sums)
        let messages = Messages(alpha: transcript.element(), beta: transcript.element())
        let sums = try self.sums(main, columns, inputs, messages, seed, in: room)
        let summed = try Committed(
            sums.columns, shape, transform, seed, "sums", in: room, threads: threads)
        proof += sums.terminals.bytes + summed.tree.root
        transcript.absorb("terminals", sums.terminals)
        transcript.absorb("sums", summed.tree.root)

        try progress(.quotient)
        let lambda = transcript.element()
        var chunks: [ColumnTiles] = []
        for (place, table) in circuit.tables.enumerated() {
            let quotient = Quotient(
                table: table, shape: shape.tables[place], messages: messages, inputs: inputs,
                terminal: sums.terminals[place], lambda: lambda)
            let residues = try quotient.residues(
                main.extensions[place], columns[place], summed.extensions[place], in: room,
                threads: threads)
            var random = Randomness(seed: seed, label: "quotient \(place)")
            chunks.append(
                try QuotientChunks(table: shape.tables[place]).split(
                    residues, &random, threads: threads))
        }
        let divided = try Committed(
            chunks, shape, transform, seed, "quotient", in: room, threads: threads)
        proof += divided.tree.root
        transcript.absorb("quotient", divided.tree.root)

        try progress(.openings)
        let zeta = transcript.element()
        let isOutside = shape.tables.allSatisfy { $0.isOutside(zeta) }
        guard isOutside || weakness.forgiven.contains(.inside) else { throw ProofError.inside }
        let openings = try open(main, columns, summed, divided, at: zeta)
        proof += openings.all.bytes
        transcript.absorb("openings", openings.all)

        try progress(.folding)
        let deep = Deep(shape, openings, gamma: transcript.element())
        var words: [Int: ExtensionColumn] = [:]
        for (place, table) in shape.tables.enumerated() {
            let word = try deep.codeword(
                place, shape, main: main.extensions[place], committed: columns[place],
                sums: summed.extensions[place], quotient: divided.extensions[place], zeta: zeta,
                threads: threads)
            if let same = words[table.domain.rowBits] {
                same.add(word, rows: 0..<word.rows)
            } else {
                words[table.domain.rowBits] = word
            }
        }
        let layers = try FoldLayers(words, shape, &transcript, threads: threads)
        proof += layers.trees.flatMap(\.root) + layers.final.bytes

        try progress(.queries)
        let nonce = transcript.nonce(
            bits: shape.parameters.grindingBits, threads: threads)
        proof += littleEndian(nonce)
        transcript.absorb("nonce", numbers: [nonce])
        let indices = transcript.indices(shape.parameters.queries, bits: shape.bits)
        for some in committed {
            proof += try some.opening(at: indices, bits: shape.bits, threads: threads)
        }
        for some in [main, summed, divided] {
            proof += try some.opening(at: Set(indices).sorted(), threads: threads)
        }
        var shift = 0
        for (layer, fold) in shape.folds.enumerated() {
            shift += fold
            proof += layers.opening(layer: layer, at: Set(indices.map { $0 >> shift }).sorted())
        }
        return proof
    }

    /// A step of the work, in order.
    public enum Step: Int, CaseIterable, Sendable {
        case trace, sums, quotient, openings, folding, queries
    }

    /// The committed columns of each table; nil when they are not those of the circuit.
    private func columns(_ committed: [CommittedColumns]) -> [Extension?]? {
        let places = circuit.committedTables
        guard committed.count == places.count,
            zip(committed, places).allSatisfy({ $0.fit(shape.tables[$1]) })
        else { return nil }
        return shape.tables.indices.map { place in
            places.firstIndex(of: place).map { committed[$0].extended }
        }
    }

    /// How many rows of sixteen columns are looked at at once: a block of all tables of one length, or of one
    /// table a block of all its columns.
    private var roomRows: Int {
        func rows(_ table: Shape.Table, _ columns: Int) -> Int {
            ((columns + Parameters.saltColumns + 15) / 16) << table.rowBits
        }
        let lengths = Dictionary(grouping: shape.tables, by: \.rowBits).values.map {
            $0.reduce(0) {
                $0
                    + max(
                        rows($1, $1.witnessColumns),
                        max(rows($1, $1.sumColumns), rows($1, $1.quotientColumns)))
            }
        }
        let tables = shape.tables.map {
            rows($0, $0.witnessColumns) + rows($0, $0.sumColumns) + rows($0, $0.committedColumns)
        }
        return (lengths + tables).max() ?? 1
    }

    /// Fills what hides the witness: the last rows of every column, and the counts that mask what the tables'
    /// messages come to, which are zero over all tables.
    private func hide(_ traces: [ColumnTiles], _ seed: Randomness.Seed) {
        var masks = [KoalaBear](repeating: .zero, count: Parameters.maskColumns)
        for (place, (trace, table)) in zip(traces, shape.tables).enumerated() {
            var random = Randomness(seed: seed, label: "rows \(place)")
            for row in table.activeRows..<table.rows {
                for column in 0..<table.witnessColumns { trace[row, column] = random.element() }
            }
            let first = table.witnessColumns - Parameters.maskColumns
            for mask in masks.indices {
                let isLast = place == traces.count - 1
                let count = isLast ? .zero - masks[mask] : random.element()
                trace[0, first + mask] = count
                masks[mask] += count
            }
        }
    }

    /// The coefficients of the sums of all tables, and what they come to.
    private func sums(
        _ main: Committed, _ committed: [Extension?], _ inputs: [KoalaBear],
        _ messages: Messages, _ seed: Randomness.Seed, in room: Workroom
    ) throws(TilesError) -> (columns: [ColumnTiles], terminals: [KoalaBear5]) {
        var columns: [ColumnTiles] = []
        var terminals: [KoalaBear5] = []
        for (place, table) in shape.tables.enumerated() {
            let sums = try ColumnTiles(
                rowBits: table.rowBits, columns: table.sumColumns + Parameters.saltColumns)
            let filler = SumColumns(
                table: circuit.tables[place], shape: table, messages: messages, inputs: inputs)
            terminals.append(
                try filler.fill(
                    sums, from: main.extensions[place], committed[place], in: room,
                    threads: threads)
                    + weakness.terminal(place))
            var random = Randomness(seed: seed, label: "sums \(place)")
            for row in table.activeRows..<table.rows {
                let target = table.trace.reversed(row)
                for column in 0..<table.sumColumns { sums[target, column] = random.element() }
            }
            let transform = main.extensions[place].transform
            try Parallel.each(sums.tiles, threads: threads) {
                (tile: Int) throws(TilesError) -> Void in
                try transform.interpolateReversed(tile: tile, of: sums)
            }
            columns.append(sums)
        }
        return (columns, terminals)
    }

    private func open(
        _ main: Committed, _ committed: [Extension?], _ sums: Committed, _ quotient: Committed,
        at zeta: KoalaBear5
    ) throws(TilesError) -> Openings {
        var openings = Openings()
        for (place, table) in shape.tables.enumerated() {
            let here = try powers(of: zeta, table.rows)
            let there = try powers(of: zeta * table.root, table.rows)
            func values(_ some: Extension, _ weights: ExtensionColumn, _ count: Int) -> [KoalaBear5]
            {
                Array(
                    Parallel.map((count + 15) / 16, threads: threads) {
                        some.coefficients.combination(tile: $0, weights: weights)
                    }.joined().prefix(count))
            }
            let (mainHere, sumsHere) = (main.extensions[place], sums.extensions[place])
            let nextMain =
                table.nextColumns.isEmpty ? [] : values(mainHere, there, table.witnessColumns)
            let known = committed[place].map { values($0, here, table.committedColumns) } ?? []
            openings.tables.append(
                Openings.Table(
                    main: known + values(mainHere, here, table.witnessColumns),
                    next: table.nextColumns.map { nextMain[$0 - table.committedColumns] },
                    sums: values(sumsHere, here, table.sumColumns),
                    nextSum: values(sumsHere, there, table.sumColumns).suffix(5),
                    quotient: values(quotient.extensions[place], here, 5 * Parameters.chunks)))
        }
        return openings
    }

    /// The first powers of a point, from the zeroth on: what coefficients are weighted with to give the value
    /// there.
    private func powers(of point: KoalaBear5, _ count: Int) throws(TilesError) -> ExtensionColumn {
        let powers = try ExtensionColumn(rows: count)
        let batch = min(count, 1 << 12)
        _ = Parallel.map(count / batch, threads: threads) { part in
            var power = point.power(UInt64(part * batch))
            for row in part * batch..<(part + 1) * batch {
                powers[row] = power
                power *= point
            }
        }
        return powers
    }
}
