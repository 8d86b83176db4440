// SPDX-License-Identifier: Apache-2.0

extension Poseidon1 {
    /// The constants as the kernel wants them (template_poseidon1.h).
    ///
    /// In the partial rounds only element 0 passes the S-box. Write the matrix as a corner m, a row w
    /// and a column z around the 15 × 15 matrix N, the state as element 0 and the vector v. A partial
    /// round with S-box output y makes m y + w v and z y + N v. Unrolled, with v the vector before the first
    /// one, round r has in element 0
    ///
    ///     x_r = w N^(r-1) v + Σ_(j<r) h_(r-1-j) y_j,   h_0 = m, h_d = w N^(d-1) z,
    ///
    /// and after twenty rounds the vector is N^20 v + Σ_j N^(19-j) z y_j. The constants only shift these.
    static let table: [UInt32] = {
        let four = KoalaBear(reducing: 4)
        let scale = KoalaBear.two.power(47)
        var table: [UInt32] = []
        // Following the constants alone, with all S-box outputs and the state zero, gives what is to be
        // added in each round, and what the partial rounds leave for the full round after them.
        var shift = [KoalaBear](repeating: .zero, count: 16)
        var partialConstants: [KoalaBear] = []
        for round in 4..<24 {
            for i in 0..<16 { shift[i] += constants[16 * round + i] }
            partialConstants.append(shift[0])
            shift[0] = .zero
            shift = times(shift)
        }
        for round in [0, 1, 2, 3, 24, 25, 26, 27] {
            for i in 0..<16 {
                let left = round == 24 ? shift[i] : .zero
                table.append(((constants[16 * round + i] + left) * scale).value)
            }
        }
        table += partialConstants.map { ($0 * scale).value }
        table += linearRows().flatMap { $0.map(\.centredWord) }
        let columns = outputColumns()
        // h_d is element 0 of what a y leaves d + 1 matrices later.
        table += (0..<19).map { centred(four * columns[$0][0]) }
        for output in 0..<16 {
            table += (0..<20).map { centred(four * columns[19 - $0][output]) }
        }
        // Montgomery products divide by 2^32.
        table.append(scale.value)
        table.append(KoalaBear.two.power(17).value)
        table.append(KoalaBear.two.power(13).inverseOrZero.value)
        let sums = (0..<8).map { firstRow[$0] + firstRow[$0 + 8] }
        table += (0..<4).map { sums[$0] + sums[$0 + 4] }
        table += (0..<4).map { sums[$0] &- sums[$0 + 4] }
        table += (0..<8).map { 2 &* (firstRow[$0] &- firstRow[$0 + 8]) }
        return table
    }()

    private static func times(_ state: [KoalaBear]) -> [KoalaBear] {
        (0..<16).map { i in (0..<16).reduce(.zero) { $0 + matrix(i, $1) * state[$1] } }
    }

    /// The rows w N^(r-1) for r = 1 ... 20, then the 15 rows of N^20: what v adds to element 0 at the start
    /// of each round and to the state after the last.
    private static func linearRows() -> [[KoalaBear]] {
        var rows: [[KoalaBear]] = []
        // Column i: v is the i-th unit vector and all S-box outputs are zero.
        var columns = (1..<16).map { i in (0..<16).map { $0 == i ? KoalaBear.one : .zero } }
        for round in 1...20 {
            columns = columns.map { column in
                var column = column
                column[0] = .zero
                return times(column)
            }
            if round < 20 { rows.append(columns.map { $0[0] }) }
        }
        for output in 0..<16 { rows.append(columns.map { $0[output] }) }
        return rows
    }

    /// What an S-box output of one leaves in the state after 1 ... 20 matrices.
    private static func outputColumns() -> [[KoalaBear]] {
        var state = (0..<16).map { $0 == 0 ? KoalaBear.one : .zero }
        return (0..<20).map { _ in
            state = times(state)
            defer { state[0] = .zero }
            return state
        }
    }

    /// The number itself, not its Montgomery word, in -(p - 1)/2 ... (p - 1)/2.
    private static func centred(_ element: KoalaBear) -> UInt32 {
        element.value > KoalaBear.prime / 2 ? element.value &- KoalaBear.prime : element.value
    }
}
