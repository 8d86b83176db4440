// SPDX-License-Identifier: Apache-2.0
internal import Canon
package import Query

/// Predicting inside a question: `SELECT AVG(PREDICT(name)) FROM pool`.
extension Model {
    /// The digits behind the point of a chance.
    static let chanceScale = 4

    /// The model as something to work out of each row of a pool, under its own name: the chance of the positive one,
    /// from 0 to 1 with four digits, or a number between its bounds.
    ///
    /// - Throws: ``ModelError`` when the model predicts no single row, or cannot be written as JSON.
    package var function: RowFunction {
        get throws(ModelError) {
            guard predictsRows else {
                throw ModelError(
                    "\(name): a \(kind) predicts of a person's rows together, not of each by itself; use it "
                        + "with `dividend model predict`")
            }
            let digest: Digest
            do throws(CanonicalError) { digest = Digest(of: try json.signable()) } catch {
                throw ModelError("\(name): \(error)")
            }
            let (scale, bounds): (Int, ClosedRange<Int64>) =
                switch goal {
                case .either: (Model.chanceScale, 0...10_000)
                case .number(let scale, let bounds): (scale, bounds)
                case .group: (0, 0...Int64(max(1, groups) - 1))
                }
            return RowFunction(
                name: name, digest: digest, arguments: try arguments, scale: scale, bounds: bounds,
                categories: goal == .group ? (0..<groups).map { String($0 + 1) } : nil,
                work: work
            ) { self.number(of: $0) }
        }
    }

    /// What a row gives as a whole number: of clusters the place of the nearest.
    private func number(of values: UnsafeBufferPointer<Int64>) -> Int64 {
        guard case .clusters(let set) = form else { return number(of: score(values)) }
        return Int64(set.place(of: values))
    }

    /// How many clusters there are.
    private var groups: Int {
        if case .clusters(let set) = form { set.clusters.count } else { 0 }
    }

    /// A score as the whole number that is predicted: a chance in ten-thousandths, or a number in its own units.
    func number(of score: Double) -> Int64 {
        switch goal {
        case .either: return Int64((Sigmoid.value(score) * 10_000).rounded())
        case .number(_, let bounds): return Goal.units(of: score, in: bounds)
        case .group: return 0
        }
    }

    private var arguments: [RowFunction.Argument] {
        get throws(ModelError) {
            var arguments: [RowFunction.Argument] = []
            for column in order {
                switch form.cell(of: column) {
                case .number(let scale, _):
                    arguments.append(.init(name: column, kind: .number(scale: scale)))
                case .choice(let categories):
                    arguments.append(.init(name: column, kind: .choice(categories)))
                case nil: throw ModelError("\(name): the column \(column) has no feature")
                }
            }
            return arguments
        }
    }

    /// Whether a row by itself says what is predicted of it.
    package var predictsRows: Bool {
        switch form {
        case .weights, .curves, .network, .clusters: true
        case .factors, .series: false
        }
    }

    /// About how many operations a prediction takes.
    private var work: Int {
        switch form {
        case .weights(let sum): 4 * sum.coding.numbers.count + 2 * sum.coding.choices.count + 20
        case .curves(let sum): 10 * sum.bins.columns.count + 20
        case .network(let sum): 2 * sum.hidden.count + 10 * sum.outputs.count + 20
        case .clusters(let set): 4 * set.clusters.count * set.order.count + 20
        case .factors, .series: 0
        }
    }
}
