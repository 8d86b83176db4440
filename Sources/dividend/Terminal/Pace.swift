// SPDX-License-Identifier: Apache-2.0
import Fields

/// How fast this machine proves, guessed from how fast it hashes: machines differ by five and more.
struct Pace {
    /// Cells of a proof's tables, a second of one processor.
    private let cells: Double

    /// Measures for some milliseconds.
    static func measured() -> Pace {
        let count = 8_192
        var states = [KoalaBear](repeating: .one, count: count * StateHash.width)
        StateHash.poseidon1.permute(&states)
        let start = Moment()
        StateHash.poseidon1.permute(&states)
        let seconds = max(Moment().processor - start.processor, 1e-6)
        // From measurements: two cells are proved in the time of one permutation by itself.
        return Pace(cells: 2 * Double(count) / seconds)
    }

    /// Seconds of one processor that a proof takes; one in the shorter form takes more.
    func seconds(_ cells: Int, isSmall: Bool = false) -> Double {
        0.05 + Double(cells) / self.cells * (isSmall ? 1.6 : 1)
    }
}
