// SPDX-License-Identifier: Apache-2.0
internal import Identity

/// Which machines kept studies from an answer, in memory: who did so twice within a day is not asked for the rest of one.
struct SpoiledStudies: Sendable {
    /// How long it is remembered.
    static let memory = Duration.seconds(86_400)
    /// How often it may happen in that time.
    static let most = 1

    private var times: [PartyID: [Duration]] = [:]

    /// Keeps that a study came to nothing by some machines.
    mutating func note(_ parties: Set<PartyID>, at now: Duration) {
        times = times.compactMapValues { times in
            let left = times.filter { now - $0 < SpoiledStudies.memory }
            return left.isEmpty ? nil : left
        }
        for party in parties { times[party, default: []].append(now) }
    }

    /// Whether a machine is asked.
    func allows(_ party: PartyID, at now: Duration) -> Bool {
        guard let times = times[party] else { return true }
        return times.count { now - $0 < SpoiledStudies.memory } <= SpoiledStudies.most
    }
}
