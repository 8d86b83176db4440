// SPDX-License-Identifier: Apache-2.0

extension CompiledQuery {
    /// The name after FROM.
    ///
    /// - Throws: ``QueryError`` when the text is no query.
    package static func pool(of text: String) throws(QueryError) -> String {
        try Parser.statement(of: text).source
    }
}
