// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Value

/// One label in ten is flipped; how many of them are found among the lowest scores.
@Suite struct LabelTests {
    private struct Recall: CustomStringConvertible {
        var (tenth, fifth) = (0.0, 0.0)
        var description: String { "\(tenth) in the lowest tenth, \(fifth) in the lowest fifth" }

        mutating func add(_ scores: [Double], _ flipped: Set<Int>, of splits: Int) {
            let weight = 1 / Double(splits * flipped.count)
            tenth +=
                weight * Double(Suspicion.worst(0.1, by: scores).count { flipped.contains($0) })
            fifth +=
                weight * Double(Suspicion.worst(0.2, by: scores).count { flipped.contains($0) })
        }
    }

    /// The mean recall over splits: agreement, threshold values, and both together.
    private static func recalls(
        _ data: DataSet, splits: Int, standardised: Bool
    ) throws -> (agreement: Recall, threshold: Recall, both: Recall) {
        var all = (agreement: Recall(), threshold: Recall(), both: Recall())
        for split in 0..<splits {
            let (clean, test) = try data.shuffled(UInt64(split), standardised: standardised)
            var random = Seeded(UInt64(700 + split))
            let flipped = random.permutation(clean.count).prefix(clean.count / 10)
            var labels = clean.labels.map { Int($0) }
            for row in flipped {
                labels[row] =
                    (labels[row] + 1 + random.below(data.classes - 1)) % data.classes
            }
            let noisy = try LabelledRows(clean.features, labels: labels, classes: data.classes)
            let radius = try ThresholdRadius.squared(
                training: noisy.features, test: test.features)
            let agreement = try SelfAgreement().scores(of: noisy)
            let values = try NeighbourShapley(noisy)
                .values(on: test, of: .threshold(radiusSquared: radius)).points.means
            let both = try Suspicion.ranks(of: [agreement, values])
            all.agreement.add(agreement, Set(flipped), of: splits)
            all.threshold.add(values, Set(flipped), of: splits)
            all.both.add(both, Set(flipped), of: splits)
        }
        return all
    }

    @Test func `check 7: wrong labels of breast cancer records are found`() throws {
        // Of 400 labels 40 are wrong: over ten splits the mean in the fifth is known to within half a point, over a hundred
        // to within a sixth of that.
        let found = try Self.recalls(Vectors.breastCancer, splits: 100, standardised: true)
        print("check 7: breast cancer \(found)")
        #expect(found.agreement.tenth >= 0.857 && found.agreement.fifth >= 0.982)
    }

    @Test func `check 7: wrong labels of digits are found`() throws {
        let found = try Self.recalls(Vectors.digits, splits: 5, standardised: false)
        print("check 7: digits \(found)")
        #expect(found.agreement.tenth >= 0.966 && found.agreement.fifth >= 0.9999)
    }

    @Test func `agreement is the share of neighbours, the near ones more, in any order`() throws {
        func scores(_ places: [Double], _ labels: [Int], k: Int) throws -> [Double] {
            try SelfAgreement(k: k).scores(
                of: LabelledRows(FeatureRows(places.map { [$0] }), labels: labels, classes: 2))
        }
        #expect(try scores([0, 1, 3, 7], [0, 0, 1, 1], k: 1) == [1, 1, 0, 1])
        // To the record at 0 both others are equally far, and one of them agrees.
        #expect(try scores([0, 1, -1], [0, 0, 1], k: 1) == [0.5, 1, 0])
        #expect(try scores([0, -1, 1], [0, 1, 0], k: 1) == [0.5, 0, 1])
        #expect(
            try scores([0, 0, 0, 0], [0, 0, 1, 1], k: 2).allSatisfy { abs($0 - 1 / 3) < 1e-15 })
        // Of three neighbours at 1, 2 and 4 the last counts nothing, and the first 3/4 against 1/2.
        #expect(try scores([0, 1, -2, 4], [0, 0, 1, 0], k: 3)[0] == 0.6)
        #expect(try scores([0, 4, -2, 1], [0, 1, 1, 0], k: 3)[0] == 0.6, "nor does its label")
        #expect(try scores([0, 1], [0, 1], k: 10) == [0, 0])
        #expect(try scores([5], [0], k: 10) == [1])
        #expect(throws: ValueError.self) { try SelfAgreement(k: 0) }
    }

    @Test func `ranks are averaged, ties share them, and the worst come first`() throws {
        #expect(try Suspicion.ranks(of: [[3, 1, 2]]) == [1, 0, 0.5])
        #expect(try Suspicion.ranks(of: [[1, 1, 1]]) == [0.5, 0.5, 0.5])
        #expect(try Suspicion.ranks(of: [[3, 1, 2], [1, 3, 2]]) == [0.5, 0.5, 0.5])
        #expect(try Suspicion.ranks(of: [[]]) == [] && Suspicion.ranks(of: [[4]]) == [0])
        #expect(Suspicion.worst(0.5, by: [3, 1, 1, 2]) == [1, 2])
        #expect(throws: ValueError.empty("scores")) { try Suspicion.ranks(of: []) }
        #expect(throws: ValueError.self) { try Suspicion.ranks(of: [[1], [1, 2]]) }
        #expect(throws: ValueError.self) { try Suspicion.ranks(of: [[.nan]]) }
    }
}
