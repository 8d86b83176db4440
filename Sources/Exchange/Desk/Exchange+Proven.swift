// SPDX-License-Identifier: Apache-2.0
internal import AnswerProof
internal import Canon
internal import Consent
internal import Identity
internal import Market
internal import Privacy
internal import Query
internal import Stark
internal import Storage
internal import Study
internal import Vault

/// Proven answers: the noise is committed to before anything is read, the rows of the cohort are committed to, and a
/// proof shows that the answer is what the one and the other give.
extension Exchange {
    /// What an order is reserved with whose answer is to be proven.
    struct ProofPlan: ~Copyable {
        let question: ProvenQuestion
        let numbers: [AnswerNumber]
        /// For each of these, its place among the study's numbers.
        let places: [Int]
        /// How many rows there may be: it follows from the cohort and the pool, not from anybody's rows.
        let most: Int
        let noise: CommittedNoise

        /// The root of the noise.
        var root: Digest { Digest(bytes: noise.root) ?? .zero }
    }

    /// Commits to the noise of an answer that is to be proven.
    ///
    /// - Throws: when so many rows cannot be proven about; nothing was reserved then.
    func proofPlan(
        _ question: ProvenQuestion, _ noise: borrowing StudyNoise, _ seed: NoiseSeed,
        people: Int
    ) throws -> ProofPlan {
        let (form, most) = try Exchange.form(of: question, people: people)
        guard let drawn = noise.fixedNumbers, drawn.count == question.numbers.count else {
            throw ExchangeError.refused("the question has noise that cannot be committed to")
        }
        let coded = Exchange.coded(question)
        return ProofPlan(
            question: question, numbers: form.numbers, places: coded.map(\.place), most: most,
            noise: try CommittedNoise(
                coded.map { drawn[$0.place] }, of: form.numbers, rowBits: form.rowBits[0],
                seed: seed.commitment))
    }

    /// The form of a question's proof, and how many rows there may be.
    ///
    /// - Throws: when it is too large to be proven; nothing was charged then.
    nonisolated static func form(
        of question: ProvenQuestion, people: Int
    ) throws -> (form: AnswerCircuit, most: Int) {
        let (most, overflow) = people.multipliedReportingOverflow(by: question.rows)
        guard !overflow, let rowBits = CodedTable.rowBits(for: most) else {
            throw ExchangeError.refused(
                "answers are proven of \(CodedTable.room(rowBits: CodedTable.sizes.upperBound)) rows at most, and "
                    + "the pool may have more; ask without a proof")
        }
        let form = try AnswerCircuit(
            coded(question).map(\.number),
            columns: question.schema.wholeNumberColumns.count, rowBits: rowBits)
        guard form.cells <= mostCells else {
            throw ExchangeError.refused(
                "a proof of this would take too much memory; ask for fewer numbers, or without a proof"
            )
        }
        _ = try AnswerVerifier(form)
        return (form, most)
    }

    /// The most cells of a proof's tables: about two gigabytes of memory.
    private static let mostCells = 48 << 20

    /// Refuses a question whose proof would be too large, when it is priced.
    func checkSize(of question: ProvenQuestion, for request: Request) throws {
        _ = try Exchange.form(of: question, people: state.consent.cohort(for: request).count)
    }

    /// The numbers of a question as they are proven, and of each its place among the study's.
    nonisolated static func coded(
        _ question: ProvenQuestion
    ) -> [(place: Int, number: AnswerNumber)] {
        let columns = question.schema.wholeNumberColumns
        return zip(question.numbers, question.units).enumerated().map { place, item in
            (place, AnswerNumber(item.0.kind(among: columns), units: item.1))
        }.sorted { ($0.1.order, $0.0) < ($1.1.order, $1.0) }
    }

    /// An answer's proof, and what is recorded with it.
    struct MadeProof {
        let claim: AnswerClaim
        /// The columns, where they were committed to for it.
        let columns: ColumnsCommitment?
        let notes: [Note]
        /// What the columns are kept under, and what of them, while nobody's rows change.
        let seed: (mark: String, bytes: [UInt8])
    }

    /// What is kept of an answer's columns; nothing where rows or consents changed while it was proven.
    func seedNotes(_ proof: MadeProof?, _ reader: ProofReader?) throws -> [Note] {
        guard let proof, let reader,
            try store.mark(Exchange.changedMark) ?? [] == reader.changed
        else { return [] }
        return [.mark(proof.seed.mark, proof.seed.bytes + reader.changed)]
    }

    /// What the rows of a cohort are read with, as they are now.
    struct ProofReader {
        let reader: VaultReader
        /// When anybody's rows or consent last changed.
        let changed: [UInt8]
    }

