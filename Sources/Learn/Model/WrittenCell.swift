// SPDX-License-Identifier: Apache-2.0

/// A cell of a row as somebody wrote it, blanks at its ends included: to a number or a day they say nothing, but a category
/// may have some.
struct WrittenCell {
    /// As it came.
    let exact: String
    /// Without blanks at both ends.
    let text: String

    init(_ exact: String) {
        self.exact = exact
        var part = Substring(exact)
        while let first = part.first, first.isWhitespace { part.removeFirst() }
        while let last = part.last, last.isWhitespace { part.removeLast() }
        text = String(part)
    }

    /// Whether it says that there is no value.
    var isNull: Bool { text == "NULL" }

    /// Its place in a list: that of the very text, or else of what is left of it without blanks.
    func place(in list: [String]) -> Int? {
        list.firstIndex(of: exact) ?? list.firstIndex(of: text)
    }
}
