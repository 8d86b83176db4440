// SPDX-License-Identifier: Apache-2.0
internal import Consent
internal import Identity
internal import Intake
internal import Canon
internal import Learn
internal import Ledger
internal import Market
internal import Privacy
internal import Query
internal import Vault

/// Any error of an exchange as both edges tell it: a stable word for programs, and a sentence for people.
package struct ErrorWords: Error, Sendable {
    /// The stable word.
    package let code: String
    /// What is wrong, where, and how to mend it.
    package let message: String
    /// Whether it is the exchange's own trouble, which only its operator can mend; its message may
    /// name files.
    package let isOwn: Bool

    /// Says it in these words.
    package init(code: String, message: String, isOwn: Bool = false) {
        self.code = code
        self.message = message
        self.isOwn = isOwn
    }

    /// Finds the words for an error.
    ///
    /// - Parameter home: the folder that was worked on, for errors of the system that do not say where.
    package init(_ error: any Error, at home: HomeFolder? = nil) {
        switch error {
        case let error as ErrorWords: self = error
        case let error as SystemFailure:
            self.init(code: error.code, message: error.message, isOwn: true)
        case MarketError.wrongStage(is: .failed):
            self.init(
                code: "order_stage",
                message:
                    "the order failed and its price went back; ask for a new quote: dividend quote")
        case let error as MarketError: self.init(code: error.code, message: error.description)
        case let error as ExchangeError:
            self.init(code: error.code, message: error.description, isOwn: error.isOwn)
        case let error as IntakeError:
            self.init(code: error.code.description, message: error.description)
        default:
            if let failure = SystemFailure(error, at: home) {
                self.init(code: failure.code, message: failure.message, isOwn: true)
            } else {
                let code = ErrorWords.code(of: error)
                let isOwn = ["failed", "vault", "envelope", "key_file"].contains(code)
                self.init(code: code, message: "\(error)", isOwn: isOwn)
            }
        }
    }

    private static func code(of error: any Error) -> String {
        switch error {
        case is QueryError: "question"
        case is ModelError: "model"
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
        case .tooMuch: "too_large"
        case .refused: "refused"
        }
    }

    fileprivate var isOwn: Bool {
        switch self {
        case .unknown, .refused, .exists, .tooMuch: false
        default: true
        }
    }
}
