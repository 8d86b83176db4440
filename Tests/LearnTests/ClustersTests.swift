// SPDX-License-Identifier: Apache-2.0
import Canon
import Privacy
import Query
@testable import Study
import Testing
import TestSupport
import Vault

@testable import Learn

/// Clusters that are found over people, round by round.
@Suite struct ClustersTests {
    private static func compiled(
        _ count: Int, features: String = "x, y", epsilon: String = "1.0", people: Int = 4000,
        rows: Int = 1, quality: String = "on"
    ) throws -> CompiledModel {
        try CompiledModel(
            """
            CREATE MODEL kinds FROM spots USING (model => clusters, clusters => \(count), \
            features => (\(features)), quality => \(quality)) \
            WITH PRIVACY (epsilon => \(epsilon), delta => 1e-5)
            """,
            pool: QueryPool(
                name: "spots", tables: [Spots.schema], rowsPerPerson: rows, people: people))
    }

    private static func exact(_ compiled: CompiledModel, on spots: Spots) throws -> Model {
        try #require(try Fixture.exact(compiled, on: People(people: spots.people)))
    }

    private static func set(_ model: Model) throws -> ClusterSet {
        guard case .clusters(let set) = model.form else {
            throw ModelError("a model of clusters wanted")
        }
        return set
    }

    /// How far the farthest of some spots lies from the nearest centre, in units of x and y.
    private static func farthest(_ model: Model) throws -> Double {
        let clusters = try set(model).clusters
        return Spots.places.map { x, y in
            clusters.map { cluster in
                max(abs(cluster.numbers[0] - x), abs(cluster.numbers[1] - y))
            }.min() ?? .infinity
        }.max() ?? .infinity
    }

    @Test func `planted groups are found, without noise to a unit`() throws {
        let model = try Self.exact(Self.compiled(4), on: Spots.made(4000))
        let set = try Self.set(model)
        #expect(set.clusters.count == 4)
        #expect(try Self.farthest(model) < 5)
        for (cluster, share) in zip(set.clusters, [0.4, 0.3, 0.2, 0.1]) {
            #expect(abs(cluster.share - share) < 0.03, "\(cluster.share)")
            // Each spot is 40 wide in both directions of 1,000: uniform, so the spread is 40/1000·√(2/3).
            #expect(abs(cluster.spread - 0.0327) < 0.004, "\(cluster.spread)")
        }
        let measure = try #require(model.quality?.measures.first)
        #expect(measure.name == "explained" && measure.value > 9900)
        #expect(model.average == nil)
    }

    @Test func `planted groups are found with noise, and how well is told`() async throws {
        let compiled = try Self.compiled(4, epsilon: "2.0", people: 8000)
        let model = try await compiled.train(over: Spots.made(8000), drawing: Seeded(7))
        #expect(try Self.farthest(model) < 30)
        let measure = try #require(model.quality?.measures.first)
        #expect(abs(measure.value - 9960) < measure.margin + 100, "\(measure)")
        #expect(measure.margin < 2500, "\(measure)")
    }

    @Test func `the same noise gives the same clusters on one thread and on two`() async throws {
        let compiled = try Self.compiled(4, people: 1000)
        let people = Spots.made(1000)
        let one = try await compiled.train(over: people, threads: 1, drawing: Seeded(3))
        let two = try await compiled.train(over: people, threads: 2, drawing: Seeded(3))
        #expect(one == two)
    }

    @Test func `categories lie apart like half of a number's range`() throws {
        let space = ClusterSpace(
            coding: FeatureCoding(try Self.compiled(2, features: "x, kind").question.features))
        func square(_ one: [Int64], _ other: [Double]) -> Double {
            one.withUnsafeBufferPointer { space.square($0, to: other) }
        }
        let side = ClusterSpace.side
        // x from 0 to 1,000; the kinds a, b, c and NULL.
        #expect(abs(square([500, 0], [0, side, 0, 0, 0])) < 1e-12)
        #expect(abs(square([500, 1], [0, side, 0, 0, 0]) - 1) < 1e-12)
        #expect(abs(square([500, Schema.null], [0, side, 0, 0, 0]) - 1) < 1e-12)
        #expect(abs(square([1000, 0], [0, side, 0, 0, 0]) - 1) < 1e-12)
        #expect(abs(square([1000, 0], [-1, 0, side, 0, 0]) - space.widest) < 1e-12)
        // A number that is missing is in no direction.
        #expect(abs(square([Schema.null, 0], [1, side, 0, 0, 0])) < 1e-12)
    }

