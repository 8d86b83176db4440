// SPDX-License-Identifier: Apache-2.0
internal import Exchange
internal import HTTPTypes

extension Problem {
    /// The status that goes with an error of the exchange.
    static func status(of words: ErrorWords) -> HTTPResponse.Status {
        if words.code == "busy" { return .serviceUnavailable }
        if words.isOwn { return .internalServerError }
        if words.code.hasSuffix("_unknown") { return .notFound }
        if words.code == "insufficient_funds" {
            return HTTPResponse.Status(code: 402, reasonPhrase: "Payment Required")
        }
        if words.code == "too_large" { return .contentTooLarge }
        if malformed.contains(words.code) { return .unprocessableContent }
        // What was asked does not go with the state as it is.
        return .conflict
    }

    /// What makes no sense, or is against the rules, whatever the state.
    private static let malformed: Set = ["question", "model", "format", "schema", "privacy"]
}
