// SPDX-License-Identifier: Apache-2.0
import Foundation
import Privacy
import Query
import Testing
import TestSupport
import Vault

@testable import Learn
@testable import Study

/// What a contributor's rows are worth by a model of everybody's.
@Suite struct InformationTests {
    private static let buys = 5
    private static let spends = 6

    /// People of whom the first few do as `fraud` says, with the rows that are left to it.
    private static func people(
        _ count: Int, frauds: Int, rows: Int = 20, _ fraud: (inout Rows, inout Seeded) -> Void
    ) -> People {
        var dice = Seeded(9)
        var people = People.made(count, rows: rows).people
        for place in 0..<frauds { fraud(&people[place], &dice) }
        return People(people: people)
    }

    /// The worth of everybody by a private model of everybody, cheats included.
    private static func worths(
        of people: People, predicting: String = "buys", rows: Int = 20, epsilon: String = "4.0"
    ) async throws -> [Information.Worth] {
        let compiled = try Fixture.compiled(
            "PREDICT \(predicting)", epsilon: epsilon, people: people.count, rows: rows)
        let model = try #require(try await Fixture.trained(compiled, on: people))
        return try #require(Information(compiled.question, by: model)).worths(over: people)
    }

    @Test func `a row is worth what the model gains on the average of it`() {
        let average = Average.share(0.25)
        // The model says three in four: log₂(0.75/0.25) for a positive one, log₂(0.25/0.75) for a negative one.
        let score = Foundation.log(3.0)
        #expect(abs(average.bits(score: score, value: 1) - Foundation.log2(3)) < 1e-12)
        #expect(abs(average.bits(score: score, value: 0) + Foundation.log2(3)) < 1e-12)
        #expect(average.bits(score: 500, value: 0) == -4, "no row costs more than four bits")
        #expect(Average.share(0.001).bits(score: 500, value: 1) == 4, "nor brings more")
        // A number: half the logarithm of how much the spread shrinks, and how far it lies off either middle.
        let spread = Average.spread(mean: 0, variance: 0.16, miss: 0.01)
        let right = 2 + (0.04 / 0.16 - 0) / 2 / Foundation.log(2)
        #expect(abs(spread.bits(score: 0.2, value: 0.2) - right) < 1e-12)
        #expect(spread.bits(score: 1, value: 0.2) == -4)
    }

    @Test func `where noise leaves nothing of the average, it is the middle that is public`() throws
    {
        let either = try #require(Goal(kind: ["no", "yes"]))
        #expect(Average([Double](repeating: -3, count: 32), sigma: 0, goal: either) == .share(0.5))
        #expect(Average([Double](repeating: -3, count: 32), sigma: 9, goal: either) == .share(0.5))
        guard
            case .share(let shrunk) = Average(
                [100] + [Double](repeating: 0, count: 31), sigma: 5, goal: either)
        else { return }
        #expect(abs(shrunk - 20.0 / 140) < 1e-12, "noise draws it towards one half")
        let number = Goal.number(scale: 0, bounds: 0...10)
        guard
            case .spread(let mean, let variance, let miss) = Average(
                [-5, 9, -1, -1], sigma: 3, goal: number)
        else {
            Issue.record("a number has a spread")
            return
        }
        #expect(mean == 1 && variance > 0 && miss > 0 && miss <= variance)
    }

