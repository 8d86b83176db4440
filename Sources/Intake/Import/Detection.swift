// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// Which files of a parcel are read, and by which importer; told by their first bytes.
struct Detection {
    let format: Format
    private let files: [Parcel.Entry]
    private let passed: [String]

    /// Looks at the head of each file.
    ///
    /// - Throws: ``IntakeError/Code/unknownFormat``, ``IntakeError/Code/severalFormats``, and what
    ///   opening throws.
    init(_ parcel: Parcel, mapping: Mapping?) throws(IntakeError) {
        var found: [(format: Format, entry: Parcel.Entry)] = []
        var passed: [String] = []
        var hint: IntakeError?
        for entry in parcel.entries {
            do throws(IntakeError) {
                let format = try Detection.format(of: entry, mapping: mapping)
                found.append((format, entry))
            } catch {
                guard parcel.isMany else { throw error.inside(entry.name) }
                // A damaged archive is refused as a whole; a file we do not know is passed over.
                if error.code == .limit || error.code == .truncated {
                    throw error.inside(entry.name)
                }
                if hint == nil || error.code != .unknownFormat { hint = error.inside(entry.name) }
                passed.append(entry.name)
            }
        }
        guard let first = found.first else {
            if let hint, passed.count == 1 { throw hint }
            throw IntakeError(
                .unknownFormat, "none of the \(passed.count) files is of a known format",
                mend: Detection.known)
        }
        let formats = Set(found.map(\.format))
        guard formats.count == 1 else {
            let names = formats.map(\.title).sorted().joined(separator: "; ")
            throw IntakeError(
                .severalFormats, "this holds several exports: \(names)",
                mend: "Import them one by one, by naming the file or folder of each")
        }
        format = first.format
        files = found.map(\.entry)
        self.passed = passed
    }

    /// Reads all files found.
    func read(_ session: Session, isMany: Bool) throws(IntakeError) {
        if !passed.isEmpty {
            let names = passed.prefix(3).joined(separator: ", ")
            session.warn(
                "\(passed.count) other files were not read (\(names)\(passed.count > 3 ? ", …" : ""))"
            )
        }
        let importer: any Importer =
            switch format {
            case .fitabase: FitabaseImporter(session)
            case .adult: AdultImporter(session)
            case .fitbit: FitbitImporter(session)
            case .netflixActivity: NetflixActivityImporter(session)
            case .netflixHistory: NetflixHistoryImporter(session)
            case .spotifyAccount: SpotifyImporter(session, isExtended: false)
            case .spotifyExtended: SpotifyImporter(session, isExtended: true)
            case .amazonOrders, .amazonLegacy: AmazonImporter(session)
            case .chrome, .firefox, .safari: BrowserImporter(session, format)
            case .mapped: try MappedImporter(session)
            case .appleHealth: AppleImporter(session)
            }
        for entry in files {
            session.file = isMany ? entry.name : nil
            session.countFile()
            do throws(IntakeError) { try importer.read(entry) } catch {
                throw error.inside(entry.name)
            }
        }
        session.file = nil
        try importer.finish()
    }

    private static let known =
        "Known are: " + Format.allCases.dropLast().map(\.title).joined(separator: ", ")
        + "; any other CSV or TSV needs a mapping (docs/formats/mapping.md)"

    private static func format(
        of entry: Parcel.Entry, mapping: Mapping?
    ) throws(IntakeError) -> Format {
        let head = try entry.open().head(1 << 16)
        guard !head.isEmpty else {
            throw IntakeError(.empty, "the file is empty", mend: "Download it again")
        }
        if mapping == nil {
            if head.starts(with: Array("SQLite format 3\u{0}".utf8)) {
                return try BrowserDatabase.format(of: entry)
            }
            if head.starts(with: [0x1f, 0x8b]) {
                throw IntakeError(
                    .unknownFormat, "this is packed by gzip", mend: "Unpack it first: gunzip FILE")
            }
            let text = head.starts(with: [0xef, 0xbb, 0xbf]) ? head.dropFirst(3) : head[...]
            switch text.first(where: { !$0.isSpace }) {
            case UInt8(ascii: "<"): return try AppleImporter.format(ofHead: head)
            case UInt8(ascii: "["), UInt8(ascii: "{"): return try JSONSniff.format(ofHead: head)
            default: break
            }
        }
        let reader = try CSVReader(
            MemoryStream(wholeLines(head)), limits: .init(), dialect: mapping?.dialect)
        let names = try CSVTable.header(reader)
        if mapping != nil { return .mapped }
        if let format = CSVSniff.format(of: names) { return format }
        try HeaderLine.check(names, reader)
        guard names.count > 1 else {
            throw IntakeError(.unknownFormat, "no importer knows this content", mend: known)
        }
        // The first line may be no header but somebody's row: its words are not repeated.
        let isDoubtful = HeaderLine.looksLikeValues(names)
        throw IntakeError(
            .unknownTable, "no importer knows this table of \(names.count) columns",
            mend: "Say what they hold in a mapping (docs/formats/mapping.md)"
                + (isDoubtful
                    ? "; its first line looks like values, not names: say \"header\": false there"
                    : ""))
    }

    /// Up to the last line end, so that a head cut inside a quote or a character reads as text.
    private static func wholeLines(_ head: [UInt8]) -> [UInt8] {
        guard head.count == 1 << 16 else { return head }
        guard let end = head.firstIndex(where: { $0 == 0x0a || $0 == 0x0d }) else { return head }
        return Array(head[...end])
    }
}

/// Reads the files of one format, one after another.
protocol Importer {
    /// Reads one file.
    func read(_ entry: Parcel.Entry) throws(IntakeError)
    /// Hands on what was summed up over all files.
    func finish() throws(IntakeError)
}

extension UInt8 {
    /// Whether JSON and XML pass over it.
    var isSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0a || self == 0x0d }
}