    func proofReader(_ question: ProvenQuestion, over cohort: [PartyID]) throws -> ProofReader {
        ProofReader(
            reader: try reader(of: cohort, tables: [question.schema]),
            changed: try store.mark(Exchange.changedMark) ?? [])
    }

    /// Proves an answer when it is its turn, and notes that its columns have one proof more, which is not recorded
    /// yet.
    func proveInTurn(
        _ noised: NoisedAnswer, of order: Order, _ plan: consuming ProofPlan,
        _ reader: ProofReader, for buyer: AgreementPublicKey
    ) async throws -> MadeProof? {
        await proofTurn()
        let start = ContinuousClock.now
        let made: Result<MadeProof?, any Error>
        do { made = .success(try await prove(noised, of: order, plan, reader, for: buyer)) } catch {
            made = .failure(error)
        }
        proofDone()
        // How long it took tells as little as a study does, and a failure waits like a proof.
        let rest = surroundings.pace.rest(after: ContinuousClock.now - start)
        let columns = (try? made.get())?.claim.columns
        columns.map { proofLane.unrecorded[$0, default: 0] += 1 }
        do { try await Task.sleep(for: rest) } catch {
            columns.map { proofLane.unrecorded[$0, default: 1] -= 1 }
            throw error
        }
        return try made.get()
    }

    /// Proves an answer.
    ///
    /// - Returns: nil where what was let out is not what the committed rows give: then there is no proof to give.
    private func prove(
        _ noised: NoisedAnswer, of order: Order, _ plan: consuming ProofPlan,
        _ reader: ProofReader, for buyer: AgreementPublicKey
    ) async throws -> MadeProof? {
        guard let cohort = state.orders[order.id]?.proof?.cohort else { return nil }
        let (question, numbers, places, most) = (
            plan.question, plan.numbers, plan.places, plan.most
        )
        let pool = order.quote.quote.pool
        let known = try committed(pool, question, cohort, reader.changed)
        let seed = known?.seed ?? random(32)
        let work = ProofWork(
            question: question, numbers: numbers, most: most, reader: reader.reader, seed: seed,
            context: order.id.bytes, generator: surroundings.generator)
        let file = try await Exchange.prove(work, plan.noise)
        let wanted = places.map { noised.blocks[0].values[$0] }
        guard file.statement.results == wanted,
            let root = Digest(bytes: file.statement.columnsRoot)
        else { return nil }
        let bytes = file.bytes
        let notes: [Note] = [
            .mark(
                Exchange.answerProofMark(order.id),
                try Envelope.seal(bytes, to: buyer, context: "dividend/answer-proof/v1"))
        ]
        var columns: ColumnsCommitment?
        if known?.root != root {
            columns = ColumnsCommitment(
                pool: pool, table: question.schema.table,
                columns: question.schema.wholeNumberColumns.map {
                    question.schema.columns[$0].name
                }, cohort: cohort, rowBits: file.statement.rowBits, root: root)
        }
        return MadeProof(
            claim: AnswerClaim(columns: root, proof: Digest(of: bytes)), columns: columns,
            notes: notes,
            seed: (Exchange.columnsMark(pool, question.schema.table), root.bytes + seed))
    }

    /// Columns that were committed to of the same rows, and can serve for another proof.
    private func committed(
        _ pool: String, _ question: ProvenQuestion, _ cohort: Digest, _ changed: [UInt8]
    ) throws -> (root: Digest, seed: [UInt8])? {
        guard let kept = try store.mark(Exchange.columnsMark(pool, question.schema.table)),
            kept.count >= 64, Array(kept[64...]) == changed,
            let root = Digest(bytes: Array(kept[..<32])), let columns = state.columns[root],
            columns.commitment.cohort == cohort,
            columns.used + proofLane.unrecorded[root, default: 0] < columns.proofs
        else { return nil }
        return (root, Array(kept[32..<64]))
    }

    /// What is worked on beside everything else.
    private struct ProofWork: Sendable {
        let question: ProvenQuestion
        let numbers: [AnswerNumber]
        let most: Int
        let reader: VaultReader
        let seed: [UInt8]
        let context: [UInt8]
        let generator: RandomBits
    }

    @concurrent private nonisolated static func prove(
        _ work: ProofWork, _ noise: consuming CommittedNoise
    ) async throws -> AnswerFile {
        let table = try codedTable(of: work.question, most: work.most, work.reader)
        let columns = try table.commit(seed: work.seed)
        let form = try AnswerCircuit(
            work.numbers, columns: table.columns.count, rowBits: table.rowBits)
        var generator = work.generator
        let (statement, proof) = try AnswerProver(form).prove(
            table, columns, adding: noise, context: work.context, using: &generator
        ) { _ in try Task.checkCancellation() }
        let file = AnswerFile(statement, proof: proof)
        // A fault in the machine is found here, not by the buyer.
        try file.verify()
        return file
    }

