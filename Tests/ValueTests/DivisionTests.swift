// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Value

/// Pots in whole units: nothing is lost, nothing is made.
@Suite struct DivisionTests {
    private static func claims(_ values: [Double], _ random: inout Seeded) -> [Claim] {
        random.permutation(values.count).map { place in
            Claim(id: [UInt8(place >> 8), UInt8(place & 255)], value: values[place])
        }
    }

    /// Values of every kind: negative, zero, tiny, equal, large.
    private static func values(_ random: inout Seeded) -> [Double] {
        let count = 1 + random.below(20)
        let kind = random.below(6)
        return (0..<count).map { place in
            switch kind {
            case 0: -random.unit()
            case 1: place == 0 ? random.unit() : 0
            case 2: 0.125
            case 3: Double(random.below(4)) * 1e-12
            case 4: random.unit() * 4e6
            default: random.unit() - 0.3
            }
        }
    }

    @Test func `check 10: the shares of any pot add up, are exact to a unit, and grow with value`()
        throws
    {
        var random = Seeded(100)
        for round in 0..<Slow.count(20_000, 1_000_000) {
            let values = Self.values(&random)
            let pot: UInt64 =
                switch random.below(4) {
                case 0: UInt64(random.below(10))
                case 1: 1 << 62
                case 2: random.next()
                default: UInt64(random.below(1_000_000))
                }
            let division = try Division(pot: pot, among: Self.claims(values, &random))
            let lines = division.lines
            let total = lines.reduce(UInt128(0)) { $0 + UInt128($1.weight) }
            let paid = lines.reduce(UInt128(0)) { $0 + UInt128($1.amount) }
            var isRight = paid + UInt128(division.returned) == UInt128(pot)
            if total == 0 { isRight = isRight && division.returned == pot && paid == 0 }
            if total > 0 { isRight = isRight && division.returned == 0 }
            for line in lines where total > 0 {
                // |q·W - pot·w| < W: within one unit of the exact share.
                let exact = UInt128(pot) * UInt128(line.weight)
                let got = UInt128(line.amount) * total
                isRight = isRight && (got > exact ? got - exact : exact - got) < total
                isRight = isRight && (line.lowerBound > 0 || line.amount == 0)
            }
            let ranked = lines.sorted { $0.weight < $1.weight }
            for (less, more) in zip(ranked, ranked.dropFirst()) where less.weight < more.weight {
                isRight = isRight && less.amount <= more.amount
            }
            if round.isMultiple(of: 50) {
                let again = try Division(pot: pot, among: Self.claims(values, &random))
                isRight = isRight && again == division
                // More value never means less money, the others' being as they were.
                let place = random.below(values.count)
                var better = values
                better[place] += abs(better[place]) * random.unit() + 1e-12
                let raised = try Division(pot: pot, among: Self.claims(better, &random))
                isRight = isRight && raised.lines[place].amount >= lines[place].amount
            }
            #expect(isRight, "round \(round): \(pot) among \(values)")
        }
    }

    @Test(
        arguments: [
            (10, [1, 1, 1], [4, 3, 3], 0), (10, [0.5, 0.25, 0.25], [5, 3, 2], 0),
            (7, [0, -1, 0], [0, 0, 0], 7), (7, [-1, 1e-12, 0], [0, 7, 0], 0),
            (0, [1, 2], [0, 0], 0),
            (5, [], [], 5), (2, [1, 1, 1], [1, 1, 0], 0), (9, [4e-13, 1], [0, 9], 0),
            (3, [.leastNonzeroMagnitude], [0], 3),
        ] as [(UInt64, [Double], [UInt64], UInt64)])
    func `known cases`(pot: UInt64, values: [Double], amounts: [UInt64], returned: UInt64) throws {
        let claims = values.enumerated().map { Claim(id: [UInt8($0)], value: $1) }
        let division = try Division(pot: pot, among: claims)
        #expect(division.lines.map(\.amount) == amounts && division.returned == returned)
    }

    @Test func `values are taken at their lower bounds, and negative ones are marked`() throws {
        let claims = [
            Claim(id: [1], value: 3, standardError: 1), Claim(id: [2], value: 3, standardError: 2),
            Claim(id: [3], value: 9, standardError: .infinity), Claim(id: [4], value: -1),
        ]
        let division = try Division(pot: 100, among: claims, z: 1)
        #expect(division.lines.map(\.amount) == [67, 33, 0, 0])
        #expect(division.lines.map(\.lowerBound) == [2, 1, -.infinity, -1])
        #expect(division.lines.map(\.isNegative) == [false, false, true, true])
        #expect(try Division(pot: 100, among: claims).lines.map(\.amount) == [20, 20, 60, 0])
    }

    @Test func `what a cap takes off goes back`() throws {
        let claims = [
            Claim(id: [1], value: 8), Claim(id: [2], value: 1), Claim(id: [3], value: 1),
        ]
        let division = try Division(pot: 100, among: claims, cap: 30)
        #expect(division.lines.map(\.amount) == [30, 10, 10])
        #expect(division.lines.map(\.capped) == [50, 0, 0] && division.returned == 50)
        #expect(try Division(pot: 100, among: claims, cap: 0).returned == 100)
    }

    @Test func `a line says what it was computed from`() throws {
        let claim = Claim(id: [7], value: 0.5, standardError: 0.1, records: 12, copies: 3)
        let line = try #require(Division(pot: 9, among: [claim], z: 2).lines.first)
        #expect(line.claim == claim && line.amount == 9 && line.lowerBound == 0.5 - 2 * 0.1)
        #expect(line.weight == 300_000_000_000)
    }

    @Test func `names come once, and values are numbers`() {
        func division(_ claims: [Claim], z: Double = 0) throws -> Division {
            try Division(pot: 1, among: claims, z: z)
        }
        #expect(throws: ValueError.repeated("a name")) {
            try division([Claim(id: [1], value: 1), Claim(id: [1], value: 2)])
        }
        for value in [Double.nan, .infinity, -.infinity, 1e7] {
            #expect(throws: ValueError.number("claims", row: 0, column: 0)) {
                try division([Claim(id: [1], value: value)])
            }
        }
        for error in [Double.nan, -1] {
            #expect(throws: ValueError.number("claims", row: 0, column: 0)) {
                try division([Claim(id: [1], value: 1, standardError: error)])
            }
        }
        #expect(throws: ValueError.self) { try division([], z: .nan) }
        #expect(throws: ValueError.self) { try division([], z: -1) }
    }
}
