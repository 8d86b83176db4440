// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Ledger

/// Why a change was refused. Nothing of it was applied. None depends on anybody's rows.
package enum MarketError: Error, Hashable, Sendable {
    case alreadyFounded
    case notFounded
    case backwards
    case poolExists(String)
    case noPool(String)
    case badSignature(of: String)
    case quoteExpired
    case quoteNotOurs
    case quoteDiffers(String)
    case orderExists
    case noOrder
    case wrongStage(is: OrderStage)
    case cohortTooSmall
    case cohortDiffers
    case grant(String)
    case grantOutsidePool(String)
    case noSegment
    case segmentExists
    case notTheOwner
    case answerDiffers
    case publishedAlready
    case publicationTooLong
    case wrongSplit
    case sharesHold(until: Timestamp)
    case suspension(String)
    case rental(String)
    case nothingToPay
    case totalDiffers
    case money(LedgerError)
    case shares(DividendError)
    case hidden(String)
    case answerProof(String)
    case edge(String)
    case continuation(String)

    /// The stable word for machines.
    package var code: String {
        switch self {
        case .alreadyFounded: "already_founded"
        case .notFounded: "not_founded"
        case .backwards: "clock_backwards"
        case .poolExists: "pool_exists"
        case .noPool: "pool_unknown"
        case .badSignature: "bad_signature"
        case .quoteExpired: "quote_expired"
        case .quoteNotOurs: "quote_unsigned"
        case .quoteDiffers: "quote_differs"
        case .orderExists: "order_exists"
        case .noOrder: "order_unknown"
        case .wrongStage: "order_stage"
        case .cohortTooSmall: "cohort_too_small"
        case .cohortDiffers: "cohort_differs"
        case .grant: "grant_refused"
        case .grantOutsidePool: "grant_outside_pool"
        case .noSegment: "segment_unknown"
        case .segmentExists: "segment_exists"
        case .notTheOwner: "not_owner"
        case .answerDiffers: "answer_differs"
        case .publishedAlready: "published_already"
        case .publicationTooLong: "answer_too_long"
        case .wrongSplit: "wrong_split"
        case .sharesHold: "shares_hold"
        case .suspension: "suspension"
        case .rental: "rental"
        case .nothingToPay: "nothing_to_pay"
        case .totalDiffers: "total_differs"
        case .money(let error): error.code
        case .shares(let error): error.code
        case .hidden: "hidden_account"
        case .answerProof: "answer_proof"
        case .edge: "edge"
        case .continuation: "continuation"
        }
    }
}

extension MarketError: CustomStringConvertible {
    /// What is wrong and how to mend it.
    package var description: String {
        switch self {
        case .alreadyFounded: "this exchange has begun already; use another folder"
        case .notFounded: "this exchange has not begun; run `dividend init`"
        case .backwards: "the clock is behind the last entry; set the clock"
        case .poolExists(let name): "there is a pool \(name) already; choose another name"
        case .noPool(let name): "there is no pool \(name); `dividend pool list` shows them"
        case .badSignature(let what): "the signature on the \(what) is not the party's"
        case .quoteExpired: "the quote has run out; ask for a new one"
        case .quoteNotOurs: "this node did not sign the quote; ask for a new one"
        case .quoteDiffers(let what): "the quote's \(what) is not the pool's; ask for a new one"
        case .orderExists: "this quote was ordered already; it is charged once"
        case .noOrder: "there is no such order"
        case .wrongStage(let stage): "the order is \(stage.rawValue)"
        case .cohortTooSmall:
            "too few people allow this study at its price and its privacy, or are there where rows stay with them; nothing is "
                + "charged. Ask for less epsilon, pay above their floor, or wait: for more grants (which a pool that "
                + "shares by value reads from its next valuation on), for more machines"
        case .cohortDiffers: "the cohort is not the one that the grants give"
        case .grant(let reason): "the grant was refused: \(reason)"
        case .grantOutsidePool(let what): "the grant names \(what) that the pool does not have"
        case .noSegment: "there is no such segment"
        case .segmentExists: "the segment is there already"
        case .notTheOwner: "the segment belongs to another party"
        case .answerDiffers: "this is not the answer that was recorded"
        case .publishedAlready: "question and answer are public already"
        case .publicationTooLong:
            "question and answer have more than \(Publication.mostBytes) bytes together; ask for fewer "
                + "groups to publish them"
        case .wrongSplit: "the pool's shares are not set this way"
        case .sharesHold(let until): "the shares hold until \(until); draw again then"
        case .nothingToPay: "nothing is due"
        case .totalDiffers: "the payout does not add up to what is due"
        case .money(.insufficient(_, let available, let missing)):
            "there are \(Amount.text(available)) to spend and \(missing) too few; deposit them first"
        case .money(let error): error.description
        case .shares(let error): error.description
        case .hidden(let reason), .answerProof(let reason), .suspension(let reason),
            .rental(let reason), .edge(let reason), .continuation(let reason):
            reason
        }
    }
}