    /// The rows of a cohort, as they are committed to: of each contributor as many as count, in the cohort's order.
    private nonisolated static func codedTable(
        of question: ProvenQuestion, most: Int, _ reader: VaultReader
    ) throws -> CodedTable {
        let places = question.schema.wholeNumberColumns
        let kinds = places.map { question.schema.columns[$0] }
        var columns = places.map { _ in [UInt16]() }
        let wanted = [TableColumns(schema: question.schema, columns: places)]
        var room = reader.makeRoom(for: wanted)
        for contributor in 0..<reader.count {
            let rows: Rows
            do { rows = try reader.tables(of: contributor, reading: wanted, in: &room)[0] } catch {
                throw StudyError.unreadable(contributor: contributor)
            }
            let count = min(rows.count, question.rows)
            for (place, column) in places.enumerated() {
                for value in rows.columns[column].values.prefix(count) {
                    columns[place].append(CodedTable.code(kinds[place].coded(value)))
                }
            }
        }
        return try CodedTable(columns, most: most)
    }

    /// The proof of an order's answer, for its buyer; nil where there is none.
    func answerProof(of order: Order, by buyer: SigningKey) throws -> ProvenReceipt? {
        guard let claim = state.orders[order.id]?.proof?.claim,
            let sealed = try store.mark(Exchange.answerProofMark(order.id)),
            let offer = state.pools[order.quote.quote.pool]?.offer
        else { return nil }
        let bytes = try Envelope.open(
            sealed, with: buyer.agreement, context: "dividend/answer-proof/v1")
        guard Digest(of: bytes) == claim.proof else {
            throw ExchangeError.refused("the kept proof is damaged; run `dividend doctor`")
        }
        let priced = try openQuote(order.id)
        return ProvenReceipt(
            file: try AnswerFile(bytes), sql: priced.sql, salt: priced.salt,
            people: priced.people, rowsPerPerson: offer.rowsPerPerson, tables: offer.tables)
    }

    /// The name under which an answer's proof is kept, sealed to its buyer.
    static func answerProofMark(_ order: Digest) -> String { "answer-proof/" + order.hex }

    /// The name under which it is kept what an order's noise is made from, until it is answered: whoever has it takes
    /// the noise away.
    static func noiseMark(_ order: Digest) -> String { "noise/" + order.hex }

    /// What the names of ``columnsMark(_:_:)`` begin with.
    static let columnsPrefix = "columns/"

    /// The name under which it is kept what the newest columns of a pool and table were made from: their root, the
    /// seed, and when rows last changed then.
    static func columnsMark(_ pool: String, _ table: String) -> String {
        columnsPrefix + pool + "/" + table
    }
}

extension ProvenQuestion.Number {
    /// The number as it is proven, of columns among those that are committed to.
    func kind(among columns: [Int]) -> AnswerNumber.Kind {
        func place(_ column: Int) -> Int { (columns.firstIndex(of: column) ?? 0) + 1 }
        switch self {
        case .rows: return .rows
        case .present(let column): return .present(column: place(column))
        case .missing(let column): return .missing(column: place(column))
        case .sum(let column, let bounds):
            return .sum(
                column: place(column), low: Int(bounds.lowerBound), high: Int(bounds.upperBound))
        case .centredSum(let column, let bounds):
            return .centred(
                column: place(column), low: Int(bounds.lowerBound), high: Int(bounds.upperBound))
        case .group(let column, let value):
            return .group(column: place(column), code: Int(CodedTable.code(value)))
        case .part(let column, let range):
            return .part(
                column: place(column), low: Int(range.lowerBound), high: Int(range.upperBound))
        }
    }
}

extension AnswerNumber {
    /// Groups stand by their codes; other numbers as they come.
    fileprivate var order: Int { if case .group(_, let code) = kind { code } else { 0 } }
}

extension Schema.Column {
    /// A value as a study takes it; nil for NULL, and for a place that no list has.
    fileprivate func coded(_ value: Int64) -> Int64? {
        guard value != Schema.null else { return nil }
        switch kind {
        case .category: return categories.indices.contains(Int(clamping: value)) ? value : nil
        case .boolean: return (0...1).contains(value) ? value : nil
        case .integer, .decimal, .text, .date, .timestamp: return value
        }
    }
}
