// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Vault

/// Makes names of a-z, 0-9 and _ of a file's column names, each only once.
struct SchemaNames {
    private var taken: Set<String> = []

    /// The name for the next column.
    mutating func next(_ source: String) -> String {
        let plain = SchemaNames.name(of: source) ?? "column_\(taken.count + 1)"
        var name = plain
        var count = 2
        while !taken.insert(name).inserted {
            name = "\(plain)_\(count)"
            count += 1
        }
        return name
    }

    /// The name for a table: never that of a standard one, whose columns are given.
    static func table(of source: String) -> String {
        let name = SchemaNames.name(of: source) ?? "table"
        return StandardTables.named(name) == nil ? name : "my_" + name
    }

    /// The words of a text, in lower-case ASCII letters and digits: "Straße Nr." gives strasse, nr;
    /// "orderDate" gives order, date.
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var wasSmall = false
        for scalar in folded(text).unicodeScalars {
            switch scalar {
            case "A"..."Z":
                if wasSmall {
                    words.append(word)
                    word = ""
                }
                word.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value) | 0x20))
                wasSmall = false
            case "a"..."z", "0"..."9":
                word.unicodeScalars.append(scalar)
                wasSmall = true
            case "\u{300}"..."\u{36f}": continue  // accents, taken off their letters
            default:
                if !word.isEmpty { words.append(word) }
                word = ""
                wasSmall = false
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    /// A name that a schema takes; nil where no letter or digit is left.
    static func name(of text: String) -> String? {
        let joined = words(text).joined(separator: "_")
        guard let first = joined.utf8.first else { return nil }
        let whole = first < 0x3a ? "n_" + joined : joined
        let cut = String(whole.prefix(56))
        return Schema.isName(cut) ? cut : nil
    }

    private static func folded(_ text: String) -> String {
        var out = text.precomposedStringWithCanonicalMapping
        for (letter, letters) in [
            ("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "AE"), ("Ö", "OE"), ("Ü", "UE"),
            ("ß", "ss"), ("ø", "o"), ("æ", "ae"), ("å", "a"), ("ł", "l"),
        ] where out.contains(letter) {
            out = out.replacingOccurrences(of: letter, with: letters)
        }
        return out.decomposedStringWithCanonicalMapping
    }
}
