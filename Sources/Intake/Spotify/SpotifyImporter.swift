// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Vault

/// Spotify's streaming history, of the account data (last year) and extended (all years).
///
/// Both give the moment a play ended, in UTC. A play of at least 30 seconds counts as listened.
/// User name, internet address, device and country are left out; plays of a private session too.
struct SpotifyImporter: Importer {
    private let session: Session
    private let isExtended: Bool

    init(_ session: Session, isExtended: Bool) {
        self.session = session
        self.isExtended = isExtended
    }

    private static let secrets: [(name: String, what: IntakeReport.Secret)] = [
        ("username", .name), ("ip_addr", .ip), ("ip_addr_decrypted", .ip), ("platform", .device),
        ("user_agent_decrypted", .device), ("conn_country", .address), ("city", .address),
        ("region", .address), ("metro_code", .address), ("longitude", .coordinates),
        ("latitude", .coordinates),
    ]

    func read(_ entry: Parcel.Entry) throws(IntakeError) {
        let writer = session.writer(StandardTables.plays)
        let elements = try JSONElements(entry, session: session)
        while let element = try elements.next() {
            writer.countRead()
            guard element.object != nil else {
                session.drop("no_play", "the element is no play", line: elements.line)
                continue
            }
            for secret in SpotifyImporter.secrets where element[secret.name]?.words != nil {
                session.mask(secret.what, secret.name)
            }
            let end = element[isExtended ? "ts" : "endTime"]?.string
            guard let moment = end.flatMap({ MomentText.parse($0) }), moment.microseconds != nil
            else {
                session.drop("no_date", "the date cannot be read", line: elements.line)
                continue
            }
            let length = element[isExtended ? "ms_played" : "msPlayed"]?.integer
            guard let length, length >= 0 else {
                session.drop("no_number", "the length cannot be read", line: elements.line)
                continue
            }
            if element["incognito_mode"]?.bool == true {
                session.drop(
                    "private_session", "played in a private session", line: elements.line)
                continue
            }
            writer.set(0, moment.utc(fallback: 0))
            writer.set(1, length)
            writer.set(9, length >= 30_000 ? 1 : 0)
            if isExtended { setExtended(writer, element) } else { setAccount(writer, element) }
            try writer.commit(of: nil)
        }
    }

    func finish() {}

    private func setAccount(_ writer: TableWriter, _ element: JSON) {
        let podcast = element["podcastName"]?.words
        writer.set(2, podcast == nil ? 0 : 1)
        writer.set(3, text: text(element["trackName"] ?? element["episodeName"]))
        writer.set(4, text: text(element["artistName"] ?? element["podcastName"]))
    }

    private func setExtended(_ writer: TableWriter, _ element: JSON) {
        let track = text(element["master_metadata_track_name"])
        let episode = text(element["episode_name"])
        let chapter = text(element["audiobook_chapter_title"]) ?? text(element["audiobook_title"])
        writer.set(2, track != nil ? 0 : episode != nil ? 1 : chapter != nil ? 2 : 3)
        writer.set(3, text: track ?? episode ?? chapter)
        writer.set(
            4,
            text: text(element["master_metadata_album_artist_name"])
                ?? text(element["episode_show_name"]) ?? text(element["audiobook_title"]))
        writer.set(5, text: text(element["master_metadata_album_album_name"]))
        for (column, name) in [(6, "skipped"), (7, "shuffle"), (8, "offline")] {
            writer.set(column, element[name]?.bool.map { $0 ? 1 : 0 })
        }
    }

    private func text(_ value: JSON?) -> String? {
        value?.words.map { session.shortened($0) }
    }
}
