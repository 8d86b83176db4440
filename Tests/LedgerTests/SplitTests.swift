// SPDX-License-Identifier: Apache-2.0
import Ledger
import Testing
import TestSupport

@Suite struct SplitTests {
    private func lines(_ amount: Amount, _ weights: [UInt64], _ mode: Split.Mode) throws -> [Int64]
    {
        try Split.lines(of: amount, weights: weights, mode: mode).map(\.microunits)
    }

    @Test func `Numscript's documented cases`() throws {
        #expect(try lines(99, [1, 1], .floorToFirst) == [50, 49])
        #expect(try lines(99, [1, 1, 1, 1, 1], .floorToFirst) == [20, 20, 20, 20, 19])
        #expect(try lines(15, [80, 8, 12], .floorToFirst) == [13, 1, 1])
        let rule = try SplitRule(
            [.portion(80, of: 100), .portion(2, of: 25), .remaining], mode: .floorToFirst)
        #expect(try rule.outcome(of: 15).lines == [13, 1, 1])
    }

    @Test func `the largest remainder gets the spare unit, the first of equals`() throws {
        #expect(try lines(15, [80, 8, 12], .largestRemainder) == [12, 1, 2])
        #expect(try lines(2, [1, 1, 1], .largestRemainder) == [1, 1, 0])
        #expect(try lines(10, [1, 5, 4, 0], .largestRemainder) == [1, 5, 4, 0])
        #expect(try lines(0, [3, 4], .largestRemainder) == [0, 0])
    }

    @Test(arguments: [Split.Mode.largestRemainder, .floorToFirst])
    func `a weight of zero gets nothing`(mode: Split.Mode) throws {
        #expect(try lines(5, [0, 1, 0, 1, 1, 0], mode) == [0, 2, 0, 2, 1, 0])
        #expect(throws: SplitError.noWeight) {
            try Split.lines(of: 5, weights: [0, 0], mode: mode)
        }
        #expect(throws: SplitError.noWeight) { try Split.lines(of: 5, weights: [], mode: mode) }
    }

    @Test(arguments: [Split.Mode.largestRemainder, .floorToFirst])
    func `the largest amounts and weights add up`(mode: Split.Mode) throws {
        let cases: [[UInt64]] = [
            [.max], [.max, .max], [.max, 1], [1, .max, .max - 1, 3],
            [UInt64](repeating: .max, count: 1000), [0, 0, .max, 1, 0],
        ]
        for weights in cases {
            for amount: Amount in [.max, 1, 7, Amount(microunits: Amount.largest - 1)!] {
                let lines = try Split.lines(of: amount, weights: weights, mode: mode)
                #expect(lines.total() == amount)
                #expect(lines.count == weights.count)
            }
        }
    }

    @Test func `random splits add up, are off by less than a unit, and are unbiased`() throws {
        var random = Seeded(11)
        let width = 5
        var errors = [Double](repeating: 0, count: width)
        let rounds = 100_000
        for _ in 0..<rounds {
            let weights = (0..<width).map { _ in UInt64.random(in: 1...1_000_000, using: &random) }
            let amount = Amount(microunits: .random(in: 0...1_000_000, using: &random))!
            let lines = try Split.lines(of: amount, weights: weights)
            let total = weights.reduce(0, +)
            #expect(lines.total() == amount)
            for place in 0..<width {
                let exact =
                    Double(amount.microunits) * Double(weights[place]) / Double(total)
                let error = Double(lines[place].microunits) - exact
                #expect(abs(error) < 1)
                errors[place] += error
            }
        }
        // The standard error of each mean is about 0.0013.
        for sum in errors { #expect(abs(sum / Double(rounds)) < 0.01) }
    }

    @Test func `fifty units over ten thousand people leave nothing behind`() throws {
        var random = Seeded(12)
        let weights = (0..<10_000).map { _ in UInt64.random(in: 1...400, using: &random) }
        let lines = try Split.lines(of: 50_000_000, weights: weights)
        #expect(lines.total() == 50_000_000)
        #expect(lines.allSatisfy { $0.microunits > 0 })
    }
}

