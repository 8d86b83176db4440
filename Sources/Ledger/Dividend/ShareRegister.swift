// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// Who holds what share of a pool's dividends, and what each may claim.
///
/// A dividend is declared for all holders at once by raising one number, the dividend per share, in
/// fixed point of 2^-64 micro-units: the same few steps for a hundred holders and for a million.
/// What a holder may claim follows from its shares and from the number at its last change. So
/// a holder gets nothing of what was declared before it joined, and keeps what it accrued when it
/// leaves.
///
/// **Exact.** What does not divide by the shares is dust, less than one micro-unit, and goes into
/// the next declaration; a holder's fraction of a micro-unit stays its own. After every step
///
///     declared × 2^64 = paid × 2^64 + Σ claims + dust        (``isConserved``)
///
/// **Bounds.** Declarations add up to at most 2^62 micro-units and shares to less than 2^64. The
/// dividend per share, any claim, and the sum of all claims are then at most 2^126.
///
/// **Memory.** About 170 bytes a holder, kept for ever, since a fraction may be owed to it.
public struct ShareRegister: Sendable {
    /// A holder as it lies in memory. Claims are in 2^-64 micro-units.
    struct Holding: Sendable {
        var shares: UInt64
        /// The dividend per share up to which `accrued` counts.
        var base: UInt128
        var accrued: UInt128

        /// All that is owed to the holder. At most 2^126: the holder's shares were part of every
        /// declaration since its last change.
        func claim(at perShare: UInt128) -> UInt128 {
            accrued + UInt128(shares) * (perShare - base)
        }
    }

    var holders: DenseIndex
    var holdings: [Holding] = []
    var tree = StateTree()
    /// The sum of all declarations for one share, in 2^-64 micro-units.
    var perShare: UInt128 = 0
    /// What did not divide by the shares so far, in 2^-64 micro-units.
    var dust: UInt128 = 0
    /// Where the next ``materialise(limit:atLeast:)`` goes on.
    var cursor = 0

    /// All that was ever declared.
    public internal(set) var declared = Amount.zero
    /// All that was ever paid out.
    public internal(set) var paid = Amount.zero
    /// The shares of all holders together.
    public internal(set) var totalShares: UInt64 = 0

    /// Starts with nobody.
    ///
    /// - Parameter seed: Spreads ids over memory, as in ``Books/init(seed:)``.
    public init(seed: UInt64 = 0) { holders = DenseIndex(Scatter(seed: seed)) }

    /// How many accounts hold or ever held shares.
    public var holderCount: Int { holdings.count }

    /// How many shares a holder has; zero for a stranger.
    public func shares(of holder: AccountID) -> UInt64 {
        holders.find(holder).map { holdings[$0].shares } ?? 0
    }

    /// Lets a holder in, from now on. One that left before keeps what is owed to it.
    ///
    /// - Throws: ``DividendError/alreadyHolds(_:)``, ``DividendError/noShares(_:)``,
    ///   ``DividendError/tooManyShares``.
    public mutating func join(_ holder: AccountID, shares: UInt64) throws(DividendError) {
        let slot = holders.find(holder)
        if let slot, holdings[slot].shares > 0 { throw .alreadyHolds(holder) }
        guard shares > 0 else { throw .noShares(holder) }
        let (total, overflow) = totalShares.addingReportingOverflow(shares)
        guard !overflow else { throw .tooManyShares }
        totalShares = total
        if let slot {
            settle(slot)
            holdings[slot].shares = shares
        } else {
            _ = holders.insert(holder)
            holdings.append(Holding(shares: shares, base: perShare, accrued: 0))
            tree.appendOpen()
        }
    }

    /// Takes a holder's shares away, from now on. What it accrued stays payable.
    ///
    /// - Throws: ``DividendError/holdsNothing(_:)``.
    public mutating func leave(_ holder: AccountID) throws(DividendError) {
        guard let slot = holders.find(holder), holdings[slot].shares > 0 else {
            throw .holdsNothing(holder)
        }
        settle(slot)
        totalShares -= holdings[slot].shares
        holdings[slot].shares = 0
    }

    /// Changes the number of a holder's shares, from now on.
    ///
    /// - Throws: ``DividendError/holdsNothing(_:)``, ``DividendError/noShares(_:)``,
    ///   ``DividendError/tooManyShares``.
    public mutating func reweigh(_ holder: AccountID, shares: UInt64) throws(DividendError) {
        guard let slot = holders.find(holder), holdings[slot].shares > 0 else {
            throw .holdsNothing(holder)
        }
        guard shares > 0 else { throw .noShares(holder) }
        let (total, overflow) = (totalShares - holdings[slot].shares)
            .addingReportingOverflow(shares)
        guard !overflow else { throw .tooManyShares }
        settle(slot)
        totalShares = total
        holdings[slot].shares = shares
    }

    /// Raises the dividend of every holder but the excluded ones by its part of an amount.
    ///
    /// Each share gets (amount + dust) ÷ (shares of those who are not excluded), rounded down to
    /// 2^-64 micro-units; the rest is dust for the next declaration.
    ///
    /// - Parameter excluded: Holders that get nothing of it; strangers and repeats do no harm.
    /// - Returns: What each share got, in 2^-64 micro-units.
    /// - Throws: ``DividendError/nobodyHoldsShares``, ``DividendError/totalTooLarge``.
    /// - Cost: O(1 + excluded), whatever the number of holders.
    @discardableResult
    public mutating func declare(
        _ amount: Amount, excluding excluded: [AccountID] = []
    ) throws(DividendError) -> UInt128 {
        let slots = Set(excluded.compactMap { holders.find($0) })
        let eligible = slots.reduce(totalShares) { $0 - holdings[$1].shares }
        guard eligible > 0 else { throw .nobodyHoldsShares }
        guard let total = declared.adding(amount) else { throw .totalTooLarge }
        // At most 2^126: the dust is part of what was declared before.
        let sum = UInt128(amount.microunits) << 64 + dust
        let (raise, rest) = sum.quotientAndRemainder(dividingBy: UInt128(eligible))
        for slot in slots {
            settle(slot)
            holdings[slot].base = perShare + raise
        }
        perShare += raise
        dust = rest
        declared = total
        return raise
    }

    /// Counts what a holder accrued so far, before its shares change.
    private mutating func settle(_ slot: Int) {
        holdings[slot].accrued = holdings[slot].claim(at: perShare)
        holdings[slot].base = perShare
        tree.open(slot)
    }
}
