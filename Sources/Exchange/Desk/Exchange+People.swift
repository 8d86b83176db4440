// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Crypto
internal import Foundation
package import Identity
package import Ledger
internal import Market
internal import Synchronization

/// Parties and their money.
extension Exchange {
    /// Makes a key for a party and keeps it in the folder.
    package func createParty(named name: String, passphrase: String? = nil) throws -> PartyID {
        guard Exchange.isName(name) else {
            throw ExchangeError.refused("a name has 1 to 64 of a-z, 0-9 and -, not '\(name)'")
        }
        var random = surroundings.generator
        let key = SigningKey(using: &random)
        try home.makeKeys()
        try KeyFile.create(
            key, at: home.key(named: name), passphrase: passphrase, using: &random)
        if passphrase == nil { keyOwners.withLock { $0?[key.id] = name } }
        return key.id
    }

    /// Whether a party can be called so here.
    private static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
            }
    }

    /// The names of the parties whose keys are kept here.
    package nonisolated func partyNames() -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: home.keys)) ?? []
        return files.filter { $0.hasSuffix(".key") }.map { String($0.dropLast(4)) }.sorted()
    }

    /// The name of the party whose key is kept here, open, and is this one. Whoever has a sealed key signs
    /// elsewhere.
    ///
    /// - Cost: reads every key the first time; then none is read, whoever is asked for.
    package nonisolated func partyName(of id: PartyID) -> String? {
        keyOwners.withLock { owners in
            if let owners { return owners[id] }
            var found: [PartyID: String] = [:]
            for name in partyNames() {
                guard let key = try? KeyFile.read(home.key(named: name)) else { continue }
                found[key.id] = name
            }
            owners = found
            return found[id]
        }
    }

    /// The key of a party by its name here, or of a person in custody (`custody:PREFIX/LABEL`).
    package func key(of name: String, passphrase: String? = nil) throws -> SigningKey {
        if let person = try CustodyName(name) { return custodyKey(of: person.label) }
        let path = home.key(named: name)
        guard !name.contains("/"), FileManager.default.fileExists(atPath: path) else {
            throw ExchangeError.unknown(
                what: "party", name: name,
                hint: Exchange.isName(name)
                    ? "run `dividend party create \(name)`, or `dividend party list`"
                    : "`dividend party list` shows them")
        }
        return try KeyFile.read(path, passphrase: passphrase)
    }

    /// The key of a party by its name, or of somebody in custody whom an import named.
    ///
    /// - Throws: ``ExchangeError/unknown(what:name:hint:)`` for a label that no import gave: its key
    ///   could be derived, but nobody would stand behind it.
    package func knownKey(of name: String, passphrase: String? = nil) throws -> SigningKey {
        if let person = try CustodyName(name),
            try !custodyLabels(prefix: person.prefix).contains(person.rest)
        {
            throw ExchangeError.unknown(
                what: "person", name: name,
                hint: "no import with --custody \(person.prefix) named anybody so")
        }
        return try key(of: name, passphrase: passphrase)
    }

    /// The key of a person who has none of her own: derived, so nothing about her is stored.
    nonisolated func custodyKey(of label: String) -> SigningKey {
        custody.pseudonym(for: "custody/" + label)
    }

    /// The most that one deposit brings: a thousand millions. The account of the world outside takes some
    /// thousand times as much in all, and one slip must not use that up for everybody.
    package static let largestDeposit: Int64 = 1_000_000_000_000_000

    /// Books money that came in from outside, with a commitment to the operator's reference for it.
    ///
    /// - Throws: for more than ``largestDeposit``.
    package func deposit(_ amount: Amount, to party: PartyID, reference: String) throws {
        guard amount.microunits <= Exchange.largestDeposit else {
            throw ExchangeError.refused(
                "\(amount) at once is more than any deposit; the most is "
                    + Amount.text(Exchange.largestDeposit) + ": book it in parts")
        }
        let commitment = Digest(
            of: depositSalt(at: UInt64(log.size)).bytes, Array(reference.utf8))
        try record([.deposited(party, amount, reference: commitment)])
    }

    /// What the commitment to a deposit's reference is salted with: only the node can make it, and
    /// can make it again from the place of the entry.
    func depositSalt(at index: UInt64) -> Canon.Digest {
        var writer = ByteWriter()
        writer.write(raw: Array("dividend/deposit/v1".utf8))
        writer.write(raw: node.seed)
        writer.write(index)
        return Digest(of: writer.bytes)
    }

    /// Pays money out to the outside world: from a party's hidden account where she has one with money, else
    /// from her own account and the accounts of her pseudonyms. Never from both at once: entries side by side
    /// would tell whose the hidden account is.
    ///
    /// - Returns: what is paid, and whether it is on its way until its batch is proven.
    package func cashOut(
        _ key: SigningKey, most: Amount
    ) throws -> (paid: Amount, isPending: Bool) {
        let drawn = try draw(key.id, most: most)
        guard drawn == .zero else { return (drawn, true) }
        var left = most
        var changes: [Change] = []
        for source in accounts(of: key) {
            let available = state.books.balance(of: Accounts.party(source.id))?.available ?? 0
            guard let amount = Amount(microunits: min(available, left.microunits)),
                amount > .zero
            else { continue }
            changes.append(.cashedOut(Cashout(amount, at: now, on: node.id, by: source)))
            left = left.subtracting(amount) ?? .zero
        }
        guard !changes.isEmpty else {
            throw ExchangeError.refused(
                try hiddenMoney(of: key.id).pending > 0
                    ? "there is nothing to pay out yet: what is pending has to be proven first"
                    : "there is nothing to pay out")
        }
        try record(changes)
        return (most.subtracting(left) ?? .zero, false)
    }

    /// A party's own key and the keys of her pseudonyms.
    package func accounts(of key: SigningKey) -> [SigningKey] {
        [key] + state.pools.keys.sorted().map { key.pseudonym(for: Exchange.poolContext($0)) }
    }

    /// What a party has and is owed, in micro-units.
    package struct PartyMoney: Hashable, Sendable {
        /// What she can spend or take out.
        package let available: Int64
        /// What is on its way to her hidden account, until it is proven.
        package let pending: Int64
        /// What pools owe her.
        package let claims: Int64

        /// All of it: what the lines of her statement add up to.
        package var everything: Int64 { available + pending + claims }
    }

    /// What a party can spend or take out now, what is on its way to her, and what pools owe her.
    package func money(of key: SigningKey) throws -> PartyMoney {
        var (available, pending) = try hiddenMoney(of: key.id)
        var claims: Int64 = 0
        for source in accounts(of: key) {
            let account = Accounts.party(source.id)
            available += state.books.balance(of: account)?.available ?? 0
            for pool in state.pools.values { claims += pool.register.claim(of: account).microunits }
        }
        return PartyMoney(available: available, pending: pending, claims: claims)
    }

    /// The context of a party's pseudonym in a pool.
    static func poolContext(_ pool: String) -> String { "pool/" + pool }
    /// The context of a party's pseudonym in the vault.
    static let vaultContext = "vault"

    func random(_ count: Int) -> [UInt8] {
        var generator = surroundings.generator
        return generator.bytes(count)
    }
}

