// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Ledger
internal import Market
internal import WebUI

extension StatementDetail {
    /// What a page says of it, in the visitor's language.
    func shown(_ frame: Frame) -> String {
        func text(_ name: String, _ values: [String: String] = [:]) -> String {
            frame.text("details." + name, values)
        }
        return switch self {
        case .share(let study, let pool, let purpose, let price):
            text(
                "share",
                [
                    "study": study.short, "pool": pool, "purpose": frame.purpose(purpose.id),
                    "price": price.description,
                ])
        case .rent(let order, let pool):
            text("rent", ["study": order.short, "pool": pool])
        case .called(let order): text("called", ["order": order.short])
        case .moved(let microunits, let pool):
            text("moved", ["pool": pool, "amount": Amount.text(microunits)])
        case .moving(let microunits, let pool):
            text("moving", ["pool": pool, "amount": Amount.text(microunits)])
        case .deposited: text("deposited")
        case .cashedOut: text("cashedOut")
        case .ordered(let order): text("ordered", ["order": order.short])
        case .answered(let order): text("answered", ["order": order.short])
        case .unanswered(let order, let reason):
            text(
                "unanswered",
                ["order": order.short, "why": frame.message("details." + reason.rawValue)])
        case .other(let kind):
            frame.message("kinds." + kind.replacing(".", with: "_"))
        }
    }
}
