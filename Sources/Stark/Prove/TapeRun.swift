// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// A table's tape, run over some rows at once: the registers of one thread.
///
/// Memory: 4 bytes × ``rows`` × (steps, cells and sums, and some fifty).
final class TapeRun {
    /// How many rows are treated at once.
    static let rows = 256

    let registers: Registers
    private let tape: Tape
    /// Where each step's value stands.
    let places: [Int]
    /// The sums among the steps.
    private let sumsByStep: [RegisterSum?]
    private let inputs: [KoalaBear]
    private let nextCells: [Int: Int]
    /// Where the sums of this row begin.
    let sums: Int
    /// Where the running sum of the next row is.
    let nextSum: Int
    /// The first register that is free for the caller.
    let free: Int
    let rows: Int

    /// Makes registers.
    ///
    /// - Parameters:
    ///   - columns: of the main matrix, with masks and salts.
    ///   - sumColumns: of the sums, with salts.
    ///   - extra: how many registers the caller wants.
    init(
        _ tape: Tape, columns: Int, sumColumns: Int, inputs: [KoalaBear], rows: Int, extra: Int
    ) throws(TilesError) {
        self.tape = tape
        self.inputs = inputs
        self.rows = rows
        var end = (columns + 15) / 16 * 16
        var nextCells: [Int: Int] = [:]
        for column in tape.nextColumns {
            nextCells[column] = end
            end += 1
        }
        sums = end
        end += (sumColumns + 15) / 16 * 16
        nextSum = end
        end += 5
        var places: [Int] = []
        for step in tape.steps {
            switch step {
            case .cell(let column, false): places.append(column)
            case .cell(let column, true): places.append(nextCells[column] ?? 0)
            default:
                places.append(end)
                end += 1
            }
        }
        self.nextCells = nextCells
        self.places = places
        sumsByStep = tape.steps.map { step in
            guard case .sum(let terms, let constant) = step else { return nil }
            return RegisterSum(
                terms.map { (places[$0.register], $0.coefficient) }, constant: constant)
        }
        free = end
        registers = try Registers(count: end + extra, rows: rows)
    }

    /// Reads the cells of some rows into the first registers, so that a column's number is its register's,
    /// and those that are looked at next.
    ///
    /// - Parameter after: for each of the rows, the row after it.
    func load(_ matrix: ColumnTiles, from row: Int, after: ArraySlice<UInt32>) {
        for tile in 0..<matrix.tiles {
            registers.load(tile: tile, of: matrix, from: row, into: 16 * tile)
        }
        for (column, register) in nextCells {
            registers.gather(column: column, of: matrix, rows: after, into: register)
        }
    }

    /// Reads the sums of some rows, and the running sum that is next.
    func loadSums(_ matrix: ColumnTiles, columns: Int, from row: Int, after: ArraySlice<UInt32>) {
        for tile in 0..<matrix.tiles {
            registers.load(tile: tile, of: matrix, from: row, into: sums + 16 * tile)
        }
        for part in 0..<5 {
            registers.gather(
                column: columns - 5 + part, of: matrix, rows: after, into: nextSum + part)
        }
    }

    /// Runs all steps that are no cells.
    func run() {
        for (number, step) in tape.steps.enumerated() {
            let place = places[number]
            switch step {
            case .cell: break
            case .input(let index): registers.fill(place, with: inputs[index])
            case .product(let a, let b): registers.multiply(places[a], places[b], into: place)
            case .sum:
                if let sum = sumsByStep[number] { registers.fill(place, with: sum) }
            }
        }
    }
}
