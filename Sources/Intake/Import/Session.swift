// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Vault

/// One import under way: where rows go, and what the report will say.
///
/// A class, because every table writer and reader of the import adds to the same report; it never
/// leaves the call of `Intake.read` that made it.
final class Session {
    let options: IntakeOptions
    private let deliver: (Rows, String?) throws -> Void
    private var report: IntakeReport
    private var writers: [TableWriter] = []
    private var persons: Set<String> = []
    private var lastMet: String?
    private var nameless = false
    private var maskPlaces: [String: Int] = [:]
    private var dropPlaces: [String: Int] = [:]
    /// The file being read, named in what is dropped; nil for a single file.
    var file: String?

    init(
        format: Format, options: IntakeOptions, deliver: @escaping (Rows, String?) throws -> Void
    ) {
        self.options = options
        self.deliver = deliver
        report = IntakeReport(format: format)
    }

    var limits: IntakeLimits { options.limits }

    /// The writer of that table, made when first asked for.
    func writer(_ schema: Schema) -> TableWriter {
        if let known = writers.first(where: { $0.schema.table == schema.table }) { return known }
        let writer = TableWriter(schema, session: self)
        writers.append(writer)
        return writer
    }

    func hand(_ rows: Rows, of person: String?) throws(IntakeError) {
        do { try deliver(rows, person) } catch {
            throw IntakeError(
                .sink, "the rows could not be stored: \(error)", underlying: error)
        }
    }

    /// Counts a person; refuses one too many.
    func meet(_ person: String?) throws(IntakeError) {
        guard let person else {
            nameless = true
            return
        }
        // Files keep a person's rows together.
        if person == lastMet { return }
        lastMet = person
        guard persons.insert(person).inserted else { return }
        guard persons.count <= limits.persons else {
            throw IntakeError(
                .limit, "more than \(limits.persons) people",
                mend: "Split the file, or name the column that tells people apart")
        }
    }

    /// Counts masked values.
    func mask(_ what: IntakeReport.Secret, _ column: String, _ count: Int = 1) {
        guard count > 0 else { return }
        let key = what.rawValue + "\u{0}" + column
        if let place = maskPlaces[key] {
            report.masked[place].count += count
        } else {
            maskPlaces[key] = report.masked.count
            report.masked.append(.init(what: what, column: column, count: count))
        }
    }

    /// Counts dropped rows, and remembers the first ten lines.
    func drop(_ code: String, _ sentence: String, line: Int? = nil, count: Int = 1) {
        drop(code, sentence, lines: line.map { [$0] } ?? [], count: count)
    }

    /// Counts dropped rows, of which these are the first lines.
    func drop(_ code: String, _ sentence: String, lines: [Int], count: Int) {
        guard count > 0 else { return }
        let key = code + "\u{0}" + sentence + "\u{0}" + (file ?? "")
        let place: Int
        if let known = dropPlaces[key] {
            place = known
            report.dropped[place].count += count
        } else {
            // A hostile file must not fill memory with reasons.
            guard report.dropped.count < 1_000 else { return }
            place = report.dropped.count
            dropPlaces[key] = place
            report.dropped.append(
                .init(code: code, sentence: sentence, file: file, count: count, lines: []))
        }
        let room = 10 - report.dropped[place].lines.count
        report.dropped[place].lines.append(contentsOf: lines.prefix(max(room, 0)))
    }

    /// Says a sentence once.
    func warn(_ sentence: String) {
        if !report.warnings.contains(sentence), report.warnings.count < 100 {
            report.warnings.append(sentence)
        }
    }

    /// How many bytes may still be read.
    var bytesLeft: Int64 { limits.bytes - report.bytes }

    func count(bytes: Int64) { report.bytes += bytes }

    /// The text, cut to what is kept of one.
    func shortened(_ text: String) -> String {
        guard let short = limits.shortened(text) else { return text }
        warnOfShortening()
        return short
    }

    func warnOfShortening() { warn("Texts longer than \(limits.text) bytes were shortened") }

    func countFile() { report.files += 1 }

    /// Hands on what is left and closes the books.
    func finish() throws(IntakeError) -> IntakeReport {
        for writer in writers {
            try writer.flush()
            writer.warnOfForgetting()
            report.tables.append(writer.tally)
        }
        report.persons = persons.count + (nameless ? 1 : 0)
        return report
    }
}
