// SPDX-License-Identifier: Apache-2.0
package import Privacy
internal import Study
internal import Vault

/// CREATE MODEL, bound to a pool's published schema: which rows, what of them, what is to be
/// predicted, and the privacy that it may cost. What kind of model that makes is not for here.
package struct ModelQuestion: Hashable, Sendable {
    /// A word behind USING that says how the model is made.
    package struct Option: Hashable, Sendable {
        /// What it is called.
        package let name: String
        /// What it is set to.
        package let value: String
        let position: Position
        let valuePosition: Position

        /// An error about what it is set to.
        package func valueError(_ problem: String, remedy: String) -> QueryError {
            QueryError(problem, at: valuePosition, remedy: remedy)
        }

        /// An error about this option.
        package func error(_ problem: String, remedy: String) -> QueryError {
            QueryError(problem, at: position, remedy: remedy)
        }
    }

    /// What the buyer calls the model.
    package let name: String
    /// The features of each row, and at last what is to be predicted, if anything is. Of a forecast the only feature is the
    /// day.
    package let rows: RowSelection
    /// How the model is to be made, as far as the buyer says.
    package let options: [Option]
    /// How far a forecast reaches; nil for models that know no order.
    package let horizon: Int?
    /// The privacy that was asked for.
    package let target: PrivacyTarget
    /// How many rows of one contributor count; a longer one's are cut off.
    package let rowsPerPerson: Int
    /// How many contributors may be expected at least, as far as that is public.
    package let people: Int
    /// What is to be predicted; nil where clusters are to be found.
    package let predicted: RowSelection.Column?
    /// The same as written: a column, or a condition.
    package let predictedText: String?
    /// Whether the rows are its asker's own, so that nobody is hidden from her.
    package let isOwn: Bool
    /// Where what is wanted stands, for errors.
    private let targetPosition: Position

    /// What is learned from.
    package var features: ArraySlice<RowSelection.Column> {
        rows.columns.dropLast(predicted == nil ? 0 : 1)
    }

    /// Whether it asks for a recommender, whose one feature is the column of the items.
    package var isRecommender: Bool {
        options.contains { $0.name == "model" && $0.value == "recommender" }
    }

    /// Whether it asks for a stream.
    package var isStream: Bool {
        options.contains { $0.name == "model" && $0.value == "stream" }
    }

    /// Whether a text asks for a stream, whatever the pool.
    package static func isStream(_ text: String) -> Bool {
        guard let statement = try? Parser.model(of: text) else { return false }
        return statement.options.contains { $0.name == "model" && $0.value == .word("stream") }
    }

    /// Whether a text asks for a model.
    package static func isModel(_ text: String) -> Bool { Parser.isModel(text) }

    /// Whether a text asks what a model would take, not for the model.
    package static func isExplained(_ text: String) -> Bool {
        guard let tokens = try? Lexer.tokens(of: text) else { return false }
        return tokens.first?.kind == .word("explain") && Parser.isModel(text)
    }

    /// The pool that a text asks.
    ///
    /// - Throws: ``QueryError`` when the text asks for no model.
    package static func pool(of text: String) throws(QueryError) -> String {
        try Parser.model(of: text).source.pool
    }

    /// Reads a statement, from its text and the published schema alone.
    ///
    /// - Throws: ``QueryError`` with the place and what to write instead.
    package init(_ text: String, pool: QueryPool) throws(QueryError) {
        try self.init(try Parser.model(of: text), pool: pool, isOwn: false)
    }

    init(_ statement: ModelStatement, pool: QueryPool, isOwn: Bool) throws(QueryError) {
        var builder = ScopeBuilder(pool: pool)
        let scope = try builder.scope(of: statement.source)
        var binder = ColumnBinder(
            scope: scope, reads: builder.reads, functions: pool.functions)
        let filter = try binder.filter(statement.filter)
        var target: RowSelection.Column?
        if let wanted = statement.target { target = try binder.predicted(wanted) }
        // A training looks at every row once for each of its rounds.
        var program = Program()
        for scalar in [filter, target?.scalar].compactMap(\.self) { _ = program.add(scalar) }
        try Compiler.check(
            program.work, at: statement.filter?.position ?? statement.position)
        try ModelQuestion.checkOrder(of: statement)
        let columns =
            if let order = statement.order {
                [try binder.time(order.column)]
            } else {
                try binder.inputs(of: statement)
            }
        horizon = statement.order?.horizon
        (name, predicted) = (statement.name, target)
        predictedText = target == nil ? nil : statement.targetText
        self.isOwn = isOwn
        targetPosition = statement.position
        rows = RowSelection(
            source: scope.plan, filter: filter, columns: columns + [target].compactMap(\.self),
            reads: binder.reads.tables)
        options = try statement.words.map {
            option throws(QueryError) in
            switch option.value {
            case .word(let value), .number(let value):
                return Option(
                    name: option.name, value: value, position: option.position,
                    valuePosition: option.valuePosition)
            case .names:
                throw QueryError(
                    "\(option.name) takes one value", at: option.valuePosition,
                    remedy: "write \(option.name) => value")
            }
        }
        self.target = try ModelQuestion.target(of: statement.privacy)
        rowsPerPerson = try ModelQuestion.rows(
            of: statement.privacy, scope.most, pool.rowsPerPerson)
        people = pool.people
    }

    private init(_ question: ModelQuestion, people: Int) {
        (name, rows, options, target) = (
            question.name, question.rows, question.options, question.target
        )
        (rowsPerPerson, horizon) = (question.rowsPerPerson, question.horizon)
        (predicted, predictedText) = (question.predicted, question.predictedText)
        isOwn = question.isOwn
        targetPosition = question.targetPosition
        self.people = people
    }

    /// The same question for so many people.
    package func expecting(_ people: Int) -> ModelQuestion { ModelQuestion(self, people: people) }

    /// An error about what is to be predicted, or about the clusters.
    package func targetError(_ problem: String, remedy: String) -> QueryError {
        QueryError(problem, at: targetPosition, remedy: remedy)
    }

    private static func target(of clause: PrivacyClause) throws(QueryError) -> PrivacyTarget {
        guard !clause.isProven else {
            throw QueryError(
                "a model is not proven yet", at: clause.position,
                remedy:
                    "leave out proof => on; counts, clipped sums, a count for each category and histograms can be proven"
            )
        }
        guard clause.accuracy == nil else {
            throw QueryError(
                "a model's error cannot be ordered", at: clause.position,
                remedy: "write WITH PRIVACY (epsilon => 1.0, delta => 1e-7)")
        }
        do throws(PrivacyTargetError) {
            return try PrivacyTarget(
                epsilon: clause.epsilon ?? "1.0", delta: clause.delta ?? "1e-7")
        } catch {
            throw QueryError(
                "\(error)",
                at: (error.isOfDelta ? clause.deltaPosition : clause.epsilonPosition)
                    ?? clause.position,
                remedy: "write WITH PRIVACY (epsilon => 1.0, delta => 1e-7)")
        }
    }

    /// How many rows of one contributor count at most.
    static let mostRows = 10_000

    private static func rows(
        of clause: PrivacyClause, _ most: RowScope.Most, _ pool: Int
    ) throws(QueryError) -> Int {
        if case .most(let text) = clause.rows {
            guard let rows = Int(text), (1...mostRows).contains(rows) else {
                throw QueryError(
                    "rows => \(text) is out of range", at: clause.position,
                    remedy: "give how many rows of one person count: 1 to \(mostRows)")
            }
            return rows
        }
        if case .rows(let rows) = most { return min(rows, mostRows) }
        return min(pool, mostRows)
    }
}
