// SPDX-License-Identifier: Apache-2.0

/// Bytes as text that names its own base by its first character (W3C Controlled Identifiers 1.0,
/// section 2.4).
public enum Multibase {
    /// The bases that are known.
    public enum Base: Character, Sendable {
        /// Base 58, Bitcoin's alphabet.
        case base58 = "z"
        /// Base 64 for addresses, without filling.
        case base64url = "u"
        /// Base 32, lower case, without filling.
        case base32 = "b"
        /// Base 16, lower case.
        case base16 = "f"
    }

    /// The text of the bytes.
    public static func encode(_ bytes: [UInt8], as base: Base) -> String {
        let text =
            switch base {
            case .base58: Base58.encode(bytes)
            case .base64url: Base64.encode(bytes, as: .url)
            case .base32: Base32.encode(bytes)
            case .base16: Hex.encode(bytes)
            }
        return String(base.rawValue) + text
    }

    /// The bytes, or nil when the base is not known or the rest is not of it.
    public static func decode(_ text: String) -> [UInt8]? {
        guard let first = text.first, let base = Base(rawValue: first) else { return nil }
        let rest = String(text.dropFirst())
        return switch base {
        case .base58: Base58.decode(rest)
        case .base64url: Base64.decode(rest, as: .url)
        case .base32: Base32.decode(rest)
        case .base16: Hex.decode(rest)
        }
    }
}
