// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing
import TestSupport

@testable import AnswerProof
@testable import Stark

/// Answers are proven to be what committed columns give, plus committed noise.
@Suite struct AnswerTests {
    static let world = Result { try AnswerWorld() }

    @Test(arguments: AnswerWorld.questions)
    func `a right answer is proven and taken`(numbers: [AnswerNumber]) throws {
        let world = try AnswerTests.world.get()
        let asked = try world.asked(numbers)
        let (statement, proof) = try asked.proof()
        let plain = zip(numbers, asked.noises).map { number, noise in
            world.plain(number) * number.units + noise
        }
        #expect(statement.results == plain)
        try asked.verifier.verify(proof, of: statement)
        try AnswerFile(try AnswerFile(AnswerFile(statement, proof: proof).bytes).bytes).verify()
    }

    @Test(arguments: AnswerWorld.questions)
    func `a right witness breaks nothing`(numbers: [AnswerNumber]) throws {
        let asked = try AnswerTests.world.get().asked(numbers)
        #expect(try asked.breaks(try asked.witness()).isEmpty)
    }

    @Test func `another result, root, question or context is refused`() throws {
        let asked = try AnswerTests.world.get().asked(AnswerWorld.questions[0])
        let (right, proof) = try asked.proof()
        func refused(_ change: (inout AnswerParts) -> Void) {
            var parts = AnswerParts(right)
            change(&parts)
            #expect(throws: ProofError.self) {
                try AnswerFile(parts.statement, proof: proof).verify()
            }
        }
        for place in right.results.indices {
            for change in [1, -1, right.numbers[place].units, 1 << 40] as [Int64] {
                refused { $0.results[place] += change }
            }
        }
        refused { $0.columnsRoot[5] ^= 1 }
        refused { $0.noiseRoot[5] ^= 1 }
        refused { $0.context[31] ^= 1 }
        refused { $0.rowBits += 1 }
        refused { $0.columns += 1 }
        refused { $0.numbers.swapAt(0, 1) }
        refused { $0.numbers[2] = AnswerNumber(.sum(column: 1, low: 0, high: 79), units: 500) }
        refused { $0.numbers[2] = AnswerNumber(.sum(column: 2, low: 0, high: 80), units: 500) }
        refused { $0.numbers[0] = AnswerNumber(.rows, units: 1 << 17) }
        // Other units, and the result that has the same ones and the same rest.
        refused {
            let (ones, rest) = Digits.whole($0.results[0], units: 1 << 16)
            $0.numbers[0] = AnswerNumber(.rows, units: 1 << 17)
            $0.results[0] = ones << 17 + rest
        }
        refused { $0.results = [.max, .min, 0, 0, 0] }
        refused { $0.results = [.min, .min, .min, .min + 1, .min] }
        refused { $0.results.removeLast() }
    }

    @Test func `numbers that do not go together are refused with the reason`() throws {
        func fault(_ numbers: [AnswerNumber]) -> AnswerProofError? {
            AnswerNumber.fault(in: numbers, columns: 2)
        }
        let group = { (column: Int, code: Int) in
            AnswerNumber(.group(column: column, code: code), units: 1)
        }
        #expect(fault([]) != nil)
        #expect(fault([AnswerNumber](repeating: AnswerNumber(.rows, units: 1), count: 701)) != nil)
        #expect(fault([AnswerNumber(.rows, units: 0)]) != nil)
        #expect(fault([AnswerNumber(.rows, units: 1 << 31)]) != nil)
        #expect(fault([AnswerNumber(.present(column: 3), units: 1)]) != nil)
        #expect(fault([AnswerNumber(.missing(column: 0), units: 1)]) != nil)
        #expect(fault([AnswerNumber(.sum(column: 1, low: -1, high: 3), units: 1)]) != nil)
        #expect(fault([AnswerNumber(.sum(column: 1, low: 4, high: 3), units: 1)]) != nil)
        #expect(fault([AnswerNumber(.centred(column: 1, low: 0, high: 32_511), units: 1)]) != nil)
        #expect(fault([AnswerNumber(.sum(column: 1, low: 0, high: 32_510), units: 1)]) == nil)
        #expect(fault([group(1, 0), group(1, 2)]) != nil)
        #expect(fault([group(1, 1)]) != nil)
        #expect(fault([group(1, 0), group(2, 1)]) != nil)
        #expect(fault([group(1, 0), AnswerNumber(.rows, units: 1)]) != nil)
        #expect(fault([AnswerNumber(.rows, units: 1), group(1, 1)]) != nil)
        #expect(fault([group(2, 0), group(2, 1)]) == nil)
    }

    @Test func `parts with gaps, or which are not all, are refused with the reason`() throws {
        let right = AnswerWorld.parts([0, 18, 77])
        func refused(_ change: (inout [AnswerNumber]) -> Void) {
            var numbers = right
            change(&numbers)
            #expect(AnswerNumber.fault(in: numbers, columns: 2) != nil, "\(numbers)")
        }
        func part(_ low: Int, _ high: Int, of column: Int = 1) -> AnswerNumber {
            AnswerNumber(.part(column: column, low: low, high: high), units: 40)
        }
        #expect(AnswerNumber.fault(in: right, columns: 2) == nil)
        refused { $0.removeFirst() }
        refused { $0.removeLast() }
        refused { $0.remove(at: 1) }
        refused { $0.swapAt(0, 1) }
        refused { $0.swapAt(2, 3) }
        refused { $0[0] = part(1, 17) }
        refused { $0[1] = part(18, 75) }
        refused { $0[1] = part(18, 77) }
        refused { $0[1] = part(18, 17) }
        refused { $0[1] = part(18, 76, of: 2) }
        refused { $0[2] = part(77, 32_509) }
        refused { $0[2] = part(77, 32_511) }
        refused { $0[3] = AnswerNumber(.missing(column: 2), units: 40) }
        refused { $0[3] = AnswerNumber(.present(column: 1), units: 40) }
        refused { $0.append(AnswerNumber(.rows, units: 40)) }
        refused { $0.insert(AnswerNumber(.rows, units: 40), at: 0) }
        refused { $0 = [AnswerNumber(.missing(column: 1), units: 40)] + $0 }
        #expect(
            AnswerNumber.fault(in: [part(0, 32_510, of: 3)], columns: 2) != nil)
        #expect(
            AnswerNumber.fault(
                in: [part(0, 32_510), AnswerNumber(.missing(column: 1), units: 1)], columns: 2)
                == nil)
    }

    @Test func `tables that cannot be committed to are refused with the reason`() throws {
        #expect(throws: AnswerProofError.columns(0)) { try CodedTable([]) }
        #expect(throws: AnswerProofError.code) { try CodedTable([[1, 2], [1]]) }
        #expect(throws: AnswerProofError.code) { try CodedTable([[UInt16(CodedTable.codes)]]) }
        let long = [UInt16](repeating: 1, count: 819_201)
        #expect(throws: AnswerProofError.rows(819_201)) { try CodedTable([long]) }
        #expect(try CodedTable([Array(long.dropLast())]).rowBits == 18)
        #expect(try CodedTable([Array(long.prefix(102_400))]).rowBits == 15)
        #expect(CodedTable.proofs(rowBits: 15) == 57)
        #expect(CodedTable.proofs(rowBits: 13) == 14)
    }

    @Test func `values beyond the codes are coded as the nearest`() {
        #expect(CodedTable.code(nil) == 0)
        #expect(CodedTable.code(-7) == 1)
        #expect(CodedTable.code(0) == 1)
        #expect(CodedTable.code(CodedTable.mostValue) == 32_511)
        #expect(CodedTable.code(.max) == 32_511)
    }

    @Test func `numbers are split into ones and units without going wrong anywhere`() {
        for units in [1, 2, 3, 1 << 16, (1 << 30) - 1, 1 << 30] as [Int64] {
            for number in [.min, .min + 1, -units, -units - 1, -1, 0, 1, units - 1, units, .max]
                as [Int64]
            {
                let (ones, rest) = Digits.whole(number, units: units)
                #expect((0..<units).contains(rest))
                let (back, overflow) = ones.multipliedReportingOverflow(by: units)
                #expect(overflow ? number == .min || number == .min + 1 : back + rest == number)
            }
        }
    }

    @Test func `every class has 100 bits for as many numbers as there may be`() throws {
        let sums = (0..<AnswerNumber.most).map {
            AnswerNumber(.centred(column: 1 + $0 % 60, low: 1, high: 2 + $0), units: 1)
        }
        for rowBits in [13, 15, 18] {
            _ = try AnswerVerifier(try AnswerCircuit(sums, columns: 60, rowBits: rowBits))
        }
    }

    @Test func `numbers that some rows could bring beyond 64 bits are refused`() throws {
        let wide = [AnswerNumber(.sum(column: 1, low: 0, high: 32_510), units: 1 << 30)]
        #expect(throws: AnswerProofError.overflow) {
            try AnswerCircuit(wide, columns: 1, rowBits: 18)
        }
        _ = try AnswerCircuit(wide, columns: 1, rowBits: 13)
    }

    @Test func `noise beyond three digits is refused`() throws {
        let numbers = [AnswerNumber(.rows, units: 1)]
        #expect(throws: AnswerProofError.self) {
            _ = try CommittedNoise(
                [0], of: [AnswerNumber(.rows, units: 0)], rowBits: 13,
                seed: [UInt8](repeating: 1, count: 32))
        }
        for value in [Int64.max, .min, .min + 1, 1 << 45] {
            #expect(throws: AnswerProofError.overflow) {
                _ = try CommittedNoise(
                    [value], of: numbers, rowBits: 13, seed: [UInt8](repeating: 1, count: 32))
            }
        }
    }
}

