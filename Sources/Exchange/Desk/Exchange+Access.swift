// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Identity
internal import Storage
internal import Synchronization

/// Who may act for a party through the network, and by what it was shown.
package struct Access: Hashable, Sendable {
    /// What was shown.
    package enum Means: Hashable, Sendable {
        /// The link that a starting node prints.
        case link
        /// An access key, by its digest.
        case accessKey(Digest)
        /// A passkey of the account, by the digest of its id.
        case passkey(Digest)
        /// A signature by the party's own key.
        case signature
    }

    /// The party's name here.
    package let party: String
    /// Whether the operator's doings are open to it.
    package let isOperator: Bool
    /// What was shown for it.
    package let means: Means

    /// Describes an access.
    package init(party: String, isOperator: Bool, means: Means) {
        self.party = party
        self.isOperator = isOperator
        self.means = means
    }
}

/// An access key as lists show it: never the secret, which is not kept.
package struct AccessKeyNote: Hashable, Sendable {
    /// The digest of the secret.
    package let id: Digest
    /// The party that it acts for.
    package let party: String
    /// Whether it opens the operator's doings.
    package let isOperator: Bool
    /// When it was made.
    package let made: Timestamp

    init?(id: Digest, json: JSON) {
        guard let party = json["party"]?.string, let isOperator = json["operator"]?.bool,
            let made = json["made"]?.string.flatMap(Timestamp.init)
        else { return nil }
        (self.id, self.party, self.isOperator, self.made) = (id, party, isOperator, made)
    }

    /// The machine-readable form, which is also how it is kept.
    package var json: JSON {
        [
            "id": .string(id.hex), "party": .string(party), "operator": .bool(isOperator),
            "made": .string(made.description),
        ]
    }
}

/// Access keys: what programs show to act for a party whose key is kept here.
extension Exchange {
    /// How an access key begins, so that it is recognised where it should not be.
    package static let accessKeyPrefix = "dvd_"

    /// The name of the party that the operator acts as.
    package static let operatorParty = "operator"

    /// How many access keys a party has at most.
    package static let mostAccessKeys = 32

    /// Makes an access key for a party. It is given out once: only its digest is kept.
    ///
    /// - Throws: when the party is not known here, its key needs a passphrase, or it has
    ///   ``mostAccessKeys`` already.
    package func makeAccessKey(for party: String, isOperator: Bool = false) throws -> String {
        _ = try knownKey(of: party)
        guard try accessKeys(of: party).count < Exchange.mostAccessKeys else {
            throw ExchangeError.refused(
                "\(party) has \(Exchange.mostAccessKeys) access keys already; end one first")
        }
        let secret = Exchange.accessKeyPrefix + Hex.encode(random(32))
        let value = try JSON.object([
            "party": .string(party), "operator": .bool(isOperator),
            "made": .string(now.description),
        ]).signable()
        try keep([.mark(Exchange.accessMark(Exchange.accessID(secret)), value)])
        return secret
    }

    /// Whose an access key is; nil when it is none, or was ended.
    package nonisolated func access(by secret: String) throws -> Access? {
        guard secret.hasPrefix(Exchange.accessKeyPrefix), secret.utf8.count == 68 else {
            return nil
        }
        let id = Exchange.accessID(secret)
        if let known = knownAccess.withLock({ $0[id] }) { return known }
        guard let bytes = try store.mark(Exchange.accessMark(id)) else { return nil }
        let json = try JSON(parsing: bytes)
        guard let party = json["party"]?.string, let isOperator = json["operator"]?.bool else {
            throw ExchangeError.refused("an access key's note is damaged; restore a backup")
        }
        let access = Access(party: party, isOperator: isOperator, means: .accessKey(id))
        // Only what is a key is remembered, so that guesses fill nothing; and nothing of one that was ended
        // while it was looked up.
        try knownAccess.withLock { known in
            if try store.mark(Exchange.accessMark(id)) != nil { known[id] = access }
        }
        return access
    }

    /// The access keys of a party, or of all parties, the oldest first.
    package func accessKeys(of party: String? = nil) throws -> [AccessKeyNote] {
        try store.marks(beginning: Exchange.accessMarks).compactMap { name, bytes in
            guard let id = Digest(hex: String(name.dropFirst(Exchange.accessMarks.count))) else {
                return nil
            }
            return AccessKeyNote(id: id, json: try JSON(parsing: bytes))
        }.filter { party == nil || $0.party == party }.sorted { $0.made < $1.made }
    }

    /// Ends an access key of a party: it opens nothing any more.
    ///
    /// - Throws: ``ExchangeError/unknown(what:name:hint:)`` when the party has none by this id.
    package func endAccessKey(_ id: Digest, of party: String) throws {
        guard try accessKeys(of: party).contains(where: { $0.id == id }) else {
            throw ExchangeError.unknown(
                what: "access key", name: id.short, hint: "it was ended, or never was")
        }
        try keep([.unmark(Exchange.accessMark(id))])
        knownAccess.withLock { $0[id] = nil }
    }

    /// The notes that end all access keys of a party.
    func endingAccessKeys(of party: String) throws -> [Note] {
        try accessKeys(of: party).map { key in
            knownAccess.withLock { $0[key.id] = nil }
            return .unmark(Exchange.accessMark(key.id))
        }
    }

    /// Keeps notes that belong to no entry, durably.
    func keep(_ notes: [Note]) throws {
        try store.write([], after: UInt64(log.size), notes: notes)
    }

    /// A key has 256 random bits, so its plain digest gives nothing away.
    private static func accessID(_ secret: String) -> Digest { Digest(of: Array(secret.utf8)) }

    private static let accessMarks = "access/"

    private static func accessMark(_ id: Digest) -> String { accessMarks + id.hex }
}
