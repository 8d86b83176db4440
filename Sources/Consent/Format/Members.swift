// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Identity

/// A grant, withdrawal or receipt that is not what its format says.
public struct MemberError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The path of the member that is wrong, such as "grant.uses"; empty for the whole document.
    public let member: String
    /// What is wrong and what was wanted.
    public let reason: String

    /// Names the member and what is wrong with it.
    public init(_ member: String, _ reason: String) {
        self.member = member
        self.reason = reason
    }

    /// The member and the reason.
    public var description: String { member.isEmpty ? reason : "\(member): \(reason)" }
}

/// Takes the members of one JSON object one by one; whatever is left at the end is an error.
package struct Members {
    private let path: String
    private var rest: [String: JSON]

    package init(_ json: JSON, at path: String) throws(MemberError) {
        guard let members = json.object else { throw MemberError(path, "an object wanted") }
        self.path = path
        rest = members
    }

    package func name(_ member: String) -> String { path.isEmpty ? member : "\(path).\(member)" }

    package mutating func value(_ member: String) throws(MemberError) -> JSON {
        guard let value = rest.removeValue(forKey: member) else {
            throw MemberError(name(member), "missing")
        }
        return value
    }

    /// A member that may be left out.
    package mutating func optionalValue(_ member: String) -> JSON? {
        rest.removeValue(forKey: member)
    }

    package mutating func text(_ member: String) throws(MemberError) -> String {
        guard let text = try value(member).string else {
            throw MemberError(name(member), "a text wanted")
        }
        return text
    }

    package mutating func optionalText(_ member: String) throws(MemberError) -> String? {
        rest[member] == nil ? nil : try text(member)
    }

    package mutating func texts(_ member: String) throws(MemberError) -> [String] {
        guard let values = try value(member).array else {
            throw MemberError(name(member), "an array of texts wanted")
        }
        let texts = values.compactMap(\.string)
        guard texts.count == values.count else {
            throw MemberError(name(member), "an array of texts wanted")
        }
        return texts
    }

    /// Demands exactly this text.
    package mutating func constant(_ member: String, _ wanted: String) throws(MemberError) {
        guard try text(member).utf8.elementsEqual(wanted.utf8) else {
            throw MemberError(name(member), "\"\(wanted)\" wanted")
        }
    }

    /// A 64-bit number, which stands as text: JSON numbers are exact only to 2^53 - 1.
    package mutating func wide<Wide: FixedWidthInteger>(
        _ member: String, _ type: Wide.Type = Wide.self
    ) throws(MemberError) -> Wide {
        let text = try text(member)
        // The way back tells apart "+7", "007" and digits of other scripts.
        guard let value = Wide(text), value >= 0, String(value).utf8.elementsEqual(text.utf8) else {
            throw MemberError(
                name(member), "a whole number from 0 to \(Wide.max) as text wanted, such as \"7\"")
        }
        return value
    }

    package mutating func count(_ member: String) throws(MemberError) -> UInt32 {
        guard let number = try value(member).integer, let value = UInt32(exactly: number) else {
            throw MemberError(name(member), "a whole number from 0 to \(UInt32.max) wanted")
        }
        return value
    }

    package mutating func digest(_ member: String) throws(MemberError) -> Digest {
        guard let digest = Digest(hex: try text(member)) else {
            throw MemberError(name(member), "64 lower-case hexadecimal digits wanted")
        }
        return digest
    }

    /// A digest that may be left out.
    package mutating func optionalDigest(_ member: String) throws(MemberError) -> Digest? {
        rest[member] == nil ? nil : try digest(member)
    }

    package mutating func party(_ member: String) throws(MemberError) -> PartyID {
        // There is one text for each key: base 58 without leading zeros has one spelling.
        guard let party = PartyID(did: try text(member)) else {
            throw MemberError(name(member), "a did:key of an Ed25519 key wanted")
        }
        return party
    }

    package mutating func time(_ member: String) throws(MemberError) -> Timestamp {
        let text = try text(member)
        guard let time = Timestamp(text), time.description.utf8.elementsEqual(text.utf8) else {
            throw MemberError(
                name(member), "a time such as 2026-01-31T09:30:00Z wanted (UTC, shortest form)")
        }
        return time
    }

    package mutating func signature(_ member: String) throws(MemberError) -> Signature {
        guard let bytes = Hex.decode(try text(member)), let signature = Signature(bytes: bytes)
        else { throw MemberError(name(member), "128 lower-case hexadecimal digits wanted") }
        return signature
    }

    package func finish() throws(MemberError) {
        guard let unknown = rest.keys.min() else { return }
        throw MemberError(name(unknown), "no such member")
    }
}

/// The canonical bytes (RFC 8785) of a value that is made of texts and small whole numbers only.
package func bytes(of json: JSON) -> [UInt8] {
    guard let bytes = try? json.signable() else {
        preconditionFailure("a value of texts and small numbers has canonical bytes")
    }
    return bytes
}

/// Reads bytes as JSON, with the place of the fault in the reason.
package func parse(_ bytes: [UInt8]) throws(MemberError) -> JSON {
    do throws(FormatError) {
        return try JSON(parsing: bytes)
    } catch {
        throw MemberError("", error.description)
    }
}