    @Test func `whoever gives what is true is worth something, and cheats are not`() async throws {
        let kinds: [(name: String, isFound: Bool, fraud: (inout Rows, inout Seeded) -> Void)] = [
            (
                "turned values", true,
                { rows, _ in
                    rows.columns[Self.buys].values = rows.columns[Self.buys].values.map { 1 - $0 }
                }
            ),
            (
                "values by chance", false,
                { rows, dice in
                    rows.columns[Self.buys].values = rows.columns[Self.buys].values.map { _ in
                        Int64.random(in: 0...1, using: &dice)
                    }
                }
            ),
            (
                "one row, many times", false,
                { rows, _ in
                    for column in rows.columns.indices {
                        let first = rows.columns[column].values[0]
                        rows.columns[column].values = rows.columns[column].values.map { _ in first }
                    }
                }
            ),
        ]
        for (name, isFound, fraud) in kinds {
            let worths = try await Self.worths(of: Self.people(400, frauds: 20, fraud))
            let (cheats, honest) = (worths[..<20], worths[20...])
            let mean = honest.map(\.bits).reduce(0, +) / 380
            #expect(mean > 6, "\(name): \(mean)")
            #expect(honest.count { $0.bits <= 0 } <= 4, "\(name): honest ones for nothing")
            let suspected = Information.contradicting(worths)
            #expect(suspected.allSatisfy { $0 < 20 }, "\(name): honest ones suspected")
            let taken = cheats.map { max($0.bits, 0) }.reduce(0, +) / 20
            #expect(taken < mean / 5, "\(name): \(taken) of \(mean) bits")
            if isFound { #expect(suspected == Array(0..<20), "\(name)") }
        }
    }

    @Test func `numbers are measured too`() async throws {
        let people = Self.people(400, frauds: 20) { rows, _ in
            rows.columns[Self.spends].values = rows.columns[Self.spends].values.map { 10_000 - $0 }
        }
        let worths = try await Self.worths(of: people, predicting: "spends", epsilon: "8.0")
        let (cheats, honest) = (worths[..<20], worths[20...])
        #expect(honest.map(\.bits).reduce(0, +) / 380 > 2)
        #expect(cheats.map { max($0.bits, 0) }.reduce(0, +) == 0)
    }

    @Test func `the same features count twice at most, and names do not change the sum`()
        async throws
    {
        let people = People.made(400, rows: 20)
        let once = try await Self.worths(of: people)
        let compiled = try Fixture.compiled(
            "PREDICT buys", epsilon: "4.0", people: 400, rows: 100)
        let model = try #require(try await Fixture.trained(compiled, on: people))
        let information = try #require(Information(compiled.question, by: model))
        // All of it twice is twice as much; five times is no more.
        var (twice, five) = (people.people[0], people.people[0])
        twice.append(people.people[0])
        for _ in 1..<5 { five.append(people.people[0]) }
        let halves = [0..<10, 10..<20].map { people.people[0].selecting(Array($0)) }
        let worths = try information.worths(
            over: People(people: [people.people[0], twice, five] + halves))
        #expect(abs(worths[1].bits - 2 * worths[0].bits) < 1e-9)
        #expect(abs(worths[2].bits - 2 * worths[0].bits) < 1e-9)
        #expect(worths[1].rows == worths[0].rows)
        #expect(abs(worths[3].bits + worths[4].bits - worths[0].bits) < 1e-9)
        #expect(once[0].rows == 20)
    }

    @Test func `bands begin where they say`() {
        for (bits, band) in [(-5.0, 0), (0.9, 0), (1, 1), (3.9, 1), (4, 2), (16, 3), (900, 3)] {
            #expect(Self.worths([bits])[0].band == band)
        }
    }

    private static func worths(
        _ bits: [Double], rows: Int = 20, error: Double = 1, agreement: Double = -3
    ) -> [Information.Worth] {
        bits.map {
            Information.Worth(bits: $0, error: error, rows: rows, agreement: agreement)
        }
    }

    @Test func `whoever is as far below nothing as others are above it contradicts them`() {
        let good = [Double](repeating: 5, count: 9)
        #expect(Information.contradicting(Self.worths(good + [-9, -4, -5.1])) == [9, 11])
        let few = Self.worths(good) + Self.worths([-50], rows: 9)
        #expect(Information.contradicting(few) == [], "of few rows nothing is said")
        let vague = Self.worths(good) + Self.worths([-9], error: 5)
        #expect(Information.contradicting(vague) == [], "it may be chance")
    }

    @Test func `whoever has an unusual part of one value follows the model all the same`() {
        let good = [Double](repeating: 5, count: 9)
        for (agreement, found) in [(-3.0, [9]), (0, [9]), (1.6, [9]), (1.7, []), (3.4, [])] {
            let worths = Self.worths(good) + Self.worths([-9], agreement: agreement)
            #expect(Information.contradicting(worths) == found, "\(agreement)")
        }
        // Of many rows a little that is beyond chance is not enough: most of them may be made up.
        for (agreement, found) in [(2.0, [9]), (3.9, [9]), (4.1, [])] {
            let worths = Self.worths(good) + Self.worths([-9], rows: 401, agreement: agreement)
            #expect(Information.contradicting(worths) == found, "\(agreement) of 401 rows")
        }
    }

    @Test func `ranks go together as Spearman has it`() {
        #expect(Ranks.correlation([1, 2, 3, 9], [10, 20, 30, 31]) == 1)
        #expect(Ranks.correlation([1, 2, 3, 9], [4, 3, 2, -100]) == -1)
        // scipy.stats.spearmanr([1, 2, 2, 4, 5], [0, 0, 1, 0, 1])
        let ties = Ranks.correlation([1, 2, 2, 4, 5], [0, 0, 1, 0, 1])
        #expect(abs(ties - 0.444_261_658_319_319_3) < 1e-12)
        for (first, second) in [([], []), ([3], [4]), ([1, 2, 3], [7, 7, 7])]
            as [([Double], [Double])]
        {
            #expect(Ranks.correlation(first, second) == 0)
        }
    }

    @Test func `one who asks other people than usual is not taken for a cheat`() async throws {
        // Twenty whose customers buy far more often than features tell: the model is wrong of them, and their rows still go its
        // way. Twenty others turn every value around.
        var dice = Seeded(4)
        var people = People.made(400, rows: 20).people
        for place in 0..<20 {
            let values = people[place].columns[Self.buys].values
            people[place].columns[Self.buys].values = values.map {
                $0 == 1 || Int.random(in: 0..<10, using: &dice) < 7 ? 1 : 0
            }
        }
        for place in 20..<40 {
            people[place].columns[Self.buys].values = people[place].columns[Self.buys].values.map {
                1 - $0
            }
        }
        let worths = try await Self.worths(of: People(people: people))
        let suspected = Information.contradicting(worths)
        #expect(suspected.filter { $0 < 20 }.count <= 1, "\(suspected)")
        #expect(Set(suspected).isSuperset(of: 20..<40))
    }

    @Test func `of a model that noise has spoilt nobody is suspected`() {
        let good = [Double](repeating: 5, count: 6)
        #expect(Information.contradicting(Self.worths(good + [-9, -9, -9])) == [6, 7, 8])
        #expect(Information.contradicting(Self.worths(good + [-9, -9, -9, -9])) == [])
        #expect(Information.contradicting([]) == [])
    }

    @Test func `a person's own habit is one observation, however often she gives it`() async throws
    {
        let people = Self.people(400, frauds: 20) { rows, _ in
            for column in rows.columns.indices where column != Self.buys {
                let first = rows.columns[column].values[0]
                rows.columns[column].values = rows.columns[column].values.map { _ in first }
            }
            rows.columns[Self.buys].values = rows.columns[Self.buys].values.map { _ in 0 }
        }
        let worths = try await Self.worths(of: people)
        #expect(worths[..<20].allSatisfy { $0.rows == 1 && abs($0.bits) <= 16 })
        #expect(Information.contradicting(worths).allSatisfy { $0 >= 20 })
    }

    @Test func `a model that was not measured, or is of other columns, measures nobody`()
        async throws
    {
        let people = People.made(200)
        let bare = try Fixture.compiled("PREDICT buys USING (quality => off)", people: 200)
        let unmeasured = try #require(try await Fixture.trained(bare, on: people))
        #expect(Information(bare.question, by: unmeasured) == nil)
        let few = try Fixture.compiled("PREDICT buys USING (features => (age))", people: 200)
        let other = try #require(try await Fixture.trained(few, on: people))
        #expect(Information(bare.question, by: other) == nil)
        #expect(Information(few.question, by: other) != nil)
        let read = try Model(json: other.json)
        #expect(read == other, "the average stays in the model's file")
    }
}

extension Goal {
    fileprivate init?(kind names: [String]) { self = .either(names) }
}

/// Who gave what somebody else gave before.
@Suite struct CopySearchTests {
    /// Searches among people who came in their order.
    private func copies(
        _ people: [Rows], times: [UInt64]? = nil, owners: [Int]? = nil, most: Int = 3000
    ) throws -> [Int] {
        var search = CopySearch(people: (owners?.max() ?? people.count - 1) + 1)
        let all = TableColumns(
            schema: People.schema, columns: Array(People.schema.columns.indices))
        try search.compare(
            all, in: People(people: people), owners: owners ?? Array(people.indices),
            times: times ?? people.indices.map { UInt64($0) }, most: most)
        return search.copies
    }

