// SPDX-License-Identifier: Apache-2.0

/// FROM: a table of a pool, tables of one contributor side by side, or what is worked out for each
/// contributor first.
///
/// ```
/// source = table { JOIN table USING (contributor [, column …]) }
///        | (SELECT contributor, value [AS name], … FROM source [WHERE …] GROUP BY contributor, …)
/// table  = pool[.table] [[AS] alias]
/// ```
extension Parser {
    mutating func source() throws(QueryError) -> Source {
        let position = token.position
        if take(mark: "(") {
            try enter()
            defer { depth -= 1 }
            let statement = try select(inner: true)
            try expect(mark: ")")
            let alias = try alias()
            try refuse("join", "a subquery is not joined", "join inside its brackets")
            return .perContributor(statement, alias: alias, position)
        }
        var source = Source.table(try table())
        while true {
            let place = token.position
            if take(mark: ",") {
                throw QueryError(
                    "tables are joined by contributor", at: place,
                    remedy: "write FROM a JOIN b USING (contributor)")
            }
            for word in ["left", "right", "full", "cross", "natural"] {
                try refuse(
                    word, "only inner joins are offered",
                    "write JOIN … USING (contributor), or ask about each table by itself")
            }
            _ = take(word: "inner")
            guard take(word: "join") else { return source }
            source = try joined(source, at: place)
        }
    }

    private mutating func joined(
        _ left: Source, at place: Position
    ) throws(QueryError) -> Source {
        let right = try table()
        try refuse("on", "joins name the columns that are equal", "write USING (contributor)")
        guard take(word: "using") else {
            throw QueryError(
                "rows of different people are never joined", at: token.position,
                remedy: "write USING (contributor), or USING (contributor, column)")
        }
        try expect(mark: "(")
        var columns: [(name: String, position: Position)] = []
        var isOwn = false
        repeat {
            let position = token.position
            let name = try name("a column")
            if name == "contributor" { isOwn = true } else { columns.append((name, position)) }
        } while take(mark: ",")
        try expect(mark: ")")
        guard isOwn else {
            throw QueryError(
                "rows of different people are never joined", at: place,
                remedy: "put contributor among the columns of USING")
        }
        return .join(left, right, using: columns, place)
    }

    private mutating func table() throws(QueryError) -> Source.Table {
        let position = token.position
        let pool = try poolName()
        let table = take(mark: ".") ? try name("a table") : nil
        return Source.Table(pool: pool, table: table, alias: try alias(), position: position)
    }

    private mutating func alias() throws(QueryError) -> String? {
        if take(word: "as") { return try name("a name") }
        guard case .word(let word) = token.kind, !Parser.reserved.contains(word),
            !["intersect", "except", "predict"].contains(word)
        else { return nil }
        advance()
        return word
    }

    /// Pools are named like "adults-1994" and "sleep-24h": words and numbers joined by hyphens,
    /// without spaces; also such words as "by" and "order", which elsewhere mean something.
    private mutating func poolName() throws(QueryError) -> String {
        guard case .word(var text) = token.kind else { throw wanted("a pool") }
        var place = token.position.after(text)
        advance()
        while token.position == place, token.isPartOfPoolName {
            text += token.source.lowercased()
            place = place.after(token.source)
            advance()
        }
        guard text.last != "-" else { throw wanted("the rest of the pool's name") }
        return text
    }
}

extension Token {
    fileprivate var isPartOfPoolName: Bool {
        switch kind {
        case .mark(let mark): mark == "-"
        case .word, .number: true
        case .text, .end: false
        }
    }
}

extension Position {
    /// The place behind a text that begins here and stays on its line.
    fileprivate func after(_ text: String) -> Position {
        Position(line: line, column: column + text.count)
    }
}
