// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange

/// What a person is told when something did not happen: a stable word for programs, and a sentence.
struct Failure: Error, CustomStringConvertible {
    let code: String
    let message: String
    var status = ExitCode.failure

    var description: String { message }

    init(_ code: String, _ message: String, status: ExitCode = .failure) {
        self.code = code
        self.message = message
        self.status = status
    }

    /// What was typed wrong.
    init(_ error: any Error, usage: String) {
        self = error as? Failure ?? Failure("usage", usage, status: .validationFailure)
    }

    /// What went wrong while a command ran on the exchange in a folder.
    init(_ error: any Error, at home: HomeFolder? = nil) {
        switch error {
        case let error as Failure: self = error
        case let error as ValidationError:
            self.init("usage", error.message, status: .validationFailure)
        default:
            let words = ErrorWords(error, at: home)
            self.init(words.code, words.message)
        }
    }

    /// Tells it on standard error.
    ///
    /// - Returns: the exit code that goes with it.
    func told(isJSON: Bool) -> Int32 {
        if isJSON {
            Terminal.note(
                json: ["error": ["code": .string(code), "message": .string(message)]])
        } else {
            // A mark under a place needs its line to begin where the place is counted from.
            Terminal.note((message.contains("\n") ? "Error:\n" : "Error: ") + message)
        }
        return status.rawValue
    }
}
