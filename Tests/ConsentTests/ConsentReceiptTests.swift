// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Testing
import TestSupport

@testable import Consent

@Suite struct ConsentReceiptTests {
    private let node = key(100)

    private func controller() throws -> Controller {
        try Controller(
            node: node.id, name: "Example Data Co-operative", address: "1 Example Street, Example",
            contact: "mailto:privacy@example.org", jurisdiction: "DE", storage: ["DE", "US-CA"],
            withdrawal: "https://example.org/withdraw", rights: "https://example.org/rights",
            language: "en")
    }

    private func signed() throws -> SignedGrant {
        try #require(
            SignedGrant(
                try grant(
                    party: key(1).id, tables: ["activity_days", "profile"],
                    purposes: purposes("AcademicResearch", "PublicBenefit"), limit: .max),
                by: key(1)))
    }

    private func receipt() throws -> ConsentReceipt {
        try ConsentReceipt(for: signed(), from: controller(), issued: at(60), by: node)
    }

    @Test func `a receipt checks offline and says what was granted`() throws {
        let made = try receipt()
        let checked = try ConsentReceipt.check(made.bytes)
        #expect(checked == made)
        #expect(checked.signed == (try signed()))
        #expect(checked.controller == (try controller()))
        #expect(checked.issued == at(60))
        #expect(try ConsentReceipt.check(made.bytes, expecting: node.id) == made)
    }

    @Test func `the document is pinned`() throws {
        let signature = try #require(Signature(bytes: [UInt8](repeating: 7, count: 64)))
        let unsigned = ReceiptDocument.make(
            for: SignedGrant(try signed().grant, signature: signature), from: try controller(),
            issued: at(60))
        #expect(
            Digest(of: bytes(of: unsigned)).hex
                == "3e7c956f479a26b27169a487f02a1cfa02fbf030ca18d04101866c330f3fc5d9",
            "receipts that people hold are made anew when they are checked")
    }

    @Test func `white space and the order of members do not matter`() throws {
        let made = try receipt()
        let spaced = String(decoding: made.bytes, as: UTF8.self)
            .split(separator: ",", omittingEmptySubsequences: false).joined(separator: ",\n\t ")
        // The postal address has commas of its own.
        let text = spaced.replacing("Street,\n\t  Example", with: "Street, Example")
        #expect(try ConsentReceipt.check(Array(text.utf8)) == made)
    }

    @Test func `milliseconds are cut, before 1970 nothing is made`() throws {
        let made = try ConsentReceipt(
            for: signed(), from: controller(), issued: at(60).adding(milliseconds: 999), by: node)
        #expect(made.issued == at(60))
        #expect(try ConsentReceipt.check(made.bytes) == made)
        #expect(throws: ReceiptError.self) {
            try ConsentReceipt(
                for: signed(), from: controller(), issued: Timestamp(milliseconds: .min), by: node)
        }
    }

    @Test func `the fields of the profile are where the profile says`() throws {
        let document = try receipt().document
        #expect(document["@type"] == "dpv:ConsentReceipt")
        #expect(document["dct:conformsTo"] == "https://w3id.org/dpv/schema/dpv-27560#receipt")
        for name in ["@id", "dct:identifier", "dpv:hasIdentifier", "dct:created"] {
            #expect(document[name]?.string != nil)
        }
        let record = try #require(document["dpv:hasRecordOfActivity"])
        #expect(record["dct:conformsTo"] == "https://w3id.org/dpv/schema/dpv-27560#record")
        #expect(record["dct:identifier"]?.string == "nih:sha-256;" + (try signed().grant.id.hex))
        // Every field that the guide marks as one that MUST be present.
        for name in [
            "dpv:hasIdentifier", "dpv:hasDataSubject", "dpv:hasNotice", "dpv:hasProcess",
            "dpv:hasDataController", "dpv:hasConsentControl", "dpv:hasJurisdiction",
            "dpv:hasRight", "dpv:hasEntity", "dpv:hasLegalBasis", "dpv:hasConsentStatus",
        ] { #expect(record[name] != nil, "\(name)") }
        #expect(record["dpv:hasNotice"]?["dct:language"] == "en")
        let process = try #require(record["dpv:hasProcess"]?.array?.first)
        for name in [
            "dpv:hasPurpose", "dpv:hasPersonalData", "dpv:hasStorageCondition", "dpv:hasRecipient",
        ] { #expect(process[name]?.array?.isEmpty == false, "\(name)") }
        #expect(process["dpv:hasPurpose"]?.array?.first?["skos:broader"] == "dpv:AcademicResearch")
        let entity = try #require(record["dpv:hasEntity"]?.array?.first)
        for name in ["dpv:hasName", "dpv:hasIdentifier", "schema:contactPoint", "schema:address"] {
            #expect(entity[name] != nil, "\(name)")
        }
        let status = try #require(record["dpv:hasConsentStatus"]?.array?.first)
        for name in ["dpv:isIndicatedAtTime", "dpv:isIndicatedBy", "dpv:hasDuration"] {
            #expect(status[name] != nil, "\(name)")
        }
        #expect(
            process["dividend:limits"]?["dividend:privacyLimit"] == "18446744073709551615")
    }

    @Test func `a receipt names the pseudonym and nobody else`() throws {
        let root = key(1)
        let pseudonym = root.pseudonym(for: "pool:steps")
        let mine = try #require(
            SignedGrant(try grant(party: pseudonym.id), by: pseudonym))
        let text = String(
            decoding: try ConsentReceipt(
                for: mine, from: controller(), issued: at(1), by: node
            ).bytes, as: UTF8.self)
        #expect(text.contains(pseudonym.id.did))
        #expect(!text.contains(root.id.did))
    }

    @Test func `an edit of any member is found`() throws {
        let document = try receipt().document
        var edits = 0
        for path in paths(of: document) {
            for edit in Edit.allCases {
                let changed = change(document, path[...], edit)
                if changed == document { continue }
                edits += 1
                #expect(throws: ReceiptError.self, "\(path) \(edit)") {
                    try ConsentReceipt.check(bytes(of: changed))
                }
            }
        }
        #expect(edits > 300)
    }

    @Test func `an edit that the node signs again is found, but for its own word about itself`()
        throws
    {
        var members = try receipt().document.object!
        members["proof"] = nil
        let document = JSON.object(members)
        var believed: Set<String> = []
        for path in paths(of: document) where !path.isEmpty {
            for edit in Edit.allCases {
                let changed = change(document, path[...], edit)
                if changed == document { continue }
                let again = try DataIntegrity.sign(changed, by: node, created: at(60))
                if (try? ConsentReceipt.check(bytes(of: again))) != nil {
                    believed.insert(path.joined(separator: "."))
                }
            }
        }
        let record = "dpv:hasRecordOfActivity."
        let storage = record + "dpv:hasProcess.0.dpv:hasStorageCondition.0.dpv:hasLocation"
        #expect(
            believed == [
                record + "dpv:hasEntity.0.dpv:hasName",
                record + "dpv:hasEntity.0.schema:address.schema:streetAddress",
                record + "dpv:hasEntity.0.schema:contactPoint.schema:url",
                record + "dpv:hasConsentControl.dpv:isExercisedAt",
                record + "dpv:hasNotice.dct:language",
                storage, storage + ".0", storage + ".1",
            ])
    }

    @Test func `a grant that the contributor did not sign is found`() throws {
        let mine = try grant(party: key(1).id)
        let forged = SignedGrant(mine, signature: node.sign(SignedGrant.message(of: mine)))
        #expect(throws: ReceiptError.grantNotSigned(key(1).id)) {
            try ConsentReceipt(for: forged, from: controller(), issued: at(1), by: node)
        }
        let unsigned = ReceiptDocument.make(for: forged, from: try controller(), issued: at(1))
        let document = try DataIntegrity.sign(unsigned, by: node, created: at(1))
        #expect(throws: ReceiptError.grantNotSigned(key(1).id)) {
            try ConsentReceipt.check(bytes(of: document))
        }
    }

    @Test func `another node is found`() throws {
        let made = try receipt()
        let other = key(101)
        #expect(throws: ReceiptError.otherNode(expected: other.id, got: node.id)) {
            try ConsentReceipt.check(made.bytes, expecting: other.id)
        }
        #expect(throws: ReceiptError.otherNode(expected: node.id, got: other.id)) {
            try ConsentReceipt(for: signed(), from: controller(), issued: at(1), by: other)
        }
        // Signed by one node in the name of another.
        let unsigned = ReceiptDocument.make(
            for: try signed(), from: try controller(), issued: at(1))
        let document = try DataIntegrity.sign(unsigned, by: other, created: at(1))
        #expect(throws: ReceiptError.otherNode(expected: node.id, got: other.id)) {
            try ConsentReceipt.check(bytes(of: document))
        }
    }

    @Test func `the proof states the time of the receipt`() throws {
        let unsigned = ReceiptDocument.make(
            for: try signed(), from: try controller(), issued: at(1))
        let document = try DataIntegrity.sign(unsigned, by: node, created: at(2))
        #expect(throws: ReceiptError.disagrees(member: "proof")) {
            try ConsentReceipt.check(bytes(of: document))
        }
    }

    @Test func `the grant of another receipt does not fit`() throws {
        let other = try #require(SignedGrant(try grant(party: key(2).id), by: key(2)))
        let document = try receipt().document
        var members = document.object!
        members["proof"] = nil
        let path = ["dpv:hasRecordOfActivity", "dividend:signedGrant"]
        let changed = replace(.object(members), path[...], by: other.json)
        let again = try DataIntegrity.sign(changed, by: node, created: at(60))
        let error = #expect(throws: ReceiptError.self) {
            try ConsentReceipt.check(bytes(of: again))
        }
        #expect(error == .disagrees(member: "@id"))
    }

    @Test func `no bytes make the check trap`() throws {
        let source = try receipt().bytes
        var random = Seeded(5)
        for _ in 0..<400 {
            var edited = source
            let place = Int.random(in: 0..<edited.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: edited[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: edited.remove(at: place)
            default: edited.removeSubrange(place...)
            }
            #expect(throws: ReceiptError.self) { try ConsentReceipt.check(edited) }
        }
        for text in ["", "[]", "{}", "null", #"{"proof":{}}"#, #"{"proof":[]}"#] {
            #expect(throws: ReceiptError.self) { try ConsentReceipt.check(Array(text.utf8)) }
        }
    }

    @Test(arguments: [
        ("name", ""), ("name", "a\nb"), ("address", ""), ("contact", "\u{7f}"),
        ("jurisdiction", "Germany"), ("jurisdiction", "de"), ("jurisdiction", "DE-"),
        ("storage", "X"), ("language", "eng"), ("language", "EN"), ("withdrawal", ""),
        ("rights", String(repeating: "a", count: 1025)),
    ]) func `who answers for a node is stated in full`(member: String, value: String) {
        func text(_ name: String, _ plain: String) -> String { member == name ? value : plain }
        let error = #expect(throws: MemberError.self) {
            try Controller(
                node: node.id, name: text("name", "N"), address: text("address", "A"),
                contact: text("contact", "C"), jurisdiction: text("jurisdiction", "EU"),
                storage: [text("storage", "EU")], withdrawal: text("withdrawal", "W"),
                rights: text("rights", "R"), language: text("language", "en"))
        }
        #expect(error?.member == "controller.\(member)")
    }
}

