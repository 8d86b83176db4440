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
    let outputs: [Output]
    /// The names of the groups, dimension by dimension; the last code, NULL, has none.
    let groupLabels: [[String]]
    let orders: [(output: Int, descending: Bool)]
    let limit: Int?
    /// How many rows of one contributor count in full.
    package let rowsPerPerson: Int

    /// What identifies the question: two texts that ask the same have the same digest.
    package var digest: Digest {
        get throws(CanonicalError) { Digest(of: try plan.canonical.signable()) }
    }

    /// One column of the result.
    struct Output: Sendable {
        enum Content: Sendable {
            case group(dimension: Int)
            case count(statistic: Int)
            case centredSum(sum: Int, count: Int, scale: Int, bounds: ClosedRange<Int64>)
            case sum(statistic: Int, scale: Int, unit: Int64)
            case average(sum: Int, count: Int, scale: Int, bounds: ClosedRange<Int64>)
        }
        let name: String
        let content: Content
    }
}

extension CompiledQuery {
    /// Reads a query and plans its study, from the text and the published schema alone.
    ///
    /// - Throws: ``QueryError`` with the place and what to write instead.
    package init(_ text: String, pool: QueryPool) throws(QueryError) {
        var compiler = try Compiler(try Parser.statement(of: text), pool: pool)
        self = try compiler.compile()
    }

    /// The name after FROM.
    ///
    /// - Throws: ``QueryError`` when the text is no query.
    package static func pool(of text: String) throws(QueryError) -> String {
        try Parser.statement(of: text).source
    }
}
