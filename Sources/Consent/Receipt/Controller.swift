// SPDX-License-Identifier: Apache-2.0
public import Identity

/// Who runs a node and answers for it, as a consent receipt has to name them (the "party" fields
/// and the places of ISO/IEC TS 27560).
public struct Controller: Hashable, Sendable {
    /// The node, by the key that signs receipts.
    public let node: PartyID
    /// The legal name of whoever runs it.
    public let name: String
    /// Their postal address.
    public let address: String
    /// Where they can be reached: a URL (`https:` or `mailto:`).
    public let contact: String
    /// Whose law applies: a code of ISO 3166, such as "DE" or "US-CA", or "EU".
    public let jurisdiction: String
    /// Where data is stored, as the same codes.
    public let storage: [String]
    /// Where consent is withdrawn: a URL, or a command.
    public let withdrawal: String
    /// Where rights are exercised: a URL, or a command.
    public let rights: String
    /// The language of the notice: two letters (ISO 639).
    public let language: String

    /// Describes who runs a node.
    ///
    /// - Throws: ``MemberError`` for an empty or overlong text, a code that is none, or no place of
    ///   storage.
    public init(
        node: PartyID, name: String, address: String, contact: String, jurisdiction: String,
        storage: [String], withdrawal: String, rights: String, language: String
    ) throws(MemberError) {
        let texts = [
            ("name", name), ("address", address), ("contact", contact),
            ("withdrawal", withdrawal), ("rights", rights),
        ]
        for (member, text) in texts {
            let plain = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
            guard plain, (1...Controller.longest).contains(text.utf8.count) else {
                throw MemberError(
                    "controller.\(member)",
                    "1 to \(Controller.longest) bytes without control characters wanted")
            }
        }
        guard Controller.isPlace(jurisdiction) else {
            throw MemberError("controller.jurisdiction", "a code such as DE, US-CA or EU wanted")
        }
        guard !storage.isEmpty, storage.count <= 64, storage.allSatisfy(Controller.isPlace) else {
            throw MemberError("controller.storage", "codes such as DE, US-CA or EU wanted")
        }
        guard language.utf8.count == 2, language.utf8.allSatisfy({ (0x61...0x7a).contains($0) })
        else { throw MemberError("controller.language", "two letters such as en wanted") }
        self.node = node
        self.name = name
        self.address = address
        self.contact = contact
        self.jurisdiction = jurisdiction
        self.storage = storage
        self.withdrawal = withdrawal
        self.rights = rights
        self.language = language
    }

    /// The most bytes of one text.
    static let longest = 1024

    /// Two capital letters, and perhaps a part of the country.
    private static func isPlace(_ code: String) -> Bool {
        let parts = code.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count <= 2, parts[0].count == 2,
            parts[0].allSatisfy({ (0x41...0x5a).contains($0) })
        else { return false }
        return parts.dropFirst().allSatisfy { part in
            (1...3).contains(part.count)
                && part.allSatisfy { (0x41...0x5a).contains($0) || (0x30...0x39).contains($0) }
        }
    }
}
