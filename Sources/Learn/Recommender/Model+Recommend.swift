// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// What a recommender says of one item.
package struct Recommendation: Hashable, Sendable {
    /// The item.
    package let item: String
    /// What its rating is foretold to be.
    package let prediction: Prediction
}

/// Recommending, from one person's own ratings: nothing is read of anybody else, and hers stay where they are.
extension Model {
    /// Whether it is a recommender: then the rows of a file are all one person's.
    package var isRecommender: Bool { if case .factors = form { true } else { false } }

    /// The columns that a recommender knows: of the items, and of their ratings; nil for other models.
    package var rated: (items: String, rating: String)? {
        if case .factors(let form) = form { (form.column, form.rating) } else { nil }
    }

    /// Whether a number is one of the ratings that a recommender knows.
    package func knows(rating: String) -> Bool {
        guard case .factors = form, case .number(let scale, let bounds) = goal else { return false }
        return Model.number(rating, scale: scale).map(bounds.contains) ?? false
    }

    /// Whether a recommender has an item of that name.
    package func knows(item: String) -> Bool {
        if case .factors(let form) = form { form.items.contains(item) } else { false }
    }

    /// The items that a person would rate highest, of those that she has not rated; equal ones in the order of the
    /// published list.
    ///
    /// - Parameters:
    ///   - ratings: what she rated, and how, as people write it.
    ///   - count: how many at most.
    /// - Throws: ``ModelError`` for a model that is no recommender, an item that it does not know or that stands twice, and a
    ///   rating that is no number or beyond the bounds.
    package func recommendations(
        for ratings: [(item: String, rating: String)], count: Int
    ) throws(ModelError) -> [Recommendation] {
        let form = try recommender
        var known: [Rating] = []
        for (item, rating) in ratings {
            let place = try place(of: item, form, at: item)
            guard !known.contains(where: { $0.item == place }) else {
                throw ModelError("\(item): rated twice; keep one rating of each \(form.column)")
            }
            known.append(try self.rating(place, rating, at: item))
        }
        return best(form, known, count)
    }

    /// What a score foretells, with two digits more than ratings have: items differ by less than those tell.
    private func recommendation(of item: String, _ score: Double) -> Recommendation {
        Recommendation(
            item: item,
            prediction: Prediction(
                value: goal.written(score, finer: 2), chance: nil, score: score))
    }

    private func best(
        _ form: ItemFactors, _ known: [Rating], _ count: Int
    ) -> [Recommendation] {
        let taste = form.taste(of: known)
        let rated = Set(known.map(\.item))
        let scored = form.items.indices.filter { !rated.contains($0) }.map { item in
            // Factors of a file may be so large that their sum is no number.
            let score = form.score(of: item, for: taste)
            return (item: item, score: score == score ? score : -.infinity)
        }
        let best = scored.sorted { ($1.score, $0.item) < ($0.score, $1.item) }
        return best.prefix(max(count, 0)).map {
            recommendation(of: form.items[$0.item], $0.score)
        }
    }

    /// Foretells the ratings of the rows that have none, from those that have one: all rows are one person's.
    ///
    /// - Parameter rows: the cells of each by the names of their columns, and its line, for errors.
    /// - Returns: one for each row whose rating is `NULL`, with its line.
    /// - Throws: ``ModelError`` as ``recommendations(for:count:)``, and for a cell that is missing or empty.
    package func foretold(
        _ rows: [(line: Int, cells: [String: String])]
    ) throws(ModelError) -> [(line: Int, recommendation: Recommendation)] {
        let (known, wanted) = try parted(rows)
        let form = try recommender
        let taste = form.taste(of: known)
        return wanted.map { line, item in
            let score = form.score(of: item, for: taste)
            return (line, recommendation(of: form.items[item], score))
        }
    }

    /// The items that the person would rate highest whose rows these are.
    ///
    /// - Throws: as ``foretold(_:)``.
    package func recommendations(
        from rows: [(line: Int, cells: [String: String])], count: Int
    ) throws(ModelError) -> [Recommendation] {
        best(try recommender, try parted(rows).known, count)
    }

    private func parted(
        _ rows: [(line: Int, cells: [String: String])]
    ) throws(ModelError) -> (known: [Rating], wanted: [(line: Int, item: Int)]) {
        let form = try recommender
        var (known, wanted): ([Rating], [(Int, Int)]) = ([], [])
        var lines: [Int: Int] = [:]
        for (line, cells) in rows {
            guard let item = cells[form.column], let written = cells[form.rating] else {
                throw ModelError(
                    "line \(line): a column is missing; the model wants \(form.column), and "
                        + "\(form.rating), in which NULL is foretold")
            }
            let place = try place(of: item, form, at: "line \(line)")
            let rating = WrittenCell(written)
            if rating.isNull {
                wanted.append((line, place))
            } else {
                if let first = lines.updateValue(line, forKey: place) {
                    throw ModelError(
                        "line \(line): \(item) was rated on line \(first) already; keep one of them"
                    )
                }
                known.append(try self.rating(place, rating.text, at: "line \(line)"))
            }
        }
        return (known, wanted)
    }

    private var recommender: ItemFactors {
        get throws(ModelError) {
            guard case .factors(let form) = form else {
                throw ModelError("\(name) is no recommender; it predicts from rows of their own")
            }
            return form
        }
    }

    private func place(
        of item: String, _ form: ItemFactors, at place: String
    ) throws(ModelError) -> Int {
        guard let found = WrittenCell(item).place(in: form.items) else {
            throw ModelError(
                "\(place): \(form.column) has no category '\(item)'; it has "
                    + form.items.prefix(20).joined(separator: ", ")
                    + (form.items.count > 20 ? ", …" : ""))
        }
        return found
    }

    private func rating(
        _ item: Int, _ text: String, at place: String
    ) throws(ModelError) -> Rating {
        guard case .number(let scale, let bounds) = goal,
            let code = Model.number(text, scale: scale),
            let value = goal.value(of: code)
        else {
            throw ModelError(
                "\(place): a rating is a number, or NULL where it is to be foretold, not '\(text)'")
        }
        guard bounds.contains(code) else {
            let kind = Schema.Kind(scale: scale)
            throw ModelError(
                "\(place): \(text) is beyond the ratings, which go from \(kind.writtenShort(bounds.lowerBound)) "
                    + "to \(kind.writtenShort(bounds.upperBound))")
        }
        return Rating(item: item, value: value, isHeldOut: false)
    }
}
