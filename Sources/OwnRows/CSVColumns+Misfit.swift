// SPDX-License-Identifier: Apache-2.0
internal import Intake
internal import Query

extension CSVColumns {
    /// The first cell that a function does not take, with its line; nil where all fit, or columns are missing.
    func misfit(of function: RowFunction, in path: String) -> OwnRowsError? {
        for argument in function.arguments {
            guard let column = columns.first(where: { $0.name == argument.name }) else { continue }
            for (text, line) in zip(column.texts, column.lines) where !CellText.isNull(text) {
                guard let problem = argument.kind.problem(with: text) else { continue }
                return OwnRowsError(
                    "\(path), line \(line): \(column.source) is '\(text.prefix(80))', and the model \(function.name) knows "
                        + problem)
            }
        }
        return nil
    }
}

extension RowFunction.Kind {
    /// What is known instead of a text, and what to do; nil where it is taken.
    fileprivate func problem(with text: String) -> String? {
        switch self {
        case .choice(let known):
            guard !known.contains(text) else { return nil }
            return known.prefix(20).joined(separator: ", ") + (known.count > 20 ? ", …" : "")
                + "; write NULL for what it does not know"
        case .number(let scale):
            guard let digits = CellText.decimals(text) else {
                return "numbers there; write NULL where there is none"
            }
            guard digits > scale else { return nil }
            return scale == 0
                ? "whole numbers there; round it" : "\(scale) digits behind the point; round it"
        }
    }
}
