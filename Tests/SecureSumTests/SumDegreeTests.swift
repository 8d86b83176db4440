// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import TestSupport
import Testing

@testable import SecureSum

/// How many neighbours are enough, and who they are.
@Suite struct SumDegreeTests {
    /// Against the definition, by exact binomials of small numbers.
    @Test func `the tail of drawing without putting back is that of the definition`() {
        func binomial(_ n: Int, _ k: Int) -> Double {
            guard k >= 0, k <= n else { return 0 }
            return (0..<k).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) }
        }
        for (population, marked, drawn) in [(20, 7, 9), (30, 3, 10), (12, 12, 5), (50, 25, 25)] {
            let law = Hypergeometric(population: population, marked: marked, drawn: drawn)
            for least in 0...drawn + 1 {
                let expected = (least..<max(least, drawn + 1)).reduce(0.0) {
                    $0 + binomial(marked, $1) * binomial(population - marked, drawn - $1)
                        / binomial(population, drawn)
                }
                #expect(abs(law.tail(atLeast: least) - expected) < 1e-12)
            }
        }
    }

    /// Reference values by exact fractions of whole numbers.
    @Test func `tails far out are right to ten digits`() {
        let law = Hypergeometric(population: 999, marked: 50, drawn: 100)
        for (least, expected) in SumDegreeTests.farTails {
            #expect(abs(law.tail(atLeast: least) / expected - 1) < 1e-10)
        }
    }

    private static let farTails: [(Int, Double)] = [
        (20, 6.493419792843651e-09), (30, 1.3604326693051232e-19), (40, 1.4052374746617766e-34),
    ]

    @Test(arguments: [(1000, 50, 100), (1000, 100, 100), (1000, 10, 50), (5000, 250, 500)])
    func `the degree is the least that is safe and alive`(parties: Int, corrupt: Int, gone: Int)
        throws
    {
        let degree = try #require(
            SumDegree(parties: parties, corrupt: corrupt, dropOuts: gone))
        let (k, s) = (degree.neighbours, degree.shareThreshold)
        let stretch = Hypergeometric(population: parties - 1, marked: corrupt, drawn: k / 2)
        let split = 2 * Double(parties) * stretch.tail(atLeast: s - k / 2 - 1)
        let lost =
            Double(parties)
            * Hypergeometric(population: parties - 1, marked: gone, drawn: k)
            .tail(atLeast: k - s + 1)
        #expect(split * 0x1p40 <= 0x1p-40)
        #expect(lost <= 0x1p-30)
        // One share fewer would not be safe.
        #expect(
            2 * Double(parties) * stretch.tail(atLeast: s - k / 2 - 2) * 0x1p40 > 0x1p-40)
        #expect(k.isMultiple(of: 2) && s > k / 2 + 1 && s <= k)
    }

    @Test func `the degree grows with the logarithm of the parties`() throws {
        let degrees = try [1000, 4000, 16_000, 64_000].map { parties in
            try #require(
                SumDegree(parties: parties, corrupt: parties / 20, dropOuts: parties / 10)
            ).neighbours
        }
        for (one, next) in zip(degrees, degrees.dropFirst()) {
            #expect(next >= one && next - one <= one / 4, "\(degrees)")
        }
    }

    @Test func `few parties or many corrupt ones need the complete graph`() {
        #expect(SumDegree(parties: 20, corrupt: 6, dropOuts: 6) == nil)
        #expect(SumDegree(parties: 1000, corrupt: 330, dropOuts: 300) == nil)
        #expect(SumDegree(parties: 3, corrupt: 0, dropOuts: 0) == nil)
        #expect(SumDegree(parties: 1000, corrupt: -1, dropOuts: 0) == nil)
    }

    private static func session(_ number: Int = 0) throws -> (SumSession, [SigningKey]) {
        let keys = Simulation.keys(40)
        let degree = SumDegree(
            parties: 40, corrupt: 2, dropOuts: 6, neighbours: 12, shareThreshold: 9)
        let session = try SumSession.plain(
            keys, threshold: 30, corrupt: 2, degree: degree, number: number)
        return (session, keys)
    }

    @Test func `everybody has as many neighbours and is one of theirs`() throws {
        let (session, _) = try SumDegreeTests.session()
        let graph = NeighbourGraph(session, seed: Simulation.id(1))
        for party in 0..<40 {
            let neighbours = graph.neighbours(of: party)
            #expect(neighbours == Set(neighbours).sorted() && neighbours.count == 12)
            for other in 0..<40 {
                let isNeighbour = neighbours.contains(other)
                #expect(graph.areNeighbours(party, other) == isNeighbour)
                #expect(graph.neighbours(of: other).contains(party) == isNeighbour)
            }
        }
        #expect(graph.neighbours(of: 0) != NeighbourGraph(session, seed: .zero).neighbours(of: 0))
    }

    /// How often two parties are neighbours over many rings: 12 of 39 times.
    @Test func `the ring favours nobody`() throws {
        let (session, _) = try SumDegreeTests.session()
        var counts = [Int](repeating: 0, count: 40)
        let rings = 2000
        for number in 0..<rings {
            let graph = NeighbourGraph(session, seed: Simulation.id(number))
            for other in graph.neighbours(of: 0) { counts[other] += 1 }
        }
        let mean = Double(rings) * 12 / 39
        let deviation = (Double(rings) * 12 / 39 * 27 / 39).squareRoot()
        for count in counts.dropFirst() {
            #expect(abs(Double(count) - mean) < 4.5 * deviation)
        }
        #expect(counts[0] == 0)
    }

    @Test func `with neighbours only the sum is as exact`() throws {
        for number in 0..<Slow.count(4, 100) {
            let (session, keys) = try SumDegreeTests.session(number)
            var random = Seeded(UInt64(number))
            let inputs = random.inputs(40, length: 4, size: 400)
            var dropping: [Int: Stage] = [:]
            for place in (0..<40).shuffled(using: &random).prefix(3) {
                dropping[place] = Stage.allCases.randomElement(using: &random)
            }
            var simulation = Simulation(session, keys: keys, seed: UInt64(number))
            let result = try simulation.run(inputs, dropping: dropping)
            #expect(result.sums == simulation.expected(inputs, dropping: dropping))
        }
    }

    /// The server calls all neighbours of one party on one side dropped, so as to cut the ring: then
    /// the party's own mask lacks shares and there is no sum at all.
    @Test func `a stretch that is called dropped leaves no sum of a piece`() throws {
        let (session, keys) = try SumDegreeTests.session()
        // Which parties lie beside party 0 is only known from the list of keys.
        var simulation = Simulation(session, keys: keys)
        let inputs = [[Int64]](repeating: [1, 1, 1, 1], count: 40)
        _ = try simulation.run(inputs)
        let roster = try #require(simulation.roster)
        // Six to one side of party 0: those of its neighbours that are neighbours of one another
        // with the one farthest away on that side.
        let all = roster.neighbours(of: 0)
        let end = try #require(
            all.first { one in
                all.count { roster.graph.areNeighbours(one, $0) } == 5
            })
        let side = [end] + all.filter { roster.graph.areNeighbours(end, $0) }
        #expect(side.count == 6)
        let open = try OpenSession(
            session, keys: keys, inputs: inputs, dropping: Set(side))
        for (place, device) in open.devices.enumerated() where !side.contains(place) {
            try open.accept(device.unmask(open.attestation), from: device.party)
        }
        // Of the nine shares of party 0 there are its own and those of six on the other side.
        #expect(open.shares[0]?.count == 7)
        #expect(throws: SumError.tooFew(have: 7, need: 9)) { try open.sum() }
    }
}
