// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Hummingbird
internal import Identity
internal import Intake

extension Node {
    /// The most bytes of memory that the rows of one file take while they are stored, about.
    static let mostGathered = 256 << 20

    /// Stores a file that waited, all of it or nothing.
    ///
    /// - Parameters:
    ///   - profile: whose rows, of a file about several people.
    ///   - custody: under which prefix the people of the file are kept; nil for the party's own rows.
    func store(
        _ id: String, of access: Access, profile: String?, custody: String?
    ) async throws -> ImportOutcome {
        let key = try await exchange.knownKey(of: access.party)
        if let custody, !CustodyName.isPrefix(custody) {
            throw Problem(
                .unprocessableContent, "format", "a prefix is 1 to 64 of a-z, 0-9, '.', '_' and '-'"
            )
        }
        let upload = try uploads.take(id, of: access.party, at: now, ImportRoutes.requireAll)
        guard case .ready = upload.stage else {
            uploads.end(id, upload.stage)
            throw Problem(
                .conflict, "mapping_wanted",
                "nobody knows this table; say first how to read it, at …/preview")
        }
        uploads.change(id) { $0.stage = .storing }
        var options = upload.options
        options.profile = profile ?? options.profile
        let (reading, path) = (options, upload.path)
        let owner = custody.map { ImportOwner.custody(prefix: $0) } ?? .party(key)
        do {
            let outcome = try await stores.take(for: access.party) {
                let gathered = await Upload.away {
                    Result { try Exchange.gather(path, reading, mostBytes: Node.mostGathered) }
                }
                return try await exchange.store(try gathered.get(), owner: owner)
            }
            uploads.end(id, .stored(outcome))
            uploads.removeBytes(of: upload)
            return outcome
        } catch {
            // The file waits on: what was wrong may be mended.
            uploads.end(id, upload.stage)
            throw error
        }
    }
}