/// The parts of a statement, to be changed.
struct AnswerParts {
    var numbers: [AnswerNumber]
    var results: [Int64]
    var columns: Int
    var rowBits: Int
    var columnsRoot, noiseRoot, context: [UInt8]

    init(_ statement: AnswerStatement) {
        (numbers, results) = (statement.numbers, statement.results)
        (columns, rowBits) = (statement.columns, statement.rowBits)
        (columnsRoot, noiseRoot) = (statement.columnsRoot, statement.noiseRoot)
        context = statement.context
    }

    var statement: AnswerStatement {
        AnswerStatement(
            numbers: numbers, results: results, columns: columns, rowBits: rowBits,
            columnsRoot: columnsRoot, noiseRoot: noiseRoot, context: context)
    }
}

/// A table of ages, of which some are missing, and of colours; its commitment; and what is asked of it.
struct AnswerWorld: Sendable {
    let table: CodedTable
    let columns: CommittedColumns
    let ages: [Int64?]
    let colours: [Int64?]

    static let questions: [[AnswerNumber]] = [
        [
            AnswerNumber(.rows, units: 1 << 16), AnswerNumber(.missing(column: 1), units: 1 << 16),
            AnswerNumber(.sum(column: 1, low: 0, high: 80), units: 500),
            AnswerNumber(.centred(column: 1, low: 18, high: 90), units: 700),
            AnswerNumber(.sum(column: 1, low: 20, high: 30_000), units: 3),
        ],
        [AnswerNumber(.present(column: 2), units: 1), AnswerNumber(.present(column: 1), units: 7)],
        (0..<5).map { AnswerNumber(.group(column: 2, code: $0), units: 1 << 20) },
        [AnswerNumber(.sum(column: 2, low: 3, high: 3), units: 1 << 30)],
        parts([0, 18, 19, 77]),
    ]

