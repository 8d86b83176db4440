// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Identity

/// By what a machine kept a study from an answer, or could have.
package struct SpoiledStudy: Hashable, Sendable {
    /// What it did.
    package enum Fault: String, Sendable {
        /// It left, or was too slow, in a study that came to nothing.
        case silent
        /// More machines than can have agreed to lie say that what it sealed for them does not open.
        case shares
    }

    /// The order.
    package let order: Digest
    /// What happened.
    package let fault: Fault
    /// When.
    package let time: Timestamp

    var json: JSON {
        [
            "order": .string(order.hex), "fault": .string(fault.rawValue),
            "time": .string(time.description),
        ]
    }
}

/// The studies that one machine spoiled within a day: who did so twice is not asked until less than two are left of them.
package struct SpoiledStudies: Hashable, Sendable {
    /// How long it is remembered, in milliseconds.
    static let memory: Int64 = 86_400_000
    /// How often it may happen in that time.
    static let most = 1

    /// The machine's key in the pool.
    package let party: PartyID
    /// The studies, from the oldest.
    package private(set) var studies: [SpoiledStudy]

    init(of party: PartyID, _ studies: [SpoiledStudy] = []) {
        (self.party, self.studies) = (party, studies)
    }

    /// Adds one; what is older than a day is forgotten.
    mutating func add(_ study: SpoiledStudy) {
        forget(at: study.time)
        // What was written before a crash is not written twice.
        guard !studies.contains(where: { $0.order == study.order }) else { return }
        studies.append(study)
    }

    /// Forgets what is older than a day.
    mutating func forget(at now: Timestamp) {
        studies.removeAll { $0.time.adding(milliseconds: SpoiledStudies.memory) <= now }
    }

    /// Until when the machine is not asked; nil where it is.
    package func isOut(at now: Timestamp) -> Timestamp? {
        var left = self
        left.forget(at: now)
        guard left.studies.count > SpoiledStudies.most else { return nil }
        let last = left.studies[left.studies.count - 1 - SpoiledStudies.most]
        return last.time.adding(milliseconds: SpoiledStudies.memory)
    }
}

extension SpoiledStudies {
    /// The machine-readable form.
    package func json(at now: Timestamp) -> JSON {
        [
            "party": .string(party.did), "studies": .array(studies.map(\.json)),
            "out_until": isOut(at: now).map { .string($0.description) } ?? .null,
        ]
    }

    /// What is kept.
    var kept: JSON { ["party": .string(party.did), "studies": .array(studies.map(\.json))] }

    /// Reads what is kept; nil where it is damaged.
    init?(kept bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes),
            let party = json["party"]?.string.flatMap(PartyID.init(did:)),
            let list = json["studies"]?.array
        else { return nil }
        let studies = list.compactMap { item -> SpoiledStudy? in
            guard let order = item["order"]?.string.flatMap({ Digest(hex: $0) }),
                let fault = item["fault"]?.string.flatMap(SpoiledStudy.Fault.init),
                let time = item["time"]?.string.flatMap(Timestamp.init)
            else { return nil }
            return SpoiledStudy(order: order, fault: fault, time: time)
        }
        guard studies.count == list.count else { return nil }
        self.init(of: party, studies)
    }
}
