// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Learn
import OwnRows
import Testing

/// Models without noise beside those of scikit-learn on the same rows. `Vectors/scikit-learn.json` has what it gives on
/// numbers brought to their means and deviations, and on choices with a place for each category and for NULL.
@Suite struct ReferenceTests {
    private func numbers(_ json: JSON, _ member: String) throws -> [Double] {
        let item = try #require(json[member])
        return (item.array ?? []).compactMap(number)
    }

    private func number(_ json: JSON) -> Double? {
        switch json {
        case .number(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }

    private func compare(_ file: String, _ text: String, _ member: String) async throws {
        let own = try OwnRows(path: OwnFile.vector(file), for: text)
        let model = try await own.train()
        let reference = try #require(try OwnFile.reference()[member])
        let wanted =
            try numbers(reference, "weights") + [
                #require(reference["constant"].flatMap(number))
            ]
        #expect(model.terms.count == wanted.count)
        for (term, value) in zip(model.terms, wanted) {
            #expect(abs(term.weight - value) < 1e-6, "\(term.feature) \(value)")
        }
    }

    @Test func `logistic regression is scikit-learn's to a millionth`() async throws {
        try await compare(
            "breast-cancer.csv",
            "CREATE MODEL m FROM own PREDICT diagnosis USING (quality => off)", "logistic")
    }

    @Test func `linear regression is its ridge regression to a millionth`() async throws {
        try await compare(
            "breast-cancer.csv",
            """
            CREATE MODEL m FROM own PREDICT mean_area USING (quality => off, features => (
            mean_radius, mean_texture, mean_perimeter, mean_smoothness, mean_compactness, mean_concavity,
            mean_concave_points, mean_symmetry, mean_fractal_dimension, radius_error, texture_error,
            perimeter_error, area_error, smoothness_error, compactness_error, concavity_error,
            concave_points_error, symmetry_error, fractal_dimension_error, worst_radius, worst_texture,
            worst_perimeter, worst_area, worst_smoothness, worst_compactness, worst_concavity,
            worst_concave_points, worst_symmetry, worst_fractal_dimension))
            """, "linear")
    }

    @Test func `categories, booleans and what is missing have a weight each`() async throws {
        try await compare(
            "mixed.csv", "CREATE MODEL m FROM own PREDICT bought USING (quality => off)", "mixed")
    }

    @Test func `half of the rows tell the other half: areas under the curve`() async throws {
        let lines = try String(
            contentsOfFile: OwnFile.vector("breast-cancer.csv"), encoding: .utf8
        ).split(separator: "\n")
        let known = try OwnFile(
            lines.enumerated().filter { $0.offset == 0 || $0.offset % 2 == 1 }
                .map { String($0.element) }.joined(separator: "\n"))
        for (kind, least) in [("logistic", 0.988), ("trees", 0.985)] {
            let own = try OwnRows(
                path: known.path,
                for:
                    "CREATE MODEL m FROM own PREDICT diagnosis USING (model => \(kind), quality => off)"
            )
            let model = try await own.train()
            let names = lines[0].split(separator: ",").map {
                String($0).replacing(" ", with: "_")
            }
            var scored: [(score: Double, isIll: Bool)] = []
            for line in lines.dropFirst().enumerated().filter({ $0.offset % 2 == 1 }) {
                let cells = Dictionary(
                    zip(names, line.element.split(separator: ",").map(String.init)),
                    uniquingKeysWith: { first, _ in first })
                let prediction = model.prediction(of: try model.values(of: cells, line: 1))
                scored.append((prediction.score, cells["diagnosis"] == "malignant"))
            }
            var (below, above) = (0.0, 0.0)
            for (_, isIll) in scored.sorted(by: { $0.score < $1.score }) {
                if isIll { above += below } else { below += 1 }
            }
            let area = above / (below * (Double(scored.count) - below))
            #expect(area > least, "\(kind) \(area)")
        }
    }

    @Test func `clusters lie as near as scikit-learn's`() async throws {
        let own = try OwnRows(
            path: OwnFile.vector("breast-cancer.csv"),
            for: """
                CREATE MODEL m FROM own USING (model => clusters, clusters => 4, quality => off,
                features => (mean_radius, mean_texture, mean_perimeter, mean_area))
                """)
        let model = try await own.train()
        let lines = try String(
            contentsOfFile: OwnFile.vector("breast-cancer.csv"), encoding: .utf8
        ).split(separator: "\n")
        let names = lines[0].split(separator: ",").map { String($0).replacing(" ", with: "_") }
        var inertia = 0.0
        for line in lines.dropFirst() {
            let cells = Dictionary(
                zip(names, line.split(separator: ",").map(String.init)),
                uniquingKeysWith: { first, _ in first })
            let distance = model.prediction(of: try model.values(of: cells, line: 1)).score
            inertia += distance * distance
        }
        let best = try #require(
            try OwnFile.reference()["clusters"]?["inertia"].flatMap(number))
        #expect(inertia < best * 1.01, "\(inertia) \(best)")
    }
}
