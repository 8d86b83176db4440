// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Exchange
import Intake
import Ledger
import Market
import Query
import Vault

/// Longer things, as people read them.
enum Print {
    static func offer(_ offer: PoolOffer) {
        Terminal.line("\(Terminal.bold(offer.title)) (\(offer.name))")
        Terminal.line("for \(offer.purposes.map(\.label).joined(separator: ", "))")
        Terminal.line(
            "price \(offer.basePrice), and \(offer.premium) for each 1/1000 of rho; "
                + "\(offer.feeBasisPoints)/10000 of the base price is the operator's")
        Terminal.line(
            "at least \(offer.minimumCohort) people, \(offer.rowsPerPerson) rows of each count "
                + "in full; shared by \(offer.split.rawValue)")
        for table in offer.tables {
            Terminal.line(Terminal.bold(table.table))
            Print.schema(table)
        }
    }

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
