// SPDX-License-Identifier: Apache-2.0

/// A CBOR value (RFC 8949), as far as authenticators write it: the CTAP2 canonical form without its
/// order of names.
///
/// There are whole numbers that fit Int64, bytes, text, arrays, maps with whole numbers or text as
/// names, booleans and null. Floating point, tags, `undefined`, other simple values and indefinite
/// lengths are refused.
package indirect enum CBOR: Hashable, Sendable {
    /// A whole number.
    case integer(Int64)
    /// Bytes.
    case bytes([UInt8])
    /// Text.
    case text(String)
    /// Values in order.
    case array([CBOR])
    /// Values by name, in the order of the source; no name stands twice.
    case map([Member])
    /// True or false.
    case bool(Bool)
    /// Nothing.
    case null

    /// One name of a map and its value.
    package struct Member: Hashable, Sendable {
        /// A whole number or text.
        package let name: CBOR
        /// What stands under the name.
        package let value: CBOR
    }

    /// How deep arrays and maps may nest; CTAP2 writes four levels at most.
    package static let deepest = 8

    /// How many bytes a source has at most; what browsers send has a few kilobytes.
    package static let longest = 65_536

    /// The value under a whole number, when this is a map that has it.
    package subscript(number: Int64) -> CBOR? {
        guard case .map(let members) = self else { return nil }
        return members.first { $0.name == .integer(number) }?.value
    }

    /// The value under a text, byte for byte, when this is a map that has it.
    package subscript(name: String) -> CBOR? {
        guard case .map(let members) = self else { return nil }
        return members.first { member in
            guard case .text(let text) = member.name else { return false }
            return text.utf8.elementsEqual(name.utf8)
        }?.value
    }

    /// The whole number, when this is one.
    package var integer: Int64? { if case .integer(let value) = self { value } else { nil } }

    /// The bytes, when this is a byte string.
    package var bytes: [UInt8]? { if case .bytes(let value) = self { value } else { nil } }

    /// The text, when this is text.
    package var text: String? { if case .text(let value) = self { value } else { nil } }

    /// The members, when this is a map.
    package var members: [Member]? { if case .map(let members) = self { members } else { nil } }
}
