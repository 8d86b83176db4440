// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Foundation
import Value

/// Ten clients who train a softmax regression on the digits in ten rounds: 8 and 9 flip their labels, 7
/// has the records of 6, and 5 has four records only.
struct FederatedFixture {
    static let clients = 10
    static let rounds = 10
    private static let features = 65
    private static let classes = 10

    /// Pixels from 0 to 1 and a 1, row by row.
    private struct Records {
        var x: [Double] = []
        var y: [Int] = []
        var count: Int { y.count }
    }

    private let held: [Records]
    private let test: Records
    let sizes: [Int]

    init(seed: UInt64 = 60) {
        var random = Seeded(seed)
        let data = Vectors.digits
        let order = random.permutation(data.rows.count)
        func records(_ places: some Sequence<Int>) -> Records {
            var records = Records()
            for place in places {
                records.x += data.rows[place].map { $0 / 16 } + [1]
                records.y.append(data.labels[place])
            }
            return records
        }
        var held = (0..<Self.clients).map { client in
            records(stride(from: client, to: 1400, by: 10).map { order[$0] })
        }
        for flipper in 8...9 {
            held[flipper].y = held[flipper].y.map { ($0 + 1 + random.below(9)) % 10 }
        }
        held[7] = held[6]
        held[5].x.removeLast(held[5].x.count - 4 * Self.features)
        held[5].y.removeLast(held[5].y.count - 4)
        self.held = held
        test = records(order[1400...])
        sizes = held.map(\.count)
    }

    /// Five steps of gradient descent from a model.
    private func trained(_ model: [Double], _ client: Int) -> [Double] {
        var model = model
        let rate = 1 / Double(held[client].count)
        for _ in 0..<5 {
            var gradient = [Double](repeating: 0, count: model.count)
            for row in 0..<held[client].count {
                var scores = Self.scores(model, held[client], row)
                let most = scores.max() ?? 0
                var sum = 0.0
                for label in 0..<Self.classes {
                    scores[label] = exp(scores[label] - most)
                    sum += scores[label]
                }
                for label in 0..<Self.classes { scores[label] /= sum }
                scores[held[client].y[row]] -= 1
                Self.accumulate(&gradient, held[client], row, scores)
            }
            for place in model.indices { model[place] -= rate * gradient[place] }
        }
        return model
    }

    private static func scores(_ model: [Double], _ records: Records, _ row: Int) -> [Double] {
        var scores = [Double](repeating: 0, count: classes)
        model.withUnsafeBufferPointer { model in
            records.x.withUnsafeBufferPointer { x in
                scores.withUnsafeMutableBufferPointer { scores in
                    guard let model = model.baseAddress, let x = x.baseAddress,
                        let scores = scores.baseAddress
                    else { return }
                    var feature = 0
                    while feature < features {
                        let value = x[row * features + feature]
                        if value != 0 {
                            var label = 0
                            while label < classes {
                                scores[label] += value * model[feature * classes + label]
                                label &+= 1
                            }
                        }
                        feature &+= 1
                    }
                }
            }
        }
        return scores
    }

    private static func accumulate(
        _ gradient: inout [Double], _ records: Records, _ row: Int, _ scores: [Double]
    ) {
        gradient.withUnsafeMutableBufferPointer { gradient in
            records.x.withUnsafeBufferPointer { x in
                scores.withUnsafeBufferPointer { scores in
                    guard let gradient = gradient.baseAddress, let x = x.baseAddress,
                        let scores = scores.baseAddress
                    else { return }
                    var feature = 0
                    while feature < features {
                        let value = x[row * features + feature]
                        if value != 0 {
                            var label = 0
                            while label < classes {
                                gradient[feature * classes + label] += value * scores[label]
                                label &+= 1
                            }
                        }
                        feature &+= 1
                    }
                }
            }
        }
    }

    /// What a model says about each test record, class by class: linear in the model, so that a
    /// coalition's answers are rebuilt as its model is.
    private func answers(_ model: [Double]) -> [Double] {
        (0..<test.count).flatMap { Self.scores(model, test, $0) }
    }

    /// The share of test records whose largest answer is right.
    func accuracy(_ answers: [Double]) -> Double {
        var right = 0
        answers.withUnsafeBufferPointer { answers in
            guard let answers = answers.baseAddress else { return }
            for row in 0..<test.count {
                var (best, label) = (0, 1)
                while label < Self.classes {
                    if answers[row * Self.classes + label] > answers[row * Self.classes + best] {
                        best = label
                    }
                    label &+= 1
                }
                right += best == test.y[row] ? 1 : 0
            }
        }
        return Double(right) / Double(test.count)
    }

    /// The rounds of training with everybody, in terms of answers.
    func federatedRounds() throws -> [FederatedRound] {
        var model = [Double](repeating: 0, count: Self.features * Self.classes)
        return try (0..<Self.rounds).map { _ in
            let updates = (0..<Self.clients).map { client in
                zip(trained(model, client), model).map { $0 - $1 }
            }
            let round = try FederatedRound(
                model: answers(model), updates: updates.map(answers), sizes: sizes)
            for (update, weight) in zip(updates, round.weights) {
                for place in model.indices { model[place] += weight * update[place] }
            }
            return round
        }
    }

    /// The accuracy after training with these clients alone, from the start.
    func retrained(_ coalition: Coalition) -> Double {
        var model = [Double](repeating: 0, count: Self.features * Self.classes)
        let members = coalition.players
        let total = members.reduce(0) { $0 + sizes[$1] }
        for _ in 0..<Self.rounds where !members.isEmpty {
            var next = [Double](repeating: 0, count: model.count)
            for client in members {
                let weight = Double(sizes[client]) / Double(total)
                for (place, number) in trained(model, client).enumerated() {
                    next[place] += weight * number
                }
            }
            model = next
        }
        return accuracy(answers(model))
    }
}
