// SPDX-License-Identifier: Apache-2.0

/// Questions to a person, one a line. What makes no sense is asked again.
struct Questions {
    /// Shows words and reads a line; nil at the end of the input.
    let ask: (String) -> String?
    /// Shows a line.
    let say: (String) -> Void

    /// The input ended before everything was asked.
    struct Ended: Error, CustomStringConvertible {
        var description: String { "nothing was stored: the questions were not all answered" }
    }

    /// Asks until the answer makes sense; an empty line is the proposed answer.
    ///
    /// - Parameter take: takes the answer, or says what is wrong with it.
    func answer(_ question: String, _ proposed: String, _ take: (String) -> String?) throws {
        while true {
            guard let line = ask("\(question) [\(proposed)]: ") else { throw Ended() }
            let text = trimmed(line)
            guard let problem = take(text.isEmpty ? proposed : text) else { return }
            say("  " + problem)
        }
    }
}

/// Without white space at both ends.
func trimmed(_ text: String) -> String {
    var rest = text.drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
}