    private let people = People.made(60, rows: 24).people

    private func changed(_ rows: Rows, _ column: Int, by step: Int64) -> Rows {
        var rows = rows
        rows.columns[column].values = rows.columns[column].values.map { $0 + step }
        return rows
    }

    private func taken(_ count: Int, from rows: Rows) -> Rows {
        rows.selecting(Array(0..<count))
    }

    @Test func `nobody is a copy by chance, however alike people are`() throws {
        #expect(try copies(people).isEmpty)
        // Forty days each of 64 kinds: everybody shares most of them with everybody.
        var dice = Seeded(3)
        let alike = (0..<60).map { _ in
            let rows = (0..<40).map { _ in
                People.one(
                    [
                        Int64.random(in: 0...7, using: &dice) * 10, 0,
                        0, Int64.random(in: 0...1, using: &dice), 0, 0,
                        Int64.random(in: 0...3, using: &dice) * 1000,
                    ])
            }
            return rows.dropFirst().reduce(into: rows[0]) { $0.append($1) }
        }
        #expect(try copies(alike).isEmpty)
    }

    @Test func `a file of everything frames nobody`() throws {
        let everything = people.dropFirst(10).reduce(into: people[9]) { $0.append($1) }
        #expect(try copies([everything] + people).isEmpty)
    }

