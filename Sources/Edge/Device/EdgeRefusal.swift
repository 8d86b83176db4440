// SPDX-License-Identifier: Apache-2.0
package import Consent
package import SecureSum

/// Why a contributor's machine does not take part in a study, or no longer.
package enum EdgeRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The quote is not signed by the node that she granted to, or the order not by its buyer.
    case signature(of: String)
    /// The order is for another pool.
    case otherPool(String)
    /// The quote has run out.
    case expired
    /// The text is no question that can be asked of the pool.
    case question(String)
    /// The text is not what was quoted: this of it is different.
    case differs(String)
    /// Her grant does not allow it.
    case denied(Denial)
    /// She took part in it before, or began to: a second sum under one name could tell what the first one hides.
    case begunBefore
    /// Fewer take part than the pool promises.
    case tooFew(have: Int, need: Int)
    /// She is not among those who are asked.
    case notAsked
    /// A message is out of turn.
    case turn
    /// What the node says of an earlier sum is not of its size.
    case told
    /// No session can be held for it.
    case plan(SumPlanError)
    /// The session does not hold.
    case sum(SumError)

    /// What is wrong.
    package var description: String {
        switch self {
        case .signature(let what): "the signature on the \(what) does not hold"
        case .otherPool(let pool): "it is for the pool \(pool)"
        case .expired: "its quote has run out"
        case .question(let problem): "its text cannot be asked: \(problem)"
        case .differs(let what): "its \(what) is not what was quoted"
        case .denied(let denial): denial.sentence
        case .begunBefore: "it was begun here before; nobody takes part in one study twice"
        case .tooFew(let have, let need): "\(have) take part where the pool promises \(need)"
        case .notAsked: "this contributor is not among those who are asked"
        case .turn: "the node says things out of turn"
        case .told: "what the node says of the sum before has another size"
        case .plan(let error): error.description
        case .sum(let error): error.description
        }
    }
}
