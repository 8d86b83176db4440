// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Vault

/// All who could contribute, and the rows that nobody has.
package struct Population: Sendable {
    /// The table that rows were dealt from.
    package let table: RowTable
    /// Everybody, in the order in which rows are committed to: all who cheat by copying come last.
    package let contributors: [Contributor]
    /// Rows that contributions are valued on.
    let valuing: [[Int64]]
    /// Rows that models are measured on.
    let measuring: [[Int64]]

    /// Deals rows out.
    ///
    /// Who cheats, asks, limits and arrivals are drawn in streams of their own: one more buyer or another part of
    /// cheats does not change what an honest person wants.
    ///
    /// - Throws: ``SimulationError`` for settings out of bounds, and where the table has too few rows.
    package init(_ table: RowTable, _ settings: Settings) throws(SimulationError) {
        try settings.check()
        guard table.rows.count >= settings.rowsNeeded else {
            let spare = table.rows.count - settings.valuingRows - settings.measuringRows
            let most = spare / settings.rowsPerPerson
            throw SimulationError(
                "\(settings.people) people of \(settings.rowsPerPerson) rows, and the rows to value and "
                    + "measure on, want \(settings.rowsNeeded) rows; there are \(table.rows.count)",
                remedy: most > 0 ? "take at most \(most) people, or more data" : "take more data")
        }
        var dice = Dice(seed: settings.seed, stream: 1)
        let dealt = dice.shuffled(table.rows)
        valuing = Array(dealt[..<settings.valuingRows])
        let first = settings.valuingRows + settings.measuringRows
        measuring = Array(dealt[settings.valuingRows..<first])
        self.table = table

        let kinds = Population.kinds(settings)
        var wants = Dice(seed: settings.seed, stream: 2)
        var fraud = Dice(seed: settings.seed, stream: 3)
        var contributors: [Contributor] = []
        for (place, kind) in kinds.enumerated() {
            let start = first + place * settings.rowsPerPerson
            let own = Array(dealt[start..<start + settings.rowsPerPerson])
            let least = max(1, settings.rowsPerPerson / 4)
            let given = least + wants.below(settings.rowsPerPerson - least + 1)
            let ask = settings.willingness.ask(&wants)
            let limit = settings.limits[wants.below(settings.limits.count)]
            let isEarly = wants.below(100) < settings.earlyPercent
            let late = 1 + wants.below(max(1, settings.rounds / 2))
            var cheat = Cheat(table: table, dice: fraud)
            let rows: [[Int64]] =
                switch kind {
                case .honest: Array(own.prefix(given))
                case .randomRows: cheat.random(settings.rowsPerPerson)
                case .flippedLabels: cheat.flipped(own)
                case .noisyCopy: cheat.copied(of: contributors, most: settings.rowsPerPerson)
                }
            fraud = cheat.dice
            contributors.append(
                Contributor(
                    place: place, kind: kind, rows: rows,
                    // A cheat has nothing to lose, and comes for whatever there is.
                    ask: kind.isFraud ? .atLeast(micros: 0) : ask,
                    limit: try settings.target(limit).rho,
                    // Who copies comes when there is something to copy.
                    arrival: kind == .noisyCopy ? 1 : isEarly ? 0 : late))
        }
        self.contributors = contributors
    }

    /// Who is what: cheats in turns, spread over all but for those who copy, who come last.
    private static func kinds(_ settings: Settings) -> [Contributor.Kind] {
        let frauds = (settings.people * settings.fraudPercent + 50) / 100
        let ways = Contributor.Kind.allCases.filter(\.isFraud)
        let cheats = (0..<frauds).map { ways[$0 % ways.count] }
        let copiers = cheats.filter { $0 == .noisyCopy }
        var others =
            cheats.filter { $0 != .noisyCopy }
            + Array(repeating: .honest, count: settings.people - frauds)
        var dice = Dice(seed: settings.seed, stream: 4)
        others = dice.shuffled(others)
        return others + copiers
    }
}

/// Makes what cheats bring.
struct Cheat {
    /// What rows look like.
    let table: RowTable
    /// What chance follows from.
    var dice: Dice

    /// Each value as likely as any other within the published bounds.
    mutating func random(_ count: Int) -> [[Int64]] {
        (0..<count).map { _ in
            table.schema.columns.map { column in
                if let bounds = column.bounds { return dice.within(bounds) }
                return Int64(dice.below(max(1, column.categories.count)))
            }
        }
    }

    /// The same rows with what is to be predicted turned round.
    func flipped(_ rows: [[Int64]]) -> [[Int64]] {
        rows.map { row in
            var row = row
            row[table.target] = 1 - row[table.target]
            return row
        }
    }

    /// The rows of an honest person who is there from the start and asks nothing, each number moved by at most a
    /// fiftieth of its bounds; made-up rows where there is nobody to copy.
    mutating func copied(of others: [Contributor], most: Int) -> [[Int64]] {
        let victims = others.filter {
            $0.kind == .honest && $0.arrival == 0 && $0.ask.accepts(0)
        }
        guard !victims.isEmpty else { return random(most) }
        return victims[dice.below(victims.count)].rows.map { row in
            zip(table.schema.columns, row).map { column, value in
                guard let bounds = column.bounds, value != Schema.null else { return value }
                let reach = max(1, (bounds.upperBound - bounds.lowerBound) / 50)
                let moved = value + dice.within(-reach...reach)
                return min(max(moved, bounds.lowerBound), bounds.upperBound)
            }
        }
    }
}