    @Test func `whoever came later is the copy, exact or with a little noise`() throws {
        #expect(try copies(people + [people[7]]) == [60])
        #expect(try copies([people[7]] + people) == [8])
        #expect(try copies(people + [changed(people[7], 0, by: 1)]) == [60])
        #expect(try copies(people + [taken(14, from: people[7])]) == [60], "a part of it")
    }

    @Test func `half of both files make a copy, fewer do not`() throws {
        for (count, isCopy) in [(12, true), (11, false)] {
            var mixed = taken(count, from: people[7])
            mixed.append(people[59].selecting(Array(count..<24)))
            #expect(try copies(Array(people.dropLast()) + [mixed]).isEmpty == !isCopy)
            // Whoever knows a few of somebody's rows does not learn from this whether they are there.
            #expect(
                try copies(people + [taken(count, from: people[7])]).isEmpty == !isCopy)
        }
    }

    @Test func `every later copy is one, and repeating a row hides nothing`() throws {
        let many = people + (0..<5).map { _ in people[7] }
        #expect(try copies(many) == Array(60..<65))
        var padded = people[7]
        for _ in 0..<50 { padded.append(taken(1, from: people[7])) }
        #expect(try copies(people + [padded]) == [60])
    }

    @Test func `what counts is when the rows came, not when somebody first came`() throws {
        // The last contributor came first, with other rows; her copies of the eighth came later.
        let segments = [taken(8, from: people[59])] + Array(people.dropLast()) + [people[7]]
        let owners = [59] + Array(0..<59) + [59]
        let found = try copies(
            segments, times: segments.indices.map { UInt64($0) }, owners: owners)
        #expect(found == [59])
    }

    @Test func `an empty pool and one person have no copies`() throws {
        #expect(try copies([people[0]]).isEmpty)
        #expect(try copies([people[0].selecting([]), people[1].selecting([])]).isEmpty)
    }
}
