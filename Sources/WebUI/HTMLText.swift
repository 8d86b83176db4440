// SPDX-License-Identifier: Apache-2.0
internal import Mustache

/// Text within HTML: nothing of it is taken for markup.
///
/// By bytes and not by characters: to Swift a mark that goes before another letter, such as U+0600, is one
/// character with the `<` behind it, which a browser does not see so.
struct HTMLText: MustacheContentType {
    /// Under this name the templates ask for it.
    static let name = "DIVIDEND"

    func escapeText(_ text: String) -> String { HTMLText.escaped(text) }

    static func escaped(_ text: String) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): out += "&amp;".utf8
            case UInt8(ascii: "<"): out += "&lt;".utf8
            case UInt8(ascii: ">"): out += "&gt;".utf8
            case UInt8(ascii: "\""): out += "&quot;".utf8
            case UInt8(ascii: "'"): out += "&#39;".utf8
            case UInt8(ascii: "`"): out += "&#96;".utf8
            case 0x00: continue
            default: out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