    @Test func `groups that differ in a category alone are found`() throws {
        let model = try Self.exact(
            Self.compiled(3, features: "kind"), on: Spots.made(2000))
        let parts = try Self.set(model).clusters.map { $0.parts[0] }
        #expect(parts.count == 3)
        #expect(parts.allSatisfy { abs(($0.max() ?? 0) - 1) < 1e-9 })
        #expect(Set(parts.map { $0.firstIndex(of: $0.max() ?? 0) }).count == 3)
    }

    @Test func `of nobody comes one cluster in the middle of the bounds, or so`() throws {
        let compiled = try Self.compiled(5)
        let model = try Self.exact(compiled, on: Spots(people: []))
        let set = try Self.set(model)
        #expect(set.clusters.count == 1)
        #expect(set.clusters[0].numbers.allSatisfy { abs($0 - 500) < 100 }, "\(set.clusters)")
        #expect(model.quality?.measures == [])
        #expect(
            model.table.rows[0].map(\.text)[..<2] == [
                "quality: not told", "noise is too wide, or too few rows were held out",
            ])
    }

    @Test func `more clusters than rows differ are as many as there are`() throws {
        let people = Spots(people: (0..<100).map { Spots.one(x: $0 % 2 * 900, y: 10) })
        let model = try Self.exact(Self.compiled(50, people: 100, quality: "off"), on: people)
        let set = try Self.set(model)
        #expect(set.clusters.count == 2)
        #expect(set.clusters.map(\.share) == [0.5, 0.5])
        #expect(set.clusters.map { $0.numbers[0].rounded() }.sorted() == [0, 900])
        #expect(model.quality == nil)
    }

    @Test(arguments: [1, 7, 300])
    func `nobody moves a round by more than its radius, whatever her rows`(
        rows: Int
    ) async throws {
        let compiled = try Self.compiled(6, features: "x, y, kind", people: 500, rows: rows)
        let others = Spots.made(60).people
        let alike = Spots.one(x: 1000, y: 0, kind: 2, times: 5 * rows)
        let missing = Spots.one(x: Schema.null, y: .max, kind: Schema.null, times: 2 * rows)
        var training = Training(compiled)
        var dice = Seeded(3)
        while let plan = try training.plan {
            let round = compiled.schedule.rounds[training.done]
            var scratch = plan.step.makeScratch()
            for she in [alike, missing, Spots.spread(rows: 3 * rows)] {
                let numbers = Fixture.numbers(plan.step, she, &scratch)
                let norm = numbers.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
                // Nothing is cut of anybody, but for rounding.
                #expect(norm <= Double(round.radius) + Double(numbers.count), "\(round.kind)")
                let without = try await Self.sums(plan, others)
                let with = try await Self.sums(plan, others + [she])
                let radius = UInt128(round.radius)
                #expect(Self.square(without, with) <= radius * radius)
                // A radius that she passes holds her all the same.
                let narrow = try StudyPlan(
                    step: compiled.step(plan.step.sums, radius: round.radius / 50),
                    spending: round.spending)
                let (less, more) = try await (
                    Self.sums(narrow, others), Self.sums(narrow, others + [she])
                )
                #expect(Self.square(less, more) <= (radius / 50) * (radius / 50))
            }
            let noised = try await Self.sums(plan, others).map {
                $0 + Int64.random(in: -1_000_000...1_000_000, using: &dice)
            }
            training.take(.expected([.expected(noised, sigma: 600_000)]))
        }
        #expect(training.model != nil)
    }

    private static func sums(
        _ plan: StudyPlan<TrainingStep>, _ people: [Rows]
    ) async throws -> [Int64] {
        try await plan.run(over: Spots(people: people), threads: 2).blocks[0].whole[0]
    }

    private static func square(_ one: [Int64], _ other: [Int64]) -> UInt128 {
        zip(one, other).reduce(0) { sum, pair in
            let apart = UInt128((pair.0 - pair.1).magnitude)
            return sum + apart * apart
        }
    }

    @Test func `one row fills a move's radius where it lies at the reach, and no more beyond`()
        throws
    {
        let coding = FeatureCoding(try Self.compiled(2).question.features)
        let moves = ClusterMoves(
            space: ClusterSpace(coding: coding), centres: [[-1, -1], [0, 0]], reach: 0.5)
        func norm(_ x: Int64, _ y: Int64) -> Double {
            var totals = [Double](repeating: 0, count: moves.width)
            [x, y].withUnsafeBufferPointer { moves.add($0, to: &totals) }
            return totals.reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        #expect(abs(norm(750, 500) - ClusterMoves.norm) < 1e-12)
        #expect(abs(norm(1000, 1000) - ClusterMoves.norm) < 1e-12)
        #expect(abs(norm(500, 500) - ClusterMoves.countPart) < 1e-12)
        #expect(norm(600, 500) < ClusterMoves.norm)
    }

    @Test func `no round costs more than its part, nor all more than was asked`() throws {
        for (epsilon, people, rows) in [
            ("0.5", 30, 1), ("0.5", 100, 1), ("1.0", 100_000, 1), ("8.0", 100_000, 20),
            ("0.1", 100, 1000),
        ] {
            let compiled = try Self.compiled(8, epsilon: epsilon, people: people, rows: rows)
            #expect(
                compiled.schedule.rounds.map(\.kind) == [.counts, .cells, .moves, .moves, .quality])
            var training = Training(compiled)
            var units: UInt64 = 0
            while let plan = try training.plan {
                #expect(plan.cost.units <= compiled.schedule.rounds[training.done].spending.units)
                units += plan.cost.units
                let values = [Int64](repeating: 1 << 20, count: plan.step.width)
                training.take(.expected([.expected(values, sigma: 1)]))
            }
            let asked = compiled.question.target.gaussianRho.units
            #expect(units == compiled.cost.units)
            #expect(units <= asked)
            #expect(units >= asked / 100 * 99, "\(units) of \(asked)")
        }
    }

    @Test func `whatever comes back, and whatever a row holds, the next round has a plan`() throws {
        var dice = Seeded(5)
        for rows in [1, 1000] {
            var training = Training(
                try Self.compiled(8, features: "x, y, kind", people: 500, rows: rows))
            while let plan = try training.plan {
                var scratch = plan.step.makeScratch()
                for value in [Int64.min, .max, 0, -5] {
                    _ = Fixture.numbers(
                        plan.step, Spots.one(x: value, y: value, kind: value, times: 3), &scratch)
                }
                let wild = (0..<plan.step.width).map { _ in
                    Int64.random(in: .min ... .max, using: &dice)
                }
                training.take(.expected([.expected(wild, sigma: 1 << 40)]))
            }
            let model = try #require(training.model)
            #expect(try Model(json: model.json) == model)
        }
    }

    @Test func `two rounds differ in what identifies them, two runs do not`() throws {
        func texts() throws -> [String] {
            var training = Training(try Self.compiled(3, rows: 50))
            var texts: [String] = []
            while let plan = try training.plan {
                texts.append(String(decoding: try plan.step.canonical.signable(), as: UTF8.self))
                var scratch = plan.step.makeScratch()
                let sums = Fixture.numbers(plan.step, Spots.spread(rows: 50), &scratch)
                training.take(.expected([.expected(sums, sigma: 1)]))
            }
            return texts
        }
        let first = try texts()
        #expect(Set(first).count == first.count)
        #expect(try texts() == first)
    }
}
