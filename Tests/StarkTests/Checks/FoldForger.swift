// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing

@testable import Stark

/// Proves of any word that it is near a polynomial of low degree, rightly or wrongly: written from the format's page,
/// sharing nothing with the prover.
struct FoldForger {
    let shape: Shape
    /// What the verifier of a whole proof would find at a place of the longest extension.
    var word: [KoalaBear5]
    /// What is committed to as a layer, from what it should be and the challenge before it.
    var layer: (Int, [KoalaBear5]) -> [KoalaBear5] = { $1 }
    /// What is left, from what it should be and the places, where they can be known.
    var final: ([KoalaBear5]) -> [KoalaBear5] = { $0 }
    /// The work, from the transcript.
    var nonce: (Transcript, Int) -> UInt64 = { $0.nonce(bits: $1) }
    /// What is opened, from the places that were drawn.
    var places: ([Int]) -> [Int] = { $0 }
    var weakness = Weakness()

    init(queries: Int = 10, grindingBits: Int = 0, word: ([KoalaBear]) -> [KoalaBear5]) throws {
        let parameters = Parameters(
            blowupBits: 2, queries: queries, grindingBits: grindingBits)
        // Long enough for two layers.
        shape = try Shape(Bits().circuit, rowBits: [12, 12], parameters, leastBits: 0)
        self.word = word(shape.longest.points)
    }

    /// The values of a polynomial with so many coefficients.
    static func polynomial(_ coefficients: Int, at points: [KoalaBear]) -> [KoalaBear5] {
        // 1 + x + … + (xᵏ · X), in closed form: (xᵏ − 1) / (x − 1) and the last coefficient's.
        points.map { x in
            let power = x.power(UInt64(coefficients - 1))
            return KoalaBear5((power - .one) * (x - .one).inverseOrZero) + KoalaBear5.x * power
        }
    }

    func transcript(_ weakness: Weakness) -> Transcript { Transcript(domain: "test", weakness) }

    /// The values after a fold by one bit.
    static func folded(
        _ word: [KoalaBear5], _ domain: EvaluationDomain, by beta: KoalaBear5
    ) -> [KoalaBear5] {
        let points = domain.points
        let half = KoalaBear.two.inverseOrZero
        return (0..<word.count / 2).map { place in
            let (a, b) = (word[2 * place], word[2 * place + 1])
            return (a + b) * half + beta * (a - b) * (half * points[2 * place].inverseOrZero)
        }
    }

    func proof() throws -> [UInt8] {
        var transcript = transcript(weakness)
        var proof: [UInt8] = []
        var trees: [HashTree] = []
        var (current, domain) = (word, shape.longest)
        for (number, fold) in shape.folds.enumerated() {
            current = layer(number, current)
            let tree = HashTree(
                stride(from: 0, to: current.count, by: 1 << fold).map {
                    current[$0..<$0 + 1 << fold].flatMap(\.bytes)
                })
            trees.append(tree)
            proof += tree.root
            transcript.absorb("fold", tree.root)
            var beta = transcript.element()
            for _ in 0..<fold {
                current = FoldForger.folded(current, domain, by: beta)
                (domain, beta) = (domain.squared, beta.squared)
            }
        }
        let left = final(current)
        proof += left.flatMap(\.bytes)
        transcript.absorb("final", left)
        let work = nonce(transcript, shape.parameters.grindingBits)
        proof += littleEndian(work)
        transcript.absorb("nonce", numbers: [work])
        let drawn = transcript.indices(shape.parameters.queries, bits: shape.bits)
        var shift = 0
        for (tree, fold) in zip(trees, shape.folds) {
            shift += fold
            proof += tree.opening(at: Set(places(drawn).map { $0 >> shift }).sorted())
        }
        return proof
    }

    /// Why the verifier refuses it; nil where it is taken.
    func refusal(_ proof: [UInt8], _ weakness: Weakness = Weakness()) -> ProofError? {
        do throws(ProofError) {
            var reader = ProofReader(proof, weakness)
            var transcript = transcript(weakness)
            let check = try FoldCheck(shape, &reader, &transcript)
            let nonce = try reader.number()
            try reader.demand(
                transcript.accepts(nonce: nonce, bits: shape.parameters.grindingBits), or: .work)
            transcript.absorb("nonce", numbers: [nonce])
            let places = Set(
                transcript.indices(shape.parameters.queries, bits: shape.bits)
            ).sorted()
            try check.check(places, &reader) { bits, place in
                bits == shape.bits ? word[place] : nil
            }
            try reader.finish()
            return nil
        } catch { return error }
    }

    /// The coefficients of the polynomial that is least in degree and has given values at points.
    static func interpolate(_ points: [KoalaBear5], _ values: [KoalaBear5]) -> [KoalaBear5] {
        var sum = [KoalaBear5](repeating: .zero, count: 1 << Parameters.finalBits)
        // What vanishes at all points, highest coefficient first.
        var product = [KoalaBear5.one]
        for point in points {
            var next = product + [.zero]
            for (place, coefficient) in product.enumerated() {
                next[place + 1] -= coefficient * point
            }
            product = next
        }
        for (point, value) in zip(points, values) {
            // Without one point, by Horner's rule, and what that is there.
            var basis: [KoalaBear5] = []
            var (carry, there) = (KoalaBear5.zero, KoalaBear5.zero)
            for coefficient in product.dropLast() {
                carry = carry * point + coefficient
                basis.append(carry)
                there = there * point + carry
            }
            let scale = value * there.inverseOrZero
            for (power, coefficient) in basis.reversed().enumerated() {
                sum[power] += coefficient * scale
            }
        }
        return sum
    }
}

/// A Merkle tree over rows of bytes of one height.
struct HashTree {
    private let rows: [[UInt8]]
    private(set) var layers: [[[UInt8]]]

    init(_ rows: [[UInt8]]) {
        self.rows = rows
        layers = [rows.map { SHA256.digest([0] + $0) }]
        while let layer = layers.last, layer.count > 1 {
            layers.append(
                stride(from: 0, to: layer.count, by: 2).map {
                    SHA256.digest([1] + layer[$0] + layer[$0 + 1])
                })
        }
    }

    var root: [UInt8] { layers[layers.count - 1][0] }

    func opening(at places: [Int]) -> [UInt8] {
        var bytes = places.flatMap { rows[$0] }
        var known = places
        for layer in layers.dropLast() {
            for place in known where !known.contains(place ^ 1) { bytes += layer[place ^ 1] }
            known = Set(known.map { $0 >> 1 }).sorted()
        }
        return bytes
    }
}
