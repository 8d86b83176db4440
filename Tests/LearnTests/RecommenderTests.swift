// SPDX-License-Identifier: Apache-2.0
import Canon
import Privacy
import Query
import TestSupport
import Testing
import Vault

@testable import Learn
@testable import Study

/// A recommender that is trained over people, round by round.
@Suite struct RecommenderTests {
    @Test func `tastes that ratings follow are found, where biases know nothing of them`() throws {
        let (people, others) = (Raters.made(600), Raters.made(300, seed: 2))
        let factors = try #require(
            try Fixture.exact(Raters.compiled(), on: People(people: people)))
        let biases = try #require(
            try Fixture.exact(Raters.compiled(people: 50), on: People(people: people)))
        let (fine, coarse) = (try Raters.miss(factors, others), try Raters.miss(biases, others))
        #expect(coarse > 45, "\(coarse)")
        #expect(fine < 0.35 * coarse, "\(fine) of \(coarse)")
        #expect(factors.quality?.measures.first.map { $0.value > 9000 } == true)
    }

    @Test func `biases come out as they were planted`() throws {
        let compiled = try Raters.compiled(
            "model => recommender, items => movie, quality => off", people: 50)
        let model = try #require(
            try Fixture.exact(compiled, on: People(people: Raters.made(2000))))
        guard case .factors(let form) = model.form else { throw Unexpected() }
        #expect(form.factors.isEmpty)
        #expect(abs(form.middle) < 0.02)
        for film in Raters.films.indices {
            let miss = form.biases[film] - Raters.bias(film) * 20 / 250
            #expect(abs(miss) < 0.03, "\(film): \(miss)")
        }
    }

    @Test func `with noise tastes are found too, the same ones for any number of threads`()
        async throws
    {
        let people = People(people: Raters.made(2000))
        let compiled = try Raters.compiled(people: 2000)
        let model = try #require(try await Fixture.trained(compiled, on: people, threads: 1))
        let again = try #require(try await Fixture.trained(compiled, on: people, threads: 3))
        #expect(model == again)
        let coarse = try #require(
            try Fixture.exact(Raters.compiled(people: 50), on: people))
        let others = Raters.made(300, seed: 2)
        let (fine, plain) = (try Raters.miss(model, others), try Raters.miss(coarse, others))
        #expect(fine < 0.7 * plain, "\(fine) of \(plain)")
    }

    @Test func `how many rounds there are follows from what is public`() throws {
        func kinds(_ compiled: CompiledModel) -> [Schedule.Kind] {
            compiled.schedule.rounds.map(\.kind)
        }
        #expect(
            kinds(try Raters.compiled())
                == [.middle, .biases, .factors(4), .factors(4), .factors(4), .factors(4), .quality])
        #expect(
            kinds(
                try Raters.compiled("model => recommender, items => movie, factors => 2")
            )[2] == .factors(2))
        let few = try Raters.compiled(
            "model => recommender, items => movie, quality => off", people: 100)
        #expect(kinds(few) == [.middle, .biases])
        #expect(few.notes.contains { $0.hasPrefix("people are few for 20 items") })
        #expect(try Raters.compiled().cost <= Raters.compiled().question.target.gaussianRho)
    }

    @Test func `how many factors there are is part of what is asked for`() throws {
        func digest(_ factors: Int) throws -> Digest {
            try Raters.compiled("model => recommender, items => movie, factors => \(factors)")
                .digest
        }
        #expect(try digest(2) == digest(2))
        #expect(try digest(2) != digest(3))
    }

    /// Who moves sums furthest: many rows, all alike, at the end of the scale; or one.
    private static let extremes: [[(film: Int64, rating: Int64)]] = [
        [], [(0, 500)], [(3, 0)], [(0, 500), (0, 500), (0, 0)],
        [(film: Int64, rating: Int64)](repeating: (19, 500), count: 200),
        (0..<200).map { (film: Int64($0 % 20), rating: $0 % 2 == 0 ? 0 : 500) },
        (0..<200).map { (film: Int64($0 % 7), rating: 500) }, [(Schema.null, 500)],
        [(4, Schema.null)], [(77, 500), (-3, 500)],
    ]

    @Test func `one person more moves no round further than its radius`() async throws {
        let compiled = try Raters.compiled(rows: 200)
        let base = Raters.made(30)
        var training = Training(compiled)
        while let plan = try training.plan {
            let radius = Double(compiled.schedule.rounds[training.done].radius)
            let without = try await plan.run(over: People(people: base)).blocks[0].sums(at: 0)
            var furthest = 0.0
            for person in Self.extremes {
                let with = try await plan.run(over: People(people: base + [Raters.one(person)]))
                    .blocks[0].sums(at: 0)
                let squares = zip(with, without).reduce(0.0) {
                    $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
                }
                #expect(squares.squareRoot() <= radius, "round \(training.done)")
                furthest = max(furthest, squares.squareRoot())
            }
            #expect(furthest > radius / 20, "nothing comes near: round \(training.done)")
            training.take(
                NoisedAnswer.expected([
                    .expected(Fixture.sums(plan.step, base), sigma: 0)
                ]))
        }
    }

    @Test func `what is no item, and what has no rating, adds nothing`() throws {
        let compiled = try Raters.compiled("model => recommender, items => movie, quality => off")
        let step = try #require(try Training(compiled).plan).step
        var scratch = step.makeScratch()
        for rows in Self.extremes.suffix(3) {
            #expect(Fixture.numbers(step, Raters.one(rows), &scratch).allSatisfy { $0 == 0 })
        }
        #expect(Fixture.numbers(step, Raters.one([(0, 500)]), &scratch)[0] > 0)
    }

    @Test func `a taste without one rating is that of the others`() {
        let form = Self.form(width: 3)
        let ratings = (0..<9).map {
            Rating(item: $0 % 5, value: Double($0) / 9 - 0.4, isHeldOut: false)
        }
        let fit = TasteFit(form, ratings)
        for place in ratings.indices {
            var others = ratings
            let one = others.remove(at: place)
            let (left, wanted) = (fit.taste(without: one), form.taste(of: others))
            #expect(abs(left.offset - wanted.offset) < 1e-12)
            for (mine, its) in zip(left.factors, wanted.factors) {
                #expect(abs(mine - its) < 1e-12)
            }
        }
        #expect(form.taste(of: []) == Taste.unknown(width: 3))
    }

    @Test func `one rating in ten is held out, of every item and every value`() {
        var held = [Int](repeating: 0, count: 5)
        for person in 0..<2000 {
            let ratings =
                (0..<5).map {
                    Rating(item: $0, value: person % 7 == 0 ? 0.5 : 1, isHeldOut: false)
                } + [Rating(item: person % 11, value: 0.25, isHeldOut: false)]
            let parted = (ratings + [Rating(item: person, value: 0, isHeldOut: false)])
                .holdingOut(of: UInt64(person))
            for item in 0..<5 where parted[item].isHeldOut { held[item] += 1 }
            #expect(parted.map(\.item).prefix(5) == [0, 1, 2, 3, 4])
        }
        #expect(held.allSatisfy { (140...260).contains($0) }, "\(held)")
    }

    /// Five items with factors made up.
    static func form(width: Int) -> ItemFactors {
        ItemFactors(
            column: "movie", rating: "rating", items: ["A", "B", "C", "D", "E"], middle: 0.1,
            biases: [0.2, -0.1, 0, 0.3, -0.3],
            factors: (0..<5 * width).map { Double($0 * 7 % 11) / 10 - 0.5 }, width: width,
            ridge: ItemFactors.Ridge(offset: 5, factor: 0.3))
    }

    private struct Unexpected: Error {}
}
