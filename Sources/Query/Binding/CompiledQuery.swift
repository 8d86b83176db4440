// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Privacy
package import Study

/// A query that can be asked: a study plan, and how its numbers become a table.
package struct CompiledQuery: Sendable {
    /// The study.
    package let plan: StudyPlan<AggregateStep>
    /// The privacy that was asked for.
    package let target: PrivacyTarget
    let bound: Compiler.RowBound
    let contents: [Content]
    /// What the quantiles of each tree mean.
    let meanings: [BoundAggregate.Meaning]
    let outputs: [Output]
    let dimensions: [GroupDimension]
    let having: PostValue?
    let orders: [Order]
    let limit: Int?
    private(set) var pool: QueryPool
    /// The part of a value that it may be off by, when an accuracy was asked for.
    let accuracy: Double?
    /// What is counted and added up, where the answer is to be proven.
    package let proven: ProvenQuestion?

    /// The same question for so many people; nil when its plan may be another one then.
    package func expecting(_ people: Int) -> CompiledQuery? {
        guard accuracy == nil, plan.step.trees.isEmpty else { return nil }
        var query = self
        query.pool = QueryPool(
            name: pool.name, tables: pool.tables, rowsPerPerson: pool.rowsPerPerson,
            people: people, fewestInGroup: pool.fewestInGroup, functions: pool.functions)
        return query
    }

    /// What identifies the question: two texts that ask the same have the same digest.
    package var digest: Digest {
        get throws(CanonicalError) { Digest(of: try plan.canonical.signable()) }
    }

    /// One column of the result.
    struct Output: Sendable {
        let name: String
        let value: PostValue
    }

    /// One column to order by.
    struct Order: Sendable {
        let value: PostValue
        let descending: Bool
    }
}

extension CompiledQuery {
    /// Reads a query and plans its study, from the text and the published schema alone.
    ///
    /// - Throws: ``QueryError`` with the place and what to write instead.
    package init(_ text: String, pool: QueryPool) throws(QueryError) {
        var compiler = try Compiler(try Parser.statement(of: text).statement, pool: pool)
        self = try compiler.compile()
    }

    /// The pool that a text asks.
    ///
    /// - Throws: ``QueryError`` when the text is no query.
    package static func pool(of text: String) throws(QueryError) -> String {
        try Parser.statement(of: text).statement.source.pool
    }

    /// A text with `proof => on` in its last clause; as it is where that stands there.
    ///
    /// - Throws: ``QueryError`` when the text is no query.
    package static func proven(_ text: String) throws(QueryError) -> String {
        guard !Parser.isModel(text) else {
            throw QueryError(
                "a model is not proven yet", at: Position(line: 1, column: 1),
                remedy:
                    "leave out --prove; counts, clipped sums, a count for each category and histograms can be proven"
            )
        }
        let clause = try Parser.statement(of: text).statement.privacy
        guard !clause.isProven else { return text }
        let hasClause =
            clause.epsilon != nil || clause.delta != nil || clause.rows != nil
            || clause.accuracy != nil
        let end = text.lastIndex(of: hasClause ? ")" : ";") ?? text.endIndex
        let proven =
            text[..<end] + (hasClause ? ", proof => on)" : "\nWITH PRIVACY (proof => on)")
        // What stands behind the clause, a comment perhaps, may have been taken for its end.
        guard (try? Parser.statement(of: String(proven)))?.statement.privacy.isProven == true else {
            throw QueryError(
                "the proof cannot be put in by itself", at: clause.position,
                remedy: "write WITH PRIVACY (…, proof => on)")
        }
        return String(proven)
    }

    /// Whether a text asks for an explanation only.
    ///
    /// - Throws: ``QueryError`` when the text is no query.
    package static func isExplain(_ text: String) throws(QueryError) -> Bool {
        try Parser.statement(of: text).explain
    }
}
