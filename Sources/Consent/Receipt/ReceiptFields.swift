// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Identity

/// Reads members of a receipt by their path; "0" is the first of an array.
struct ReceiptFields {
    private let document: JSON

    init(_ document: JSON) { self.document = document }

    func value(_ path: String...) throws(MemberError) -> JSON { try value(path) }

    func time(_ path: String...) throws(MemberError) -> Timestamp {
        let text = try text(path)
        guard let time = Timestamp(text), Grant.moments.contains(time) else {
            throw MemberError(path.joined(separator: "."), "a time wanted")
        }
        return time
    }

    /// Who answers for the node. The codes of places lose the prefix of their vocabulary.
    func controller() throws(MemberError) -> Controller {
        let record = "dpv:hasRecordOfActivity"
        let entity = [record, "dpv:hasEntity", "0"]
        let node = try text(["dct:publisher"])
        guard let node = PartyID(did: node) else {
            throw MemberError("dct:publisher", "a did:key of an Ed25519 key wanted")
        }
        let storage = [
            record, "dpv:hasProcess", "0", "dpv:hasStorageCondition", "0", "dpv:hasLocation",
        ]
        guard let places = try value(storage).array else {
            throw MemberError(storage.joined(separator: "."), "an array wanted")
        }
        var codes: [String] = []
        for place in places { codes.append(try code(place, storage)) }
        return try Controller(
            node: node,
            name: try text(entity + ["dpv:hasName"]),
            address: try text(entity + ["schema:address", "schema:streetAddress"]),
            contact: try text(entity + ["schema:contactPoint", "schema:url"]),
            jurisdiction: try code(
                try value([record, "dpv:hasJurisdiction"]), [record, "dpv:hasJurisdiction"]),
            storage: codes,
            withdrawal: try text([record, "dpv:hasConsentControl", "dpv:isExercisedAt"]),
            rights: try text([record, "dpv:hasRight", "0", "dpv:isExercisedAt"]),
            language: try text([record, "dpv:hasNotice", "dct:language"]))
    }

    private func value(_ path: [String]) throws(MemberError) -> JSON {
        var value = document
        for name in path {
            guard let next = name == "0" ? value.array?.first : value[name] else {
                throw MemberError(path.joined(separator: "."), "missing")
            }
            value = next
        }
        return value
    }

    private func text(_ path: [String]) throws(MemberError) -> String {
        guard let text = try value(path).string else {
            throw MemberError(path.joined(separator: "."), "a text wanted")
        }
        return text
    }

    private func code(_ place: JSON, _ path: [String]) throws(MemberError) -> String {
        guard let text = place.string, text.utf8.starts(with: "loc:".utf8) else {
            throw MemberError(path.joined(separator: "."), "a place such as loc:DE wanted")
        }
        return String(text.dropFirst(4))
    }
}

extension ReceiptDocument {
    /// The path of the first member, by name, in which two documents differ; nil when they are the
    /// same to the byte.
    static func difference(_ left: JSON, _ right: JSON, at path: String = "") -> String? {
        switch (left, right) {
        case (.object(let left), .object(let right)):
            for name in Set(left.keys).union(right.keys).sorted() {
                let path = path.isEmpty ? name : "\(path).\(name)"
                guard let one = left[name], let other = right[name] else { return path }
                if let found = difference(one, other, at: path) { return found }
            }
            return nil
        case (.array(let left), .array(let right)):
            guard left.count == right.count else { return path }
            for (place, pair) in zip(left, right).enumerated() {
                if let found = difference(pair.0, pair.1, at: "\(path).\(place)") { return found }
            }
            return nil
        case (.string(let left), .string(let right)):
            // By bytes: Swift's == takes texts of different bytes for equal.
            return left.utf8.elementsEqual(right.utf8) ? nil : path
        default: return left == right ? nil : path
        }
    }
}