private enum Edit: CaseIterable { case alter, remove, add }

/// The paths of all members and array items, and of the document itself.
private func paths(of value: JSON) -> [[String]] {
    switch value {
    case .object(let members):
        [[]]
            + members.keys.sorted().flatMap { name in paths(of: members[name]!).map { [name] + $0 }
            }
    case .array(let values):
        [[]]
            + values.indices.flatMap { place in paths(of: values[place]).map { ["\(place)"] + $0 } }
    default: [[]]
    }
}

private func change(_ value: JSON, _ path: ArraySlice<String>, _ edit: Edit) -> JSON {
    guard let name = path.first else { return edited(value, edit) }
    let rest = path.dropFirst()
    switch value {
    case .object(var members):
        if rest.isEmpty, edit == .remove {
            members[name] = nil
        } else {
            members[name] = change(members[name]!, rest, edit)
        }
        return .object(members)
    case .array(var values):
        let place = Int(name)!
        if rest.isEmpty, edit == .remove {
            values.remove(at: place)
        } else {
            values[place] = change(values[place], rest, edit)
        }
        return .array(values)
    default: return value
    }
}

private func edited(_ value: JSON, _ edit: Edit) -> JSON {
    switch (edit, value) {
    case (.alter, .string(let text)):
        // Another letter at the end keeps most texts well-formed.
        .string(text.dropLast() + (text.hasSuffix("a") ? "b" : "a"))
    case (.alter, .integer(let number)): .integer(number + 1)
    case (.alter, .array(let values)): .array(values.reversed())
    case (.alter, .bool(let flag)): .bool(!flag)
    case (.add, .array(let values)): .array(values + [values.first ?? "x"])
    case (.add, .object(let members)): .object(members.merging(["x": "y"]) { old, _ in old })
    case (.add, .string(let text)): .string(text + "x")
    default: value
    }
}

private func replace(_ value: JSON, _ path: ArraySlice<String>, by other: JSON) -> JSON {
    guard let name = path.first else { return other }
    guard case .object(var members) = value else { return value }
    members[name] = replace(members[name]!, path.dropFirst(), by: other)
    return .object(members)
}
