// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Vault

/// Any CSV or TSV, read by a ``Mapping``.
///
/// The file is read once, in stretches. Each stretch is cut into parts at line ends, and each part
/// is typed on a thread of its own; what they give is put together in the file's order, so rows,
/// report and errors never depend on how many threads there are. Only where dates may be read in
/// two ways is the file read ahead, until one date tells the order; every later date that
/// contradicts it still condemns the file.
struct MappedImporter: Importer {
    private let session: Session
    private let mapping: Mapping
    /// How much one thread types at a time: its text and values stay in a core's own cache.
    private static let block = 1 << 19

    init(_ session: Session) throws(IntakeError) {
        guard let mapping = session.options.mapping else {
            throw IntakeError(.mapping, "no mapping is given", mend: "See docs/formats/mapping.md")
        }
        self.session = session
        self.mapping = mapping
    }

    func read(_ entry: Parcel.Entry) throws(IntakeError) {
        let threads = min(max(session.options.threads, 1), 64)
        let stream = CountedStream(try entry.open(), session: session, left: session.bytesLeft)
        let blocks = try CSVBlocks(
            stream, limits: session.limits, dialect: mapping.dialect,
            hasHeader: mapping.hasHeader, stretch: threads * MappedImporter.block)
        let plan = try MappedPlan(mapping, names: blocks.names, options: session.options)
        CSVTable.sayUnread(blocks.names, except: plan.taken, to: session)
        // Not Sendable, but each thread has a typer of its own, the blocks only change when all have
        // ended, and the call returns then.
        nonisolated(unsafe) let shared = blocks
        nonisolated(unsafe) let typers = (0..<threads).map { _ in BlockTyper(plan, blocks.dialect) }
        var books = Books(plan, writer: session.writer(mapping.schema))
        repeat {
            let parts = blocks.parts(threads)
            let orders = books.orders
            DispatchQueue.concurrentPerform(iterations: parts.count) { place in
                typers[place].type(
                    shared.base, parts[place], end: shared.end, isExhausted: shared.isExhausted,
                    orders: orders)
            }
            var start = blocks.start
            var line = blocks.line
            for (typer, part) in zip(typers, parts) where start < part.limit {
                if typer.from != start { retype(typer, blocks, start, part, books) }
                while case .open(let cell) = typer.stop {
                    books.orders[cell] = try order(of: cell, plan, entry)
                    retype(typer, blocks, start, part, books)
                }
                try enter(typer, line, &books)
                start = typer.end
                line += typer.lines
            }
            guard try blocks.advance(to: start, line: line) else { break }
        } while true
        for (source, count) in zip(plan.sources, books.masked) {
            if let secret = source.mask { session.mask(secret, source.source, count) }
        }
    }

    func finish() {}

    /// What all blocks together come to.
    private struct Books {
        let plan: MappedPlan
        let writer: TableWriter
        var orders: [DateOrder?]
        var masked: [Int]
        var evidence: [OrderEvidence]

        init(_ plan: MappedPlan, writer: TableWriter) {
            self.plan = plan
            self.writer = writer
            orders = plan.cells.map { _ in nil }
            masked = plan.cells.map { _ in 0 }
            evidence = plan.cells.map { _ in OrderEvidence() }
        }
    }

    private func retype(
        _ typer: BlockTyper, _ blocks: CSVBlocks, _ start: Int, _ part: CSVBlocks.Part,
        _ books: Books
    ) {
        typer.type(
            blocks.base, .init(from: start, limit: part.limit), end: blocks.end,
            isExhausted: blocks.isExhausted, orders: books.orders)
    }

    /// Takes over what a block gave, whose first line is `line`.
    private func enter(
        _ typer: BlockTyper, _ line: Int, _ books: inout Books
    ) throws(IntakeError) {
        for cell in books.plan.cells.indices where books.plan.cells[cell].isOpen {
            books.evidence[cell].add(typer.evidence[cell], from: line)
            guard books.evidence[cell].isContradictory else { continue }
            _ = try decide(books.evidence[cell], books.plan.sources[cell])
        }
        books.writer.countRead(typer.read)
        for cell in books.masked.indices { books.masked[cell] += typer.masked[cell] }
        for drop in typer.drops {
            let (code, sentence) = reason(drop.reason, books.plan)
            session.drop(code, sentence, lines: drop.lines.map { $0 + line }, count: drop.count)
        }
        if typer.isShortened { session.warnOfShortening() }
        try books.writer.take(typer, books.plan)
        if case .failed(var error) = typer.stop {
            error.line = error.line.map { $0 + line }
            throw error
        }
    }

    private func reason(_ place: Int, _ plan: MappedPlan) -> (code: String, sentence: String) {
        switch place {
        case BlockTyper.brokenQuotes: return CSVTable.brokenQuotes
        case BlockTyper.wrongFieldCount: return CSVTable.wrongFieldCount
        case BlockTyper.noPerson: return ("no_person", "the person is not said")
        default:
            let cell = place - BlockTyper.unreadable
            return (
                "unreadable_value",
                "a value of \"\(plan.sources[cell].source)\" is no \(plan.cells[cell].kind.word); "
                    + "left empty"
            )
        }
    }

    private func decide(
        _ evidence: OrderEvidence, _ source: Mapping.Source
    ) throws(IntakeError) -> DateOrder {
        try evidence.decide(session.options.dateOrder, column: "\"\(source.source)\"")
    }

    /// Reads the file from its start until a date of the cell tells the order, or to the end.
    private func order(
        of cell: Int, _ plan: MappedPlan, _ entry: Parcel.Entry
    ) throws(IntakeError) -> DateOrder {
        let reader = try CSVReader(
            try entry.open(), limits: session.limits, dialect: mapping.dialect)
        var evidence = OrderEvidence()
        if mapping.hasHeader { _ = try reader.next() }
        while try reader.next() {
            guard reader.count == plan.fields, !reader.isBroken else { continue }
            evidence.observe(trimmed(reader.field(plan.cells[cell].place)), line: reader.line)
            if evidence.isSettled(session.options.dateOrder) { break }
        }
        return try decide(evidence, plan.sources[cell])
    }
}
