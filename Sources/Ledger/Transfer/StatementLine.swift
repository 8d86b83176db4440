// SPDX-License-Identifier: Apache-2.0
public import Canon

/// One line of an account's statement: what changed what the account can spend, and why.
///
/// The lines of an account add up to its ``Balance/available``. Money that is promised to an
/// account by a hold has no line until it is posted.
public struct StatementLine: Hashable, Sendable {
    /// The account.
    public let account: AccountID
    /// The journal index of the command.
    public let index: UInt64
    /// The time of the journal entry.
    public let time: Timestamp
    /// Micro-units; negative for money that left.
    public let microunits: Int64
    /// What the account could spend after this line, in micro-units.
    public let balanceAfter: Int64
    /// Why.
    public let reason: Reason
    /// The request that did it; for an expiry, the hold.
    public let transfer: TransferID

    /// The lines that a command makes, in the order of its legs; none for a leg of zero.
    ///
    /// A hold makes a line for each account that gives. Its end makes a release for each of those,
    /// and then the lines of what moved.
    ///
    /// - Parameters:
    ///   - reply: What ``Books`` answered.
    ///   - time: The time of the journal entry.
    /// - Cost: two steps a leg.
    public static func lines(for reply: TransferReply, at time: Timestamp) -> [StatementLine] {
        var changes: [(account: AccountID, microunits: Int64, reason: Reason)] = []
        for leg in reply.held { changes.append((leg.debit, -leg.amount.microunits, .hold)) }
        for leg in reply.released { changes.append((leg.debit, leg.amount.microunits, .release)) }
        for leg in reply.moved {
            let reason = Reason(rawValue: leg.code) ?? .other
            changes.append((leg.debit, -leg.amount.microunits, reason))
            changes.append((leg.credit, leg.amount.microunits, reason))
        }
        var running: [AccountID: Int64] = [:]
        for entry in reply.balances { running[entry.account] = entry.balance.available }
        // From what each account can spend at the end, back to what it could before.
        for change in changes { running[change.account, default: 0] &-= change.microunits }
        var lines: [StatementLine] = []
        for change in changes where change.microunits != 0 {
            running[change.account, default: 0] &+= change.microunits
            lines.append(
                StatementLine(
                    account: change.account, index: reply.index, time: time,
                    microunits: change.microunits, balanceAfter: running[change.account] ?? 0,
                    reason: change.reason, transfer: reply.id))
        }
        return lines
    }

    /// The lines that a command of the journal makes; none for opening and amending accounts.
    public static func lines(for reply: LedgerReply, at time: Timestamp) -> [StatementLine] {
        reply.transfers.flatMap { lines(for: $0, at: time) }
    }
}
