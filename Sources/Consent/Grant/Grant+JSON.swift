// SPDX-License-Identifier: Apache-2.0
public import Canon
internal import Identity

extension Grant {
    static let format = "dividend-grant/1"

    /// The grant as JSON: 64-bit numbers and moments as text, no fractions, lists in rising order.
    public var json: JSON {
        [
            "format": .string(Grant.format),
            "party": .string(party.did),
            "pool": .string(pool),
            "tables": .array(tables.map { .string($0) }),
            "purposes": .array(mask.purposes.map { .string($0.id) }),
            "purposeList": .string(PurposeTree.version),
            "priceFloor": .string(String(priceFloor)),
            "privacyLimit": .string(String(privacyLimit)),
            "privacyPerStudy": .string(String(privacyPerStudy)),
            "uses": .integer(Int64(uses)),
            "given": .string(given.description),
            "starts": .string(starts.description),
            "expires": .string(expires.description),
            "notice": .string(notice.hex),
            "commitment": .string(commitment.hex),
        ]
    }

    /// The canonical bytes (RFC 8785), which are signed and named by ``id``.
    ///
    /// Written out by hand, since a journal is replayed grant by grant: members in their order, and
    /// no value that needs an escape.
    public var canonical: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(1024)
        func text(_ name: String, _ value: String) { out += "\"\(name)\":\"\(value)\",".utf8 }
        func texts(_ name: String, _ values: [String]) {
            let list = values.map { "\"\($0)\"" }.joined(separator: ",")
            out += "\"\(name)\":[\(list)],".utf8
        }
        out.append(UInt8(ascii: "{"))
        text("commitment", commitment.hex)
        text("expires", expires.description)
        text("format", Grant.format)
        text("given", given.description)
        text("notice", notice.hex)
        text("party", party.did)
        text("pool", pool)
        text("priceFloor", String(priceFloor))
        text("privacyLimit", String(privacyLimit))
        text("privacyPerStudy", String(privacyPerStudy))
        text("purposeList", PurposeTree.version)
        texts("purposes", mask.purposes.map(\.id))
        text("starts", starts.description)
        texts("tables", tables)
        out += "\"uses\":\(uses)}".utf8
        return out
    }

    /// Reads what ``json`` gives, and nothing else: every member once, none more, in the one
    /// spelling that each value has.
    ///
    /// - Parameter path: the name of the grant within a larger document, for errors.
    /// - Throws: ``MemberError`` with the path of the member that is wrong.
    public init(json: JSON, at path: String = "") throws(MemberError) {
        var members = try Members(json, at: path)
        try members.constant("format", Grant.format)
        try members.constant("purposeList", PurposeTree.version)
        let tables = try members.texts("tables")
        var purposes: [Purpose] = []
        for id in try members.texts("purposes") {
            guard let purpose = Purpose(id) else {
                throw MemberError(members.name("purposes"), "\"\(id)\" is not in the list")
            }
            guard purposes.last.map({ $0 < purpose }) ?? true else {
                throw MemberError(members.name("purposes"), "rising order wanted, each once")
            }
            purposes.append(purpose)
        }
        let party = try members.party("party")
        let pool = try members.text("pool")
        let priceFloor = try members.wide("priceFloor", Int64.self)
        let limit = try members.wide("privacyLimit", UInt64.self)
        let perStudy = try members.wide("privacyPerStudy", UInt64.self)
        let uses = try members.count("uses")
        let (given, starts, expires) = (
            try members.time("given"), try members.time("starts"), try members.time("expires")
        )
        let (notice, commitment) = (try members.digest("notice"), try members.digest("commitment"))
        try members.finish()
        do throws(MemberError) {
            try self.init(
                party: party, pool: pool, tables: tables, mask: PurposeMask(purposes),
                priceFloor: priceFloor, privacyLimit: limit, privacyPerStudy: perStudy, uses: uses,
                given: given, starts: starts, expires: expires, notice: notice,
                commitment: commitment)
        } catch {
            throw MemberError(members.name(error.member), error.reason)
        }
        guard tables == self.tables else {
            throw MemberError(members.name("tables"), "rising order wanted")
        }
    }

    /// Reads a grant from JSON text; white space and the order of members are free.
    public init(parsing text: [UInt8]) throws(MemberError) {
        try self.init(json: try parse(text))
    }
}
