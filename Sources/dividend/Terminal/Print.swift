// SPDX-License-Identifier: Apache-2.0
import Canon
import Vault
import Exchange
import Intake
import Query

/// Longer things, as people read them.
enum Print {
    static func report(_ report: IntakeReport) {
        let people = report.persons == 1 ? "1 person" : "\(report.persons) people"
        Terminal.line(
            "Read as \(Terminal.bold(report.format.rawValue)): \(people), \(report.files) file(s)")
        Terminal.table(
            ["table", "read", "kept", "twice", "from", "to"],
            report.tables.map {
                [
                    $0.schema.table, "\($0.read)", "\($0.kept)", "\($0.duplicates)",
                    $0.dates?.lowerBound.description ?? "-",
                    $0.dates?.upperBound.description ?? "-",
                ]
            })
        for masked in report.masked {
            Terminal.line(
                Terminal.yellow("  masked  ")
                    + "\(masked.what.rawValue) in \(masked.column): \(masked.count)")
        }
        for dropped in report.dropped {
            let lines =
                dropped.lines.isEmpty
                ? "" : " (line \(dropped.lines.map(String.init).joined(separator: ", ")))"
            Terminal.line(
                Terminal.yellow("  dropped ") + "\(dropped.count) × \(dropped.sentence)\(lines)")
        }
        for warning in report.warnings { Terminal.line(Terminal.yellow("  note    ") + warning) }
    }

    static func outcome(_ outcome: ImportOutcome) {
        Terminal.line(
            Terminal.green("stored ") + "\(outcome.stored) rows of \(outcome.people) people"
                + (outcome.known > 0 ? ", \(outcome.known) were stored already" : "")
                + (outcome.conflicting > 0
                    ? ", \(outcome.conflicting) contradict stored rows and were left out" : ""))
    }

    static func result(_ table: ResultTable) {
        Terminal.table(
            table.columns,
            table.rows.map { row in
                row.map { cell in cell.margin.map { "\(cell.text) ± \($0)" } ?? cell.text }
            })
    }
}
