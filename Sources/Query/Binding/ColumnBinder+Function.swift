// SPDX-License-Identifier: Apache-2.0

/// `PREDICT(name)`: a function that the buyer brings, of the columns that it names.
extension ColumnBinder {
    mutating func prediction(
        _ arguments: [Expression], _ position: Position
    ) throws(QueryError) -> Typed {
        guard arguments.count == 1, case .column(nil, let name, let place) = arguments[0] else {
            throw QueryError(
                "PREDICT takes the name of a model", at: position, remedy: "write PREDICT(name)")
        }
        guard let function = functions.first(where: { $0.name == name }) else {
            let names = functions.map(\.name).sorted().joined(separator: ", ")
            throw QueryError(
                "no model '\(name)' came with the question", at: place,
                remedy: names.isEmpty
                    ? "give it with --model FILE, or say --party NAME for one of hers (in a request: models)"
                    : "those that came are \(names)")
        }
        var scalars: [Scalar] = []
        for argument in function.arguments {
            scalars.append(try self.argument(argument, of: name, at: place))
        }
        return Typed(
            scalar: .function(function, scalars),
            type: function.categories.map { .category($0) }
                ?? .number(scale: function.scale, bounds: function.bounds))
    }

    /// The column that a function takes, in the function's own units: one that is not there, or means something
    /// else, is an error and never a default.
    private mutating func argument(
        _ argument: RowFunction.Argument, of model: String, at position: Position
    ) throws(QueryError) -> Scalar {
        guard scope.names.contains(where: { $0.name == argument.name }) else {
            throw QueryError(
                "the model \(model) wants a column '\(argument.name)', and \(scope.title) has none",
                at: position, remedy: "ask where there is one, or name one so: AS \(argument.name)")
        }
        let typed = try column(argument.name, of: nil, at: position)
        switch (argument.kind, typed.type) {
        case (.number(let wanted), .number(let scale, _)):
            guard scale <= wanted else {
                throw QueryError(
                    "\(argument.name) has \(scale) digits behind the point, and the model \(model) knows \(wanted)",
                    at: position, remedy: QueryError.otherModel)
            }
            return scale == wanted
                ? typed.scalar : .rescale(typed.scalar, shift: wanted - scale)
        case (.choice(["false", "true"]), .boolean): return typed.scalar
        case (.choice(let known), .category(let list)):
            return try places(of: list, among: known, typed.scalar, argument.name, model, position)
        default:
            throw QueryError(
                "\(argument.name) is \(typed.type.word) here, and to the model \(model) "
                    + argument.kind.word,
                at: position, remedy: QueryError.otherModel)
        }
    }

    /// Places in a published list as places among those that a model knows.
    private func places(
        of list: [String], among known: [String], _ scalar: Scalar, _ column: String,
        _ model: String, _ position: Position
    ) throws(QueryError) -> Scalar {
        guard list != known else { return scalar }
        var arms: [Scalar.Arm] = []
        for (place, category) in list.enumerated() {
            guard let knownPlace = known.firstIndex(of: category) else {
                throw QueryError(
                    "the model \(model) does not know \(column) = '\(category)'", at: position,
                    remedy: QueryError.otherModel)
            }
            arms.append(
                Scalar.Arm(
                    condition: .isIn(scalar, [Int64(place)]), value: .constant(Int64(knownPlace))))
        }
        return .choose(arms, otherwise: .constant(.min))
    }
}

extension RowFunction.Kind {
    fileprivate var word: String {
        switch self {
        case .number: "a number"
        case .choice: "a category"
        }
    }
}
