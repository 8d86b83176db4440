// SPDX-License-Identifier: Apache-2.0
internal import Canon
package import Identity
internal import Storage

/// Who may act for a party through the network.
package struct Access: Hashable, Sendable {
    /// The party's name here.
    package let party: String
    /// Whether the operator's doings are open to it.
    package let isOperator: Bool

    /// Describes an access.
    package init(party: String, isOperator: Bool) {
        self.party = party
        self.isOperator = isOperator
    }
}

/// Access keys: what programs show to act for a party whose key is kept here.
extension Exchange {
    /// How an access key begins, so that it is recognised where it should not be.
    package static let accessKeyPrefix = "dvd_"

    /// The name of the party that the operator acts as.
    package static let operatorParty = "operator"

    /// Makes an access key for a party. It is given out once: only its digest is kept.
    ///
    /// - Throws: when the party is not known here, or its key needs a passphrase.
    package func makeAccessKey(_ access: Access) throws -> String {
        _ = try knownKey(of: access.party)
        let secret = Exchange.accessKeyPrefix + Hex.encode(random(32))
        let value = try JSON.object([
            "party": .string(access.party), "operator": .bool(access.isOperator),
        ]).signable()
        try store.write(
            [], after: UInt64(log.size), notes: [.mark(Exchange.accessMark(secret), value)])
        return secret
    }

    /// Whose an access key is; nil when it is none.
    package func access(by secret: String) throws -> Access? {
        guard secret.hasPrefix(Exchange.accessKeyPrefix), secret.utf8.count == 68,
            let bytes = try store.mark(Exchange.accessMark(secret))
        else { return nil }
        let json = try JSON(parsing: bytes)
        guard let party = json["party"]?.string, let isOperator = json["operator"]?.bool else {
            throw ExchangeError.refused("an access key's note is damaged; restore a backup")
        }
        return Access(party: party, isOperator: isOperator)
    }

    /// A key has 256 random bits, so its plain digest gives nothing away.
    private static func accessMark(_ secret: String) -> String {
        "access/" + Digest(of: Array(secret.utf8)).hex
    }
}

/// Passkeys: what people show in a browser to act for a party whose key is kept here.
extension Exchange {
    /// Makes a party that a passkey opens.
    ///
    /// - Throws: when the name is taken or no name, or the credential opens another party already.
    package func createParty(named name: String, openedBy credential: PasskeyCredential) throws {
        let mark = Exchange.passkeyMark(credential.id)
        guard try store.mark(mark) == nil else {
            throw ExchangeError.refused(
                "this passkey opens another account already; sign in with it")
        }
        guard !partyNames().contains(name) else {
            throw ExchangeError.refused("the name \(name) is taken; choose another")
        }
        _ = try createParty(named: name)
        try keep(credential, for: name)
    }

    /// The party that a passkey opens, and its credential; nil when nobody knows it.
    package func passkey(_ id: [UInt8]) throws -> (party: String, credential: PasskeyCredential)? {
        guard let bytes = try store.mark(Exchange.passkeyMark(id)) else { return nil }
        let json = try JSON(parsing: bytes)
        guard let party = json["party"]?.string, let credential = json["credential"] else {
            throw ExchangeError.refused("a passkey's note is damaged; restore a backup")
        }
        return (party, try PasskeyCredential(json: credential))
    }

    /// Keeps a credential as it is after it was used.
    package func keep(_ credential: PasskeyCredential, for party: String) throws {
        let value = try JSON.object(["party": .string(party), "credential": credential.json])
            .signable()
        try store.write(
            [], after: UInt64(log.size),
            notes: [.mark(Exchange.passkeyMark(credential.id), value)])
    }

    private static func passkeyMark(_ id: [UInt8]) -> String { "passkey/" + Digest(of: id).hex }
}
