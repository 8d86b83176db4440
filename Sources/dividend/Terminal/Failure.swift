// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Consent
import Exchange
import Identity
import Intake
import Ledger
import Market
import Privacy
import Query
import Vault

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
        case let error as SystemFailure: self.init(error.code, error.message)
        case let error as ValidationError:
            self.init("usage", error.message, status: .validationFailure)
        case MarketError.wrongStage(is: .failed):
            self.init(
                "order_stage",
                "the order failed and its price went back; ask for a new quote: dividend quote")
        case let error as MarketError: self.init(error.code, error.description)
        case let error as ExchangeError: self.init(error.code, error.description)
        case let error as IntakeError: self.init(error.code.description, error.description)
        default:
            if let failure = SystemFailure(error, at: home) {
                self.init(failure.code, failure.message)
            } else {
                self.init(Failure.code(of: error), "\(error)")
            }
        }
    }

    private static func code(of error: any Error) -> String {
        switch error {
        case is QueryError: "question"
        case let error as LedgerError: error.code
        case let error as ConsentError: error.code
        case is KeyFileError: "key_file"
        case is EnvelopeError: "envelope"
        case is PrivacyTargetError: "privacy"
        case is AuditFinding: "not_verified"
        case is MemberError, is FormatError: "format"
        case is SchemaError: "schema"
        case is SegmentError, is PackError, is KeyError: "vault"
        default: "failed"
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

extension ExchangeError {
    /// The stable word for machines.
    fileprivate var code: String {
        switch self {
        case .folder: "folder"
        case .busy: "busy"
        case .noExchange: "no_exchange"
        case .exists: "exists"
        case .journalLost: "journal_lost"
        case .journalBehind: "journal_behind"
        case .checkpointLost: "checkpoint_lost"
        case .backup: "is_backup"
        case .inside: "inside_exchange"
        case .unknown(let what, _, _):
            what.split(separator: " ").joined(separator: "_") + "_unknown"
        case .replay: "replay"
        case .refused: "refused"
        }
    }
}