    /// Parts of the ages that begin at some values, and last the rows without one.
    static func parts(_ firsts: [Int]) -> [AnswerNumber] {
        let ends = firsts.dropFirst() + [Int(CodedTable.mostValue) + 1]
        return zip(firsts, ends).map {
            AnswerNumber(.part(column: 1, low: $0, high: $1 - 1), units: 40)
        } + [AnswerNumber(.missing(column: 1), units: 40)]
    }

    init(rows: Int = 500) throws {
        ages = (0..<rows).map { (row: Int) -> Int64? in
            guard row % 7 != 3 else { return nil }
            return row % 11 == 5 ? 31_000 : Int64(5 + row % 97)
        }
        colours = (0..<rows).map { (row: Int) -> Int64? in
            row % 13 == 0 ? nil : Int64(row * row % 5)
        }
        table = try CodedTable([ages.map(CodedTable.code), colours.map(CodedTable.code)])
        columns = try table.commit(seed: [UInt8](repeating: 7, count: 32))
    }

    /// What a number is, from the values themselves.
    func plain(_ number: AnswerNumber) -> Int64 {
        func values(_ column: Int) -> [Int64?] { column == 1 ? ages : colours }
        switch number.kind {
        case .rows: return Int64(table.rows)
        case .present(let column): return Int64(values(column).count { $0 != nil })
        case .missing(let column): return Int64(values(column).count { $0 == nil })
        case .sum(let column, let low, let high):
            return values(column).compactMap(\.self).reduce(0) {
                $0 + min(max($1, Int64(low)), Int64(high))
            }
        case .centred(let column, let low, let high):
            return values(column).compactMap(\.self).reduce(0) {
                $0 + 2 * min(max($1, Int64(low)), Int64(high)) - Int64(low + high)
            }
        case .group(let column, let code):
            return Int64(values(column).count { $0.map { Int($0) + 1 } ?? 0 == code })
        case .part(let column, let low, let high):
            return Int64(values(column).count { $0.map { low...high ~= Int($0) } ?? false })
        }
    }

