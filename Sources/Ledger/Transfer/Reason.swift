// SPDX-License-Identifier: Apache-2.0

/// Why money moved, for statements. The raw values stand in leg codes and never change.
public enum Reason: UInt16, Hashable, Sendable, CaseIterable {
    /// No reason was given.
    case other = 0
    /// A contributor's share of a sale.
    case saleShare = 1
    /// A payout of accrued dividends.
    case payout = 2
    /// The exchange's fee.
    case fee = 3
    /// Money given back to a buyer.
    case refund = 4
    /// Money set aside; it can no longer be spent.
    case hold = 5
    /// Money no longer set aside.
    case release = 6
    /// Money that came in from outside.
    case deposit = 7
    /// Money that went outside.
    case withdrawal = 8
    /// The price of an answer, a model, or a piece of work.
    case purchase = 9
    /// A creator's or contributor's share of a later use.
    case royalty = 10
    /// The reward of a campaign.
    case award = 11
    /// Payment of a compute provider.
    case compute = 12
    /// The part of a price that goes to those whose privacy budget is used.
    case privacyPremium = 13
    /// A correction by the operator; a separate journal entry says why.
    case adjustment = 14

    /// The stable word for machines.
    public var code: String {
        switch self {
        case .other: "other"
        case .saleShare: "sale_share"
        case .payout: "payout"
        case .fee: "fee"
        case .refund: "refund"
        case .hold: "hold"
        case .release: "release"
        case .deposit: "deposit"
        case .withdrawal: "withdrawal"
        case .purchase: "purchase"
        case .royalty: "royalty"
        case .award: "award"
        case .compute: "compute"
        case .privacyPremium: "privacy_premium"
        case .adjustment: "adjustment"
        }
    }
}
