// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// Files that people download, made into typed rows of ``StandardTables`` - or a clear refusal.
///
/// A path may lead to one file, to a folder, or to a ZIP archive. The format is told by the
/// content. Nothing that names a person, a device or a place goes into rows; the report counts what
/// was masked.
public enum Intake {
    /// What the file is.
    ///
    /// - Throws: ``IntakeError``, with ``IntakeError/Code/unknownFormat`` when no importer knows it.
    /// - Cost: reads the first 64 KiB of each file.
    public static func detect(_ path: String) throws(IntakeError) -> Format {
        try Detection(Parcel(path, limits: .init()), mapping: nil).format
    }

    /// Reads the file and hands its rows on in batches of one person and table each.
    ///
    /// - Guarantees: a batch has 1 to 4,096 rows, and each of its texts at most
    ///   ``IntakeLimits/text`` bytes. One person's rows of a table come in the file's order, or in
    ///   order of time where they are summed up. A batch comes when it is full; when 65,536 rows of
    ///   a table wait, and at the end of the import, all that wait come, people in the order of
    ///   their names. So the same files and options give the same batches in the same order, on any
    ///   machine and with any number of threads. The sink is called by the caller's thread only.
    /// - Cost: memory does not grow with the file, but for what is summed up (days, hours, minutes;
    ///   limited), the names of people (limited), and about sixteen bytes a row to recognise
    ///   repetitions in tables with a key (for four million rows).
    /// - Throws: ``IntakeError``; the rows that the sink took by then are to be thrown away.
    public static func read(
        _ path: String, options: IntakeOptions = .init(), into sink: inout some RowSink
    ) throws(IntakeError) -> IntakeReport {
        // The importers are not generic over the sink: one closure for each batch costs nothing.
        let outcome: Result<IntakeReport, IntakeError> = withoutActuallyEscaping({
            (rows: Rows, person: String?) throws in try sink.take(rows, of: person)
        }) { deliver in
            do throws(IntakeError) { return .success(try run(path, options, deliver)) } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    private static func run(
        _ path: String, _ options: IntakeOptions,
        _ deliver: @escaping (Rows, String?) throws -> Void
    ) throws(IntakeError) -> IntakeReport {
        let parcel = try Parcel(path, limits: options.limits)
        let detection = try Detection(parcel, mapping: options.mapping)
        try check(options, for: detection.format)
        let session = Session(format: detection.format, options: options, deliver: deliver)
        try detection.read(session, isMany: parcel.isMany)
        return try session.finish()
    }

    /// Refuses to overlook what was asked for: whose rows are taken must not depend on a word that says nothing.
    private static func check(
        _ options: IntakeOptions, for format: Format
    ) throws(IntakeError) {
        if options.profile != nil, format != .netflixActivity {
            throw IntakeError(
                .option, "a profile was asked for, and \(format.title) has none",
                mend: "Leave the profile out; only \(Format.netflixActivity.title) has some")
        }
        if options.personColumn != nil, format != .mapped {
            throw IntakeError(
                .option,
                "a column that tells people apart was asked for, and \(format.title) has its own form",
                mend: "Leave it out; it is for tables that are read by a mapping")
        }
    }
}