    func asked(_ numbers: [AnswerNumber]) throws -> Asked { try Asked(self, numbers) }

    /// A question of the table.
    struct Asked {
        let world: AnswerWorld
        let form: AnswerCircuit
        let prover: AnswerProver
        let verifier: AnswerVerifier
        let noises: [Int64]

        init(_ world: AnswerWorld, _ numbers: [AnswerNumber]) throws {
            self.world = world
            form = try AnswerCircuit(numbers, columns: 2, rowBits: world.table.rowBits)
            prover = try AnswerProver(form)
            verifier = try AnswerVerifier(form)
            var random = Seeded(3)
            noises = numbers.map { _ in
                Int64(truncatingIfNeeded: random.next() % (1 << 26)) - 1 << 25
            }
        }

        func noise() throws -> CommittedNoise {
            try CommittedNoise(
                noises, of: form.numbers, rowBits: world.table.rowBits,
                seed: [UInt8](repeating: 8, count: 32))
        }

        static let context = [UInt8](32..<64)

        func witness() throws -> AnswerProver.Witness {
            try prover.witness(world.table, world.columns, try noise(), context: Asked.context)
        }

        func proof(seed: UInt64 = 1) throws -> (statement: AnswerStatement, proof: [UInt8]) {
            var random = Seeded(seed)
            return try prover.prove(
                world.table, world.columns, adding: try noise(), context: Asked.context,
                using: &random)
        }

        var activeRows: [Int] { form.rowBits.indices.map { prover.prover.activeRows(of: $0) } }

        func breaks(_ witness: AnswerProver.Witness) throws -> Set<TraceCheck.Break> {
            TraceCheck(form.circuit, activeRows: activeRows).breaks(
                witness.traces,
                committed: [0: try world.columns.cells(), 2: try noise().columns.cells()],
                inputs: try witness.statement.inputs())
        }
    }
}
