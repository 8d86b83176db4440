// SPDX-License-Identifier: Apache-2.0
internal import Exchange
internal import HTTPTypes
internal import Hummingbird

/// What stands behind the question mark, within the bounds that the API's document states.
extension Request {
    /// A whole number, or nil when it is left out.
    func number(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = uri.queryParameters[Substring(name)] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw Problem(
                .unprocessableContent, "format",
                "\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A text, or nil when it is left out.
    func text(_ name: String, most: Int) throws -> String? {
        guard let text = uri.queryParameters[Substring(name)] else { return nil }
        guard text.unicodeScalars.count <= most else {
            throw Problem(
                .unprocessableContent, "format", "\(name) is a text of at most \(most) characters")
        }
        return String(text)
    }

    /// A name of a-z, 0-9 and another mark, or nil when it is left out.
    func name(_ name: String, besides mark: Character) throws -> String? {
        guard let text = try text(name, most: 64) else { return nil }
        guard
            !text.isEmpty,
            text.allSatisfy({ ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == mark })
        else {
            throw Problem(
                .unprocessableContent, "format", "\(name) has 1 to 64 of a-z, 0-9 and \(mark)")
        }
        return text
    }

    /// The largest whole number that every reader of JSON keeps.
    static let largestNumber = (1 << 53) - 1
}
