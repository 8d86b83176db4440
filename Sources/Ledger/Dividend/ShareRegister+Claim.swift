// SPDX-License-Identifier: Apache-2.0
public import Canon

/// A claim that is paid out.
public struct Payout: Hashable, Sendable {
    /// Who is paid.
    public let holder: AccountID
    /// How much; at least one micro-unit.
    public let amount: Amount

    /// Pairs the two.
    public init(holder: AccountID, amount: Amount) {
        self.holder = holder
        self.amount = amount
    }
}

/// What is owed to a holder, exactly: whole micro-units and 2^-64 parts of one.
public struct Claim: Hashable, Sendable {
    /// The part that can be paid.
    public let whole: Amount
    /// The rest, in 2^-64 micro-units.
    public let fraction: UInt64

    init(_ fixed: UInt128) {
        whole = Amount(trusted: Int64(fixed >> 64))
        fraction = UInt64(truncatingIfNeeded: fixed)
    }
}

extension ShareRegister {
    /// What can be paid to a holder now, in whole micro-units; zero for a stranger.
    public func claim(of holder: AccountID) -> Amount { exactClaim(of: holder).whole }

    /// What is owed to a holder, with its fraction of a micro-unit.
    public func exactClaim(of holder: AccountID) -> Claim {
        Claim(holders.find(holder).map { holdings[$0].claim(at: perShare) } ?? 0)
    }

    /// Pays out claims, in the order in which holders first joined, going on where the last call
    /// stopped.
    ///
    /// - Parameters:
    ///   - limit: The most payouts to make.
    ///   - least: The smallest claim to pay; smaller ones go on accruing. Zero counts as one.
    /// - Returns: What is to be posted to the books: see ``LedgerCommand/payouts(_:from:batch:)``.
    /// - Cost: at most one look at each holder, and one step a payout.
    public mutating func materialise(
        limit: Int, atLeast least: Amount = .zero
    ) -> [Payout] {
        var payouts: [Payout] = []
        payouts.reserveCapacity(max(0, min(limit, holdings.count)))
        for _ in holdings.indices {
            guard payouts.count < limit else { break }
            if let payout = pay(cursor, least) { payouts.append(payout) }
            cursor = cursor + 1 == holdings.count ? 0 : cursor + 1
        }
        return payouts
    }

    /// Pays out the claims of these holders, in this order; strangers and repeats do no harm.
    public mutating func materialise(
        holders wanted: [AccountID], atLeast least: Amount = .zero
    ) -> [Payout] {
        wanted.compactMap { holders.find($0) }.compactMap { pay($0, least) }
    }

    private mutating func pay(_ slot: Int, _ least: Amount) -> Payout? {
        let claim = holdings[slot].claim(at: perShare)
        let amount = Amount(trusted: Int64(claim >> 64))
        guard amount > .zero, amount >= least else { return nil }
        holdings[slot].accrued = claim & UInt128(UInt64.max)
        holdings[slot].base = perShare
        // Never above what was declared.
        paid = Amount(trusted: paid.microunits + amount.microunits)
        tree.open(slot)
        return Payout(holder: holders.ids[slot], amount: amount)
    }

    /// Whether what was declared is what was paid, is owed, and is dust, to the last 2^-64
    /// micro-unit, and the shares add up. Always true; for auditors. Cost: one look at each holder.
    public var isConserved: Bool {
        var sum = dust
        var shares = UInt128(0)
        for holding in holdings {
            guard holding.base <= perShare else { return false }
            let (earned, tooMuch) = UInt128(holding.shares).multipliedReportingOverflow(
                by: perShare - holding.base)
            let (claim, overflow) = earned.addingReportingOverflow(holding.accrued)
            let (next, above) = sum.addingReportingOverflow(claim)
            guard !tooMuch, !overflow, !above else { return false }
            sum = next
            shares += UInt128(holding.shares)
        }
        let (total, above) = sum.addingReportingOverflow(UInt128(paid.microunits) << 64)
        return !above && total == UInt128(declared.microunits) << 64 && shares == totalShares
    }
}

extension LedgerCommand {
    /// The transfers that post payouts: groups of up to ``Leg/most`` legs with reason
    /// ``Reason/payout``, from the account that the dividends were paid into.
    ///
    /// - Parameters:
    ///   - payouts: What ``ShareRegister/materialise(limit:atLeast:)`` answered.
    ///   - account: The account that pays.
    ///   - batch: Names the settlement; the same batch gives the same ids, so that a repeat after
    ///     a crash pays nobody twice.
    public static func payouts(
        _ payouts: [Payout], from account: AccountID, batch: Digest
    ) -> [LedgerCommand] {
        stride(from: 0, to: payouts.count, by: Leg.most).map { first in
            let group = payouts[first..<min(first + Leg.most, payouts.count)]
            var name = ByteWriter()
            name.write(UInt8(0x26))
            name.write(batch)
            name.write(UInt64(first / Leg.most))
            return .transfer(
                TransferID(Digest(of: name.bytes)),
                legs: group.map {
                    Leg(debit: account, credit: $0.holder, amount: $0.amount, reason: .payout)
                })
        }
    }
}