@Suite struct SplitRuleTests {
    @Test func `clauses draw on what is left, in order`() throws {
        let rule = try SplitRule([
            .fixed(100), .max(30), .portion(1, of: 3), .portion(1, of: 3), .kept,
        ])
        let outcome = try rule.outcome(of: 1130)
        #expect(outcome.lines == [100, 30, 334, 333, 0])
        #expect(outcome.kept == 333)
        let small = try rule.outcome(of: 110)
        #expect(small.lines == [100, 10, 0, 0, 0])
        #expect(throws: SplitError.tooLittle(clause: 0, left: 99, wanted: 100)) {
            try rule.outcome(of: 99)
        }
    }

    @Test func `what remains goes to the last, or is refused`() throws {
        #expect(try SplitRule([.max(10), .remaining]).outcome(of: 25).lines == [10, 15])
        #expect(try SplitRule([.max(10), .kept]).outcome(of: 25).kept == 15)
        #expect(throws: SplitError.leftOver(15)) { try SplitRule([.max(10)]).outcome(of: 25) }
        #expect(try SplitRule([.max(10)]).outcome(of: 10).lines == [10])
        #expect(throws: SplitError.leftOver(1)) {
            try SplitRule([.portion(1, of: 2)]).outcome(of: 2)
        }
        #expect(try SplitRule([.portion(2, of: 2)]).outcome(of: 9).lines == [9])
    }

    @Test func `two runs of portions each divide their own rest`() throws {
        let rule = try SplitRule([
            .portion(1, of: 2), .max(10), .portion(1, of: 4), .portion(3, of: 4),
        ])
        #expect(try rule.outcome(of: 100).lines == [50, 10, 10, 30])
    }

    @Test func `rules that make no sense are refused`() {
        let cases: [([SplitRule.Clause], SplitError)] = [
            ([], .noWeight),
            ([.remaining, .max(1)], .unreachable(clause: 0)),
            ([.max(1), .kept, .remaining], .unreachable(clause: 1)),
            ([.portion(1, of: 0), .remaining], .badPortion(clause: 0)),
            ([.portion(1, of: 2), .portion(3, of: 2), .kept], .badPortion(clause: 1)),
            ([.fixed(1), .portion(2, of: 3), .portion(1, of: 2)], .portionsExceedWhole(clause: 1)),
            (
                [.portion(1, of: .max), .portion(1, of: .max - 1), .remaining],
                .portionsExceedWhole(clause: 0)
            ),
        ]
        for (clauses, error) in cases {
            #expect(throws: error) { try SplitRule(clauses) }
            #expect(!error.description.isEmpty)
        }
    }

    @Test func `random rules never lose a unit`() throws {
        var random = Seeded(13)
        var done = 0
        for _ in 0..<5000 {
            var clauses: [SplitRule.Clause] = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                switch Int.random(in: 0..<4, using: &random) {
                case 0: .max(Amount(microunits: .random(in: 0...500, using: &random))!)
                case 1: .fixed(Amount(microunits: .random(in: 0...50, using: &random))!)
                default:
                    .portion(
                        .random(in: 0...3, using: &random), of: .random(in: 3...12, using: &random))
                }
            }
            clauses.append(random.once(in: 2) ? .kept : .remaining)
            let amount = Amount(microunits: .random(in: 0...2000, using: &random))!
            let mode: Split.Mode = random.once(in: 2) ? .floorToFirst : .largestRemainder
            guard let rule = try? SplitRule(clauses, mode: mode),
                let outcome = try? rule.outcome(of: amount)
            else { continue }
            done += 1
            #expect(outcome.lines.count == clauses.count)
            #expect((outcome.lines + [outcome.kept]).total() == amount)
        }
        #expect(done > 3000)
    }
}
