// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// A table's tape, run over some rows at once: the registers of one thread.
///
/// Memory: 4 bytes × ``rows`` × (the plan's registers and those of the caller).
final class TapeRun {
    /// How many rows are treated at once.
    static let rows = 256

    let registers: Registers
    private let plan: TapePlan

    /// Makes registers.
    ///
    /// - Parameter extra: how many registers the caller wants, from ``TapePlan/free`` on.
    init(_ plan: TapePlan, extra: Int) throws(TilesError) {
        self.plan = plan
        registers = try Registers(count: plan.free + extra, rows: TapeRun.rows)
    }

    /// Reads the cells of some rows into the first registers, see ``TapePlan/place(of:)``, and those that are
    /// looked at next; then does all steps.
    ///
    /// - Parameter after: for each of the rows, the row after it; none where no step looks there.
    func run(_ cells: Cells, from row: Int, after: ArraySlice<UInt32>) {
        if let committed = cells.committed {
            for tile in plan.committedTiles {
                registers.load(tile: tile, of: committed, from: row, into: 16 * tile)
            }
        }
        for tile in plan.tiles {
            registers.load(
                tile: tile, of: cells.main, from: row, into: plan.mainStart + 16 * tile)
        }
        for (column, register) in plan.nextCells {
            registers.gather(column: column, of: cells.main, rows: after, into: register)
        }
        for operation in plan.operations {
            switch operation {
            case .fill(let place, let value): registers.fill(place, with: value)
            case .product(let place, let a, let b): registers.multiply(a, b, into: place)
            case .sum(let place, let sum): registers.fill(place, with: sum)
            }
        }
    }

    /// The cells of a table at some points.
    struct Cells: Sendable {
        /// Those of the witness and the masks.
        let main: ColumnTiles
        /// Those that were committed to beforehand.
        let committed: ColumnTiles?
    }

    /// Reads the sums of some rows, and the running sum that is next.
    func loadSums(_ matrix: ColumnTiles, columns: Int, from row: Int, after: ArraySlice<UInt32>) {
        for tile in 0..<matrix.tiles {
            registers.load(tile: tile, of: matrix, from: row, into: plan.sums + 16 * tile)
        }
        for part in 0..<5 {
            registers.gather(
                column: columns - 5 + part, of: matrix, rows: after, into: plan.nextSum + part)
        }
    }
}
