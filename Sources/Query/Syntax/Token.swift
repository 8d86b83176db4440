// SPDX-License-Identifier: Apache-2.0

/// One word of a query.
struct Token: Hashable {
    enum Kind: Hashable {
        /// A keyword or name, in lower case.
        case word(String)
        /// Digits with an optional point and exponent, as written.
        case number(String)
        /// The text between single quotes, doubled quotes undone.
        case text(String)
        /// An operator or mark.
        case mark(String)
        /// The end of the query.
        case end
    }

    let kind: Kind
    let position: Position
    /// As written, for messages.
    let source: String

    /// Words as one line, with a space wherever some stood between them.
    static func line(of tokens: some Collection<Token>) -> String {
        var (line, last): (String, Token?) = ("", nil)
        for token in tokens {
            if let last {
                let isNext =
                    last.position.line == token.position.line
                    && last.position.column + last.source.count == token.position.column
                line += isNext ? "" : " "
            }
            line += token.source
            last = token
        }
        return line
    }
}

/// Splits a query into words.
struct Lexer {
    private let characters: [Character]
    private var index = 0
    private var line = 1
    private var column = 1

    /// The longest query that is read, in bytes.
    static let longest = 65_536
    /// The most words of a query; bounds how deep an expression can grow.
    static let mostTokens = 2048

    static func tokens(of text: String) throws(QueryError) -> [Token] {
        let start = Position(line: 1, column: 1)
        guard text.utf8.count <= longest else {
            throw QueryError(
                "the query is longer than \(longest) bytes", at: start, remedy: "ask less at once")
        }
        var lexer = Lexer(characters: Array(text))
        var tokens: [Token] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
            guard tokens.count < mostTokens else {
                throw QueryError(
                    "the query has more than \(mostTokens) words", at: token.position,
                    remedy: "ask less at once")
            }
        }
    }

    private init(characters: [Character]) { self.characters = characters }

    private var current: Character? { index < characters.count ? characters[index] : nil }
    private var following: Character? {
        index + 1 < characters.count ? characters[index + 1] : nil
    }

    private var afterFollowing: Character? {
        index + 2 < characters.count ? characters[index + 2] : nil
    }

    private mutating func advance() {
        if characters[index] == "\n" || characters[index] == "\r\n" {
            line += 1
            column = 1
        } else {
            column += 1
        }
        index += 1
    }

    private mutating func skipSpaceAndComments() throws(QueryError) {
        while let character = current {
            if character.isWhitespace {
                advance()
            } else if character == "-", following == "-" {
                while current.map({ !$0.isNewline }) ?? false { advance() }
            } else if character == "/", following == "*" {
                try skipComment()
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws(QueryError) {
        let start = Position(line: line, column: column)
        while current != nil, !(current == "*" && following == "/") { advance() }
        guard current != nil else {
            throw QueryError("a comment without its end", at: start, remedy: "close it with */")
        }
        advance()
        advance()
    }

    private mutating func next() throws(QueryError) -> Token {
        try skipSpaceAndComments()
        let position = Position(line: line, column: column)
        let start = index
        func token(_ kind: Token.Kind) -> Token {
            Token(kind: kind, position: position, source: String(characters[start..<index]))
        }
        guard let character = current else { return token(.end) }
        if character.isASCII, character.isLetter || character == "_" {
            while let next = current, next.isASCII, next.isLetter || next.isNumber || next == "_" {
                advance()
            }
            return token(.word(String(characters[start..<index]).lowercased()))
        }
        if character.isASCII, character.isNumber { return token(.number(number())) }
        if character == "'" { return token(.text(try text(at: position))) }
        if character == "\"" {
            throw QueryError(
                "names are written without quotes", at: position,
                remedy: "write texts in single quotes and names plainly")
        }
        for mark in ["=>", "<=", ">=", "<>", "!="] where startsWith(mark) {
            advance()
            advance()
            return token(.mark(mark == "!=" ? "<>" : mark))
        }
        guard "()+-*/,.<>=;%".contains(character) else {
            throw QueryError(
                "'\(character)' has no meaning here", at: position, remedy: "remove it")
        }
        advance()
        return token(.mark(String(character)))
    }

    private func startsWith(_ mark: String) -> Bool {
        mark.count == 2 && current == mark.first && following == mark.last
    }

    private mutating func number() -> String {
        var text = ""
        func isDigit(_ character: Character?) -> Bool {
            character.map { $0.isASCII && $0.isNumber } ?? false
        }
        while let digit = current, isDigit(digit) {
            text.append(digit)
            advance()
        }
        if current == ".", isDigit(following) {
            text.append(".")
            advance()
            while let digit = current, isDigit(digit) {
                text.append(digit)
                advance()
            }
        }
        let signed = following == "-" || following == "+"
        if current == "e" || current == "E", isDigit(signed ? afterFollowing : following) {
            text.append("e")
            advance()
            if signed {
                text.append(characters[index])
                advance()
            }
            while let digit = current, isDigit(digit) {
                text.append(digit)
                advance()
            }
        }
        return text
    }

    private mutating func text(at position: Position) throws(QueryError) -> String {
        advance()
        var out = ""
        while let character = current {
            advance()
            if character != "'" {
                out.append(character)
            } else if current == "'" {
                out.append("'")
                advance()
            } else {
                return out
            }
        }
        throw QueryError("a text without its end", at: position, remedy: "close it with '")
    }
}
