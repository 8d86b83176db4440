// SPDX-License-Identifier: Apache-2.0
internal import AnswerProof
package import Canon
internal import Consent
internal import Identity
internal import Vault

/// The rows of a cohort in one table, committed to so that answers about them can be proven.
///
/// What is behind the root only the node knows: that it holds the rows which people imported is its word. That every
/// answer proven by it is about the same rows is not.
package struct ColumnsCommitment: Hashable, Sendable {
    package let pool: String
    package let table: String
    /// The names of the columns, in the order in which they are committed to.
    package let columns: [String]
    /// The cohort whose rows these are.
    package let cohort: Digest
    /// The logarithm of the rows of the table that is committed to, which says how many rows there may be.
    package let rowBits: Int
    /// The root.
    package let root: Digest

    package init(
        pool: String, table: String, columns: [String], cohort: Digest, rowBits: Int, root: Digest
    ) {
        (self.pool, self.table, self.columns) = (pool, table, columns)
        (self.cohort, self.rowBits, self.root) = (cohort, rowBits, root)
    }

    var json: JSON {
        [
            "pool": .string(pool), "table": .string(table),
            "columns": .array(columns.map { .string($0) }), "cohort": .string(cohort.hex),
            "rows": .integer(Int64(rowBits)), "root": .string(root.hex),
        ]
    }

    init(_ members: inout Members) throws(MemberError) {
        self.init(
            pool: try members.text("pool"), table: try members.text("table"),
            columns: try members.texts("columns"), cohort: try members.digest("cohort"),
            rowBits: Int(try members.count("rows")), root: try members.digest("root"))
    }
}

/// What proves an answer: the columns that it is about, and the digest of the file with the proof, which is sealed to
/// the buyer.
package struct AnswerClaim: Hashable, Sendable {
    package let columns: Digest
    package let proof: Digest

    package init(columns: Digest, proof: Digest) { (self.columns, self.proof) = (columns, proof) }
}

/// Committed columns, and how many proofs about them there are.
package struct ColumnsState: RegistryRecord, Hashable {
    package let commitment: ColumnsCommitment
    /// The journal index of the entry.
    package let index: UInt64
    /// How many answers were proven by them. Each tells a little; what is told of more than
    /// ``proofs`` could be put together.
    package internal(set) var used = 0

    /// How many answers may be proven by them.
    package var proofs: Int { CodedTable.proofs(rowBits: commitment.rowBits) }

    package var leaf: Digest { Digest(of: Array("columns/".utf8), encoded) }

    /// As bytes, for snapshots and for the leaf: pool and table as texts; columns u32, and of each its name as text;
    /// cohort 32; rows u8; root 32; journal index u64; used u32.
    var encoded: [UInt8] {
        var writer = ByteWriter(reserving: 256)
        writer.write(commitment.pool)
        writer.write(commitment.table)
        writer.write(UInt32(commitment.columns.count))
        for column in commitment.columns { writer.write(column) }
        writer.write(commitment.cohort)
        writer.write(UInt8(commitment.rowBits))
        writer.write(commitment.root)
        writer.write(index)
        writer.write(UInt32(used))
        return writer.bytes
    }

    init(commitment: ColumnsCommitment, index: UInt64) {
        (self.commitment, self.index) = (commitment, index)
    }

    init(from reader: inout ByteReader) throws(FormatError) {
        let (pool, table) = (try reader.readText(), try reader.readText())
        var columns: [String] = []
        for _ in 0..<(try reader.read(UInt32.self)) { columns.append(try reader.readText()) }
        let cohort = try reader.readDigest()
        let rowBits = Int(try reader.read(UInt8.self))
        guard CodedTable.sizes.contains(rowBits) else {
            throw FormatError("columns of no such size", at: reader.offset - 1)
        }
        commitment = ColumnsCommitment(
            pool: pool, table: table, columns: columns, cohort: cohort, rowBits: rowBits,
            root: try reader.readDigest())
        index = try reader.read()
        used = Int(try reader.read(UInt32.self))
    }
}

/// What an order whose answer is to be proven was reserved with.
package struct OrderProof: Hashable, Sendable {
    /// The root of the noise, committed to before anything was read.
    package let noise: Digest
    /// The cohort.
    package let cohort: Digest
    /// Where rows changed last then: an index of the journal, 0 where none were ever there.
    package let changed: UInt64
    /// What proves the answer; nil before there is one, and where it could not be proven.
    package internal(set) var claim: AnswerClaim?
}

extension MarketState {
    mutating func commit(to some: ColumnsCommitment, index: UInt64) throws(MarketError) {
        guard let pool = pools[some.pool]?.offer else { throw .noPool(some.pool) }
        guard let schema = pool.tables.first(where: { $0.table == some.table }) else {
            throw .answerProof("the pool has no table \(some.table)")
        }
        guard some.columns == schema.wholeNumberColumns.map({ schema.columns[$0].name }),
            CodedTable.widths.contains(some.columns.count), CodedTable.sizes.contains(some.rowBits)
        else { throw .answerProof("these are not the table's columns, or of no such size") }
        guard columns[some.root] == nil else {
            throw .answerProof("these columns were committed to before")
        }
        columns[some.root] = ColumnsState(commitment: some, index: index)
    }

    /// The columns that an answer is proven by, with that proof counted.
    ///
    /// Whether the proof holds, only the buyer can check, whose answer it shows.
    func counted(
        _ claim: AnswerClaim, for order: OrderState
    ) throws(MarketError) -> ColumnsState {
        let quote = order.order.quote.quote
        guard let proof = order.proof, let pool = pools[quote.pool]?.offer else {
            throw .answerProof("its noise was not committed to before anything was read")
        }
        guard var state = columns[claim.columns] else {
            throw .answerProof("its columns were not committed to")
        }
        guard state.commitment.pool == pool.name, quote.tables == [state.commitment.table],
            state.commitment.cohort == proof.cohort
        else { throw .answerProof("its columns are those of another pool, table or cohort") }
        guard state.index > proof.changed else {
            throw .answerProof(
                "rows changed since its columns were committed to; commit to them anew")
        }
        // How many rows there may be follows from what everybody knows.
        let most = order.cohort.count.multipliedReportingOverflow(by: pool.rowsPerPerson)
        guard !most.overflow,
            CodedTable.rowBits(for: most.partialValue) == state.commitment.rowBits
        else { throw .answerProof("its columns are of another size than the cohort's rows") }
        guard state.used < state.proofs else {
            throw .answerProof("no more answers can be proven by its columns; commit to them anew")
        }
        state.used += 1
        return state
    }
}
