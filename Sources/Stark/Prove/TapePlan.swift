// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// How a table's tape is run over many rows: which steps are worked out, in which registers.
///
/// Only what a product or a count needs is worked out. Sums that nothing but constraints and messages look at
/// dissolve into the weighted sums of these: what they are made of takes their place there.
struct TapePlan: Sendable {
    /// How a register is filled.
    enum Operation: Sendable {
        case fill(Int, KoalaBear)
        case product(Int, Int, Int)
        case sum(Int, RegisterSum)
    }

    /// A sum of registers with weights that is still written down.
    struct Combination {
        private(set) var terms: [Int: KoalaBear5] = [:]
        var constant = KoalaBear5.zero

        mutating func add(_ place: Int, _ weight: KoalaBear5) {
            terms[place, default: .zero] += weight
        }

        /// Adds an element of the extension, in five registers, with a weight.
        mutating func addExtension(_ place: Int, _ weight: KoalaBear5) {
            // value · weight = Σ valueᵢ · (Xⁱ · weight)
            var shifted = weight
            for part in 0..<5 {
                add(place + part, shifted)
                shifted *= .x
            }
        }

        /// As the kernel wants it.
        var sum: ExtensionSum {
            let some = terms.filter { $0.value != .zero }.sorted { $0.key < $1.key }
            return ExtensionSum(
                some.map { (register: $0.key, coefficient: $0.value) }, constant: constant)
        }
    }

    let tape: Tape
    private let inputs: [KoalaBear]
    /// Where steps that are worked out stand, and cells.
    private(set) var places: [Int]
    private var isKept: [Bool]
    /// What is done, in order.
    private(set) var operations: [Operation] = []
    /// The tiles of the main matrix that anything looks at, and where they go; and those of the committed one.
    let tiles: [Int]
    let committedTiles: [Int]
    /// Columns of the main matrix that are looked at in the next row, and where they go.
    let nextCells: [(column: Int, register: Int)]
    /// How many columns are committed, and how many registers they take, whole tiles.
    private let committed: Int
    let mainStart: Int
    /// Where the sums of this row begin.
    let sums: Int
    /// Where the running sum of the next row is.
    let nextSum: Int
    /// The first register that is free for the caller.
    private(set) var free: Int

    /// Plans to work out messages, and constraints where they are wanted.
    ///
    /// - Parameters:
    ///   - table: whose tape it is; its masks stand behind its own columns.
    ///   - sumColumns: of the sums, with salts.
    init(
        _ table: Circuit.Table, sumColumns: Int, inputs: [KoalaBear], hasConstraints: Bool
    ) {
        let tape = table.tape
        var reach = Reach(tape)
        for interaction in tape.interactions {
            for field in interaction.fields { reach.visit(field) }
            reach.keep(interaction.multiplicity)
        }
        if hasConstraints {
            for constraint in tape.constraints { reach.visit(constraint.register) }
        }
        (self.tape, self.inputs, isKept) = (tape, inputs, reach.isKept)
        let committed = table.committed
        let mainStart = (committed + 15) / 16 * 16
        (self.committed, self.mainStart) = (committed, mainStart)
        let masks = table.columns - committed
        let columns = masks + Parameters.maskColumns + Parameters.saltColumns
        var tiles = Set((masks..<masks + Parameters.maskColumns).map { $0 / 16 })
        var committedTiles: Set<Int> = []
        var end = mainStart + (columns + 15) / 16 * 16
        var nextCells: [(column: Int, register: Int)] = []
        places = tape.steps.map { _ in -1 }
        for (number, step) in tape.steps.enumerated() where reach.isReached[number] {
            switch step {
            case .cell(let column, false) where column < committed:
                places[number] = column
                committedTiles.insert(column / 16)
            case .cell(let column, false):
                places[number] = mainStart + column - committed
                tiles.insert((column - committed) / 16)
            case .cell(let column, true):
                places[number] = end
                nextCells.append((column - committed, end))
                end += 1
            default: break
            }
        }
        (self.tiles, self.nextCells) = (tiles.sorted(), nextCells)
        self.committedTiles = committedTiles.sorted()
        sums = end
        end += (sumColumns + 15) / 16 * 16
        nextSum = end
        free = end + 5
        plan()
    }

    /// Where the cell of a column stands; the masks are the last.
    func place(of column: Int) -> Int {
        column < committed ? column : mainStart + column - committed
    }

    /// Gives every step that is kept a register, and writes down how it is filled.
    private mutating func plan() {
        for (number, step) in tape.steps.enumerated() where isKept[number] {
            switch step {
            case .cell: continue
            case .input(let index): operations.append(.fill(free, inputs[index]))
            case .product(let a, let b):
                operations.append(.product(free, places[a], places[b]))
            case .sum(let terms, let constant):
                var sum = Combination()
                sum.constant = KoalaBear5(constant)
                for term in terms {
                    dissolve(term.register, KoalaBear5(term.coefficient), into: &sum)
                }
                let flat = sum.terms.sorted { $0.key < $1.key }
                operations.append(
                    .sum(
                        free,
                        RegisterSum(
                            flat.map { (register: $0.key, coefficient: $0.value.c0) },
                            constant: sum.constant.c0)))
            }
            places[number] = free
            free += 1
        }
    }

    /// Adds a step's value with a weight: its register, or what it is made of.
    func dissolve(_ step: Int, _ weight: KoalaBear5, into sum: inout Combination) {
        if places[step] >= 0 { return sum.add(places[step], weight) }
        switch tape.steps[step] {
        case .input(let index): sum.constant += weight * inputs[index]
        case .sum(let terms, let constant):
            sum.constant += weight * constant
            for term in terms { dissolve(term.register, weight * term.coefficient, into: &sum) }
        case .cell, .product: preconditionFailure("a step that is looked at has a place")
        }
    }

    /// Which steps matter, and which of them need a register.
    private struct Reach {
        private let tape: Tape
        private(set) var isReached: [Bool]
        private(set) var isKept: [Bool]

        init(_ tape: Tape) {
            self.tape = tape
            isReached = tape.steps.map { _ in false }
            isKept = isReached
        }

        mutating func visit(_ step: Int) {
            guard !isReached[step] else { return }
            isReached[step] = true
            switch tape.steps[step] {
            case .cell, .input: break
            case .product(let a, let b):
                keep(a)
                keep(b)
                isKept[step] = true
            case .sum(let terms, _): for term in terms { visit(term.register) }
            }
        }

        mutating func keep(_ step: Int) {
            visit(step)
            isKept[step] = true
        }
    }
}
