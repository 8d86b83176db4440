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

    /// Reads the file and hands its rows on, at most 4,096 at a time, one person and table each.
    ///
    /// Memory does not grow with the file, but for what is summed up (days, hours, minutes; limited)
    /// and eight bytes a row to recognise repetitions.
    ///
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
        let session = Session(format: detection.format, options: options, deliver: deliver)
        try detection.read(session, isMany: parcel.isMany)
        return try session.finish()
    }
}
