// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// Netflix's ViewingActivity.csv: each profile of a household is a person of its own.
///
/// Start times are UTC. Trailers and autoplay ("Supplemental Video Type") are no viewing.
final class NetflixActivityImporter: Importer {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func read(_ entry: Parcel.Entry) throws(IntakeError) {
        let profiles = try self.profiles(entry)
        let wish = session.options.profile
        if let wish, !profiles.contains(wish) {
            throw IntakeError(
                .option, "the file has no profile of the name that was asked for",
                mend: "It holds \(profiles.count); write the name as Netflix shows it")
        }
        if wish == nil, profiles.count > 1 {
            session.warn(
                "The file holds \(profiles.count) profiles; each is a person of its own. Choose one "
                    + "profile to import only your own viewing")
        }
        let isNamed = wish == nil && profiles.count > 1
        let table = try CSVTable(entry, session: session)
        let writer = session.writer(StandardTables.views)
        let profile = try table.require("Profile Name")
        let start = try table.require("Start Time")
        let duration = try table.require("Duration")
        let title = try table.require("Title")
        let kind = table.place("Supplemental Video Type")
        let device = table.place("Device Type")
        let country = table.place("Country")
        let taken = [profile, start, duration, title, kind, device, country].compactMap(\.self)
        table.sayUnread(except: Set(taken))
        while try table.next() {
            writer.countRead()
            let line = table.reader.line
            let name = trimmed(try table.reader.text(profile))
            if !name.isEmpty { session.mask(.name, "Profile Name") }
            if let device, !table.reader.field(device).isEmpty {
                session.mask(.device, "Device Type")
            }
            if let wish, wish != name {
                session.drop("other_profile", "another profile's viewing", line: line)
                continue
            }
            if let kind, !trimmed(table.reader.field(kind)).isEmpty {
                session.drop(
                    "supplemental_video", "a trailer or automatic preview, not viewing", line: line)
                continue
            }
            guard let moment = MomentText.parse(trimmed(table.reader.field(start))),
                moment.microseconds != nil
            else {
                session.drop("no_date", "the start time cannot be read", line: line)
                continue
            }
            guard let seconds = NetflixActivityImporter.seconds(table.reader.field(duration)) else {
                session.drop("no_number", "the duration cannot be read", line: line)
                continue
            }
            writer.set(0, moment.day)
            writer.set(1, moment.utc(fallback: 0))
            writer.set(2, seconds)
            writer.set(3, text: session.shortened(trimmed(try table.reader.text(title))))
            if let country {
                // "GB (United Kingdom)": the code is enough.
                let text = try table.reader.text(country)
                writer.set(4, text: text.split(separator: " ").first.map(String.init))
            }
            try writer.commit(of: isNamed ? name : nil)
        }
    }

    func finish() {}

    private func profiles(_ entry: Parcel.Entry) throws(IntakeError) -> Set<String> {
        let reader = try CSVReader(try entry.open(), limits: session.limits)
        let names = try CSVTable.header(reader)
        var found: Set<String> = []
        guard let place = names.firstIndex(where: { $0.lowercased() == "profile name" }) else {
            return found
        }
        while try reader.next() {
            guard reader.count == names.count, !reader.isBroken else { continue }
            found.insert(trimmed(try reader.text(place)))
            guard found.count <= 1_000 else {
                throw IntakeError(
                    .malformed, "more than 1,000 profiles", mend: "Download the file again")
            }
        }
        return found
    }

    /// H:MM:SS as seconds.
    static func seconds(_ bytes: Bytes) -> Int64? {
        var total: Int64 = 0
        let parts = trimmed(bytes).split(separator: UInt8(ascii: ":"))
        guard parts.count == 3 else { return nil }
        for part in parts {
            guard let value = Number.scaled(part, scale: 0), (0...100_000).contains(value),
                part.allSatisfy({ (0x30...0x39).contains($0) })
            else { return nil }
            total = total * 60 + value
        }
        return total
    }
}

/// The short NetflixViewingHistory.csv: title and day, in the account's own order of day and month.
struct NetflixHistoryImporter: Importer {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func read(_ entry: Parcel.Entry) throws(IntakeError) {
        var evidence = OrderEvidence()
        let first = try CSVReader(try entry.open(), limits: session.limits)
        _ = try first.next()
        while try first.next() {
            if first.count == 2 { evidence.observe(trimmed(first.field(1)), line: first.line) }
        }
        let order = try evidence.decide(session.options.dateOrder, column: "Date")
        let table = try CSVTable(entry, session: session)
        let title = try table.require("Title")
        let date = try table.require("Date")
        let writer = session.writer(StandardTables.views)
        while try table.next() {
            writer.countRead()
            guard let moment = MomentText.parse(trimmed(table.reader.field(date)), order: order)
            else {
                session.drop("no_date", "the date cannot be read", line: table.reader.line)
                continue
            }
            writer.set(0, moment.day)
            writer.set(3, text: session.shortened(trimmed(try table.reader.text(title))))
            try writer.commit(of: nil)
        }
    }

    func finish() {}
}
