// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Storage

/// What opens a party's doors, for the operator: how many, never which.
package struct Doors: Sendable {
    /// The party's name here.
    package let party: String
    /// How many access keys act for it.
    package var accessKeys = 0
    /// How many passkeys open it.
    package var passkeys = 0
}

extension Exchange {
    /// The access keys and passkeys of every party whose key is kept here.
    package func doors() throws -> [Doors] {
        var doors: [String: Doors] = [:]
        for party in partyNames() { doors[party] = Doors(party: party) }
        func parties(_ prefix: String) throws -> [String] {
            try store.marks(beginning: prefix).compactMap {
                try? JSON(parsing: $0.bytes)["party"]?.string
            }
        }
        for party in try parties("access/") { doors[party]?.accessKeys += 1 }
        for party in try parties("passkey/") { doors[party]?.passkeys += 1 }
        return doors.values.sorted { $0.party < $1.party }
    }
}
