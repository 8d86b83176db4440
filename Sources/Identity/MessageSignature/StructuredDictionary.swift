// SPDX-License-Identifier: Apache-2.0
package import Canon

/// A structured field that is a dictionary (RFC 9651, section 3.2), as far as signatures need it:
/// strings, whole numbers, byte sequences, inner lists of them, and parameters.
///
/// Tokens, decimals, dates and display strings are refused, and so is a name that stands twice,
/// where the standard takes the last one.
package struct StructuredDictionary: Hashable, Sendable {
    /// A value without parts.
    package enum Item: Hashable, Sendable {
        /// A whole number of at most 15 digits.
        case integer(Int64)
        /// Visible ASCII and spaces.
        case string(String)
        /// Bytes.
        case bytes([UInt8])
        /// A name without a value.
        case yes
    }

    /// A name and a value behind a `;`.
    package struct Parameter: Hashable, Sendable {
        /// The name.
        package let name: String
        /// The value.
        package let value: Item
    }

    /// An item of an inner list.
    package struct Element: Hashable, Sendable {
        /// The item.
        package let item: Item
        /// Its parameters, in order.
        package let parameters: [Parameter]
    }

    /// What stands under a name.
    package enum Value: Hashable, Sendable {
        /// One item.
        case item(Item)
        /// Items in parentheses.
        case innerList([Element])
    }

    /// One member of the dictionary.
    package struct Member: Hashable, Sendable {
        /// The name.
        package let name: String
        /// The value.
        package let value: Value
        /// The parameters, in order.
        package let parameters: [Parameter]
    }

    /// How many bytes a field has at most, all its lines together.
    package static let longest = 8192

    /// The members in order; no name stands twice.
    package let members: [Member]

    /// Reads a field: its lines joined by ", ".
    ///
    /// - Throws: ``FormatError`` with the byte where reading stopped.
    /// - Cost: one pass.
    package init(parsing text: String) throws(FormatError) {
        let source = Array(text.utf8)
        guard source.count <= StructuredDictionary.longest else {
            throw FormatError(
                "more than \(StructuredDictionary.longest) bytes", at: StructuredDictionary.longest)
        }
        var parser = StructuredParser(source: source)
        members = try parser.dictionary()
    }

    /// The member of that name.
    package subscript(name: String) -> Member? { members.first { $0.name == name } }
}

extension StructuredDictionary.Item {
    /// The one form that the standard writes (RFC 9651, section 4.1).
    package var text: String {
        switch self {
        case .integer(let value): return String(value)
        case .bytes(let value): return ":\(Base64.encode(value)):"
        case .yes: return "?1"
        case .string(let value):
            var out = "\""
            for scalar in value.unicodeScalars {
                if scalar == "\"" || scalar == "\\" { out.unicodeScalars.append("\\") }
                out.unicodeScalars.append(scalar)
            }
            return out + "\""
        }
    }
}
