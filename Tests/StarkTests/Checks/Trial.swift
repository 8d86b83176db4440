// SPDX-License-Identifier: Apache-2.0
import Fields
import Synchronization
import TestSupport

@testable import Stark

/// Where the parts of a proof stand, which follows from its shape.
struct ProofParts {
    let main, terminals, sums, quotient, openings: Range<Int>
    let folds: [Range<Int>]
    let final, nonce: Range<Int>

    init(_ shape: Shape) {
        var place = 0
        func take(_ count: Int) -> Range<Int> {
            defer { place += count }
            return place..<place + count
        }
        main = take(32)
        terminals = take(20 * shape.tables.count)
        sums = take(32)
        quotient = take(32)
        openings = take(shape.tables.reduce(0) { $0 + 20 * ProofParts.opened($1) })
        folds = shape.folds.map { _ in take(32) }
        final = take(20 << Parameters.finalBits)
        nonce = take(8)
    }

    /// How many values of a table are opened.
    static func opened(_ table: Shape.Table) -> Int {
        table.mainColumns + table.nextColumns.count + table.sumColumns + 5 + 5 * Parameters.chunks
    }

    /// All that stands before the trees' openings, in order.
    var all: [Range<Int>] { [main, terminals, sums, quotient, openings] + folds + [final, nonce] }
    /// The parts that are elements.
    var elements: [Range<Int>] { [terminals, openings, final] }
    /// Where the trees' openings begin.
    var trees: Int { nonce.upperBound }
}

/// What a transcript heard and drew.
final class Log: Sendable {
    private let kept = Mutex<[Transcript.Event]>([])

    var events: [Transcript.Event] { kept.withLock { $0 } }
    var elements: [KoalaBear5] {
        events.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }
    var places: [Int] {
        events.flatMap { event -> [Int] in
            if case .places(let places) = event { places } else { [] }
        }
    }

    /// A weakness that is none but for being listened to.
    func listening(to weakness: Weakness = Weakness()) -> Weakness {
        var weakness = weakness
        weakness.listener = { [self] event in kept.withLock { $0.append(event) } }
        return weakness
    }
}

/// Secret bits, and how many there are of each; a count from zero to a public input; and another public input that no
/// rule looks at, as a batch's number.
struct Bits {
    let circuit: Circuit
    let rowBits = [10, 10]
    let parameters: Parameters
    var prover: Prover
    var verifier: Verifier

    init(
        _ parameters: Parameters = Parameters(blowupBits: 2, queries: 1, grindingBits: 0),
        weakness: Weakness = Weakness()
    ) throws {
        var bits = TableBuilder("bits", columns: 2)
        let (count, bit) = (bits.cell(0), bits.cell(1))
        bits.require(count, .first)
        bits.require(bits.next(0) - count - Linear(1), .transition)
        bits.require(count - bits.input(0), .last)
        bits.requireBit(bit)
        bits.send([bit], on: 1, times: Linear(1))
        var tally = TableBuilder("tally", columns: 2)
        tally.requireBit(tally.cell(0))
        tally.receive([tally.cell(0)], on: 1, times: tally.cell(1))
        circuit = try Circuit("bits", inputs: 2, tables: [bits, tally])
        self.parameters = parameters
        prover = try Prover(circuit, rowBits: rowBits, parameters: parameters, leastBits: 0)
        verifier = try Verifier(circuit, rowBits: rowBits, parameters: parameters, leastBits: 0)
        prover.weakness = weakness
        verifier.weakness = weakness
    }

    var shape: Shape { prover.shape }
    /// What the count ends at, and a number.
    var inputs: [KoalaBear] { [KoalaBear(reducing: 767), KoalaBear(reducing: 42)] }

    /// A witness whose bits are one where a row is told so.
    func traces(_ isOne: (Int) -> Bool = { $0 % 3 == 0 }) throws -> [ColumnTiles] {
        let traces = try prover.tables()
        let rows = prover.activeRows(of: 0)
        for row in 0..<rows {
            traces[0][row, 0] = KoalaBear(reducing: UInt64(row))
            traces[0][row, 1] = isOne(row) ? .one : .zero
        }
        let ones = UInt64((0..<rows).count(where: isOne))
        traces[1][0, 1] = KoalaBear(reducing: UInt64(rows) - ones)
        traces[1][1, 0] = .one
        traces[1][1, 1] = KoalaBear(reducing: ones)
        return traces
    }

    func proof(
        seed: UInt64 = 1, inputs: [KoalaBear]? = nil, traces: [ColumnTiles]? = nil
    ) throws -> [UInt8] {
        var generator = Seeded(seed)
        return try prover.prove(
            inputs: inputs ?? self.inputs, traces: try traces ?? self.traces(), using: &generator)
    }

    /// Why a proof is refused; nil where it is taken.
    func refusal(_ proof: [UInt8], inputs: [KoalaBear]? = nil) -> ProofError? {
        do throws(ProofError) {
            try verifier.verify(proof, inputs: inputs ?? self.inputs)
            return nil
        } catch { return error }
    }
}

extension Weakness {
    /// Hears nothing of some items.
    static func deaf(_ names: String...) -> Weakness {
        var weakness = Weakness()
        for name in names { weakness.heard[name] = .some(nil) }
        return weakness
    }

    /// Refuses nothing for some reasons.
    static func forgiving(_ errors: ProofError...) -> Weakness {
        var weakness = Weakness()
        weakness.forgiven = Set(errors)
        return weakness
    }
}

/// The elements of the extension that stand in some bytes.
func extended(_ bytes: ArraySlice<UInt8>) throws -> [KoalaBear5] {
    var reader = ProofReader(Array(bytes))
    return try reader.extended(bytes.count / 20)
}