/// A person in custody as people write her: `custody:PREFIX/LABEL`.
package struct CustodyName: Sendable {
    /// What the import gave with --custody.
    let prefix: String
    /// What the file calls her.
    let rest: String

    /// Both, as the key is derived from.
    var label: String { prefix + "/" + rest }

    private static let mark = "custody:"

    /// Reads a name; nil for one that is not of anybody in custody.
    ///
    /// - Throws: ``ExchangeError/refused(_:)`` when it begins so and does not go on so.
    init?(_ name: String) throws {
        guard name.hasPrefix(CustodyName.mark) else { return nil }
        let parts = name.dropFirst(CustodyName.mark.count)
            .split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, CustodyName.isPrefix(String(parts[0])), !parts[1].isEmpty else {
            throw ExchangeError.refused(
                "write custody:PREFIX/LABEL, the prefix as in --custody, not '\(name)'")
        }
        guard parts[1].unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else {
            throw ExchangeError.refused("'\(name)' has control characters; write the plain label")
        }
        prefix = String(parts[0])
        rest = String(parts[1])
    }

    /// Whether it names somebody in custody, known or not.
    package static func isName(_ text: String) -> Bool { (try? CustodyName(text)) != nil }

    /// Whether it can be a prefix: 1 to 64 of a-z 0-9 . _ -.
    package static func isPrefix(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
