// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
package import Ledger
package import Market

/// Why there is a line in a statement.
package enum StatementDetail: Hashable, Sendable {
    /// A share of a study's price.
    case share(of: Digest, pool: String, purpose: Purpose, price: Amount)
    /// A share of what a call of a model that is let brought.
    case rent(of: Digest, pool: String)
    /// Predictions of a model that is let: what they cost the renter, or brought the model's owner.
    case called(Digest)
    /// What a pool owed was moved into the account: so many micro-units.
    case moved(Int64, pool: String)
    /// The same while its batch is not proven.
    case moving(Int64, pool: String)
    case deposited
    case cashedOut
    /// The price of an order was put on hold.
    case ordered(Digest)
    case answered(Digest)
    case unanswered(Digest, Change.FailureReason)
    /// Anything else: the kind of the journal's entry.
    case other(kind: String)

    init(_ change: Change) {
        self =
            switch change {
            case .deposited: .deposited
            case .cashedOut, .drawn: .cashedOut
            case .ordered(let order): .ordered(order.id)
            case .committed(let order, _, _, _): .answered(order)
            case .called(let call): .called(call.order)
            case .failed(let order, let reason): .unanswered(order, reason)
            default: .other(kind: change.kind)
            }
    }

    /// The same in English words.
    package var words: String {
        switch self {
        case .share(let study, let pool, let purpose, let price):
            "share of study \(study.short) on \(pool) for \(purpose.label), sold at \(price)"
        case .rent(let order, let pool):
            "share of predictions that the model of study \(order.short) on \(pool) sold"
        case .called(let order): "predictions of the model of order \(order.short)"
        case .moved(let microunits, let pool):
            "payout of \(pool): \(Amount.text(microunits)) moved into the account"
        case .moving(let microunits, let pool):
            "payout of \(pool): \(Amount.text(microunits)) on its way, until its batch is proven"
        case .deposited: "money came in"
        case .cashedOut: "paid out to the outside"
        case .ordered(let order): "price of order \(order.short) on hold"
        case .answered(let order): "order \(order.short) answered"
        case .unanswered(let order, let reason):
            "order \(order.short) not answered: \(reason.rawValue)"
        case .other(let kind): kind
        }
    }
}
