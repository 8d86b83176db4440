// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// Fills the columns that show that an amount follows from its weight.
struct ShareFilling {
    private let shared: UInt64
    private let weights: UInt64
    private let shares: [UInt64]
    /// The least remainder that gets a micro-unit more.
    private let threshold: UInt64
    /// The place of the first holder with that remainder who gets none.
    private let end: Int

    init(_ batch: SettlementBatch, _ statement: SettlementStatement) {
        (shared, weights) = (statement.revenue - statement.fee, statement.weights)
        shares = batch.shares
        let (all, sum) = (UInt128(shared), UInt128(statement.weights))
        // Where nobody gets one more, the threshold is out of reach.
        var threshold = UInt64.max
        let divided = batch.holders.map {
            (all * UInt128($0.weight)).quotientAndRemainder(dividingBy: max(sum, 1))
        }
        for (share, parts) in zip(batch.shares, divided) where UInt128(share) > parts.quotient {
            threshold = min(threshold, UInt64(parts.remainder))
        }
        end =
            zip(batch.shares, divided).enumerated().first { _, both in
                both.1.remainder == UInt128(threshold) && UInt128(both.0) == both.1.quotient
            }?.offset ?? batch.holders.count
        self.threshold = threshold
    }

    /// Fills a row, and gives what it asks of the range.
    ///
    /// - Parameter place: of the holder, where the row has one.
    func fill(_ row: Int, of trace: ColumnTiles, _ weight: UInt64?, place: Int) -> [KoalaBear] {
        typealias Column = SettlementCircuit.Payout
        func write(_ values: [KoalaBear], _ column: Int) {
            for (place, value) in values.enumerated() { trace[row, column + place] = value }
        }
        let hasPassed = place >= end
        write(Limbs.of(threshold), Column.threshold)
        trace[row, Column.passed] = hasPassed ? .one : .zero
        let (quotient, remainder) = (UInt128(shared) * UInt128(weight ?? 0))
            .quotientAndRemainder(dividingBy: max(UInt128(weights), 1))
        let (q, r) = (UInt64(quotient), UInt64(remainder))
        let limbs = Limbs.of(weight ?? 0) + Limbs.of(q) + Limbs.of(r)
        write(Limbs.of(weight ?? 0), Column.weight)
        write(Limbs.of(q), Column.quotient)
        write(Limbs.of(r), Column.remainder)
        let carries = carries(weight ?? 0, q, r)
        write(carries, Column.columnCarries)
        guard let weight, weights > 0 else {
            return limbs + carries + [KoalaBear](repeating: .zero, count: 2 * Limbs.count)
        }
        precondition(weight <= weights, "a weight is one of all")
        let isExtra = shares[place] > q
        trace[row, Column.extra] = isExtra ? .one : .zero
        write(Limbs.carries(q, 0, and: isExtra ? 1 : 0), Column.quotientCarries)
        let room = weights - 1 - r
        write(Limbs.of(room), Column.room)
        write(Limbs.carries(r, room, and: 1), Column.roomCarries)
        let passed: UInt64 = hasPassed ? 1 : 0
        // What is subtracted from what: without a micro-unit more, one more. Of a wrong share it may be
        // below zero, and then no proof of it holds.
        let (high, low) = isExtra ? (r, threshold) : (threshold, r)
        let distance = isExtra ? r &- threshold &- passed : threshold &- 1 &+ passed &- r
        write(Limbs.of(distance), Column.distance)
        write(
            borrows(high, low, distance, isExtra: isExtra, passed: passed), Column.distanceBorrows)
        return limbs + carries + Limbs.of(room) + Limbs.of(distance)
    }

    /// The carries of the product's columns, each as two numbers of 16 bits.
    private func carries(_ weight: UInt64, _ quotient: UInt64, _ remainder: UInt64) -> [KoalaBear] {
        func byte(_ number: UInt64, _ place: Int) -> Int64 {
            Int64(number >> UInt64(8 * place) & 0xff)
        }
        func limb(_ number: UInt64, _ place: Int) -> Int64 {
            Int64(number >> UInt64(16 * place) & 0xffff)
        }
        var carry: Int64 = 0
        var parts: [KoalaBear] = []
        for place in 0..<SettlementCircuit.Share.carries {
            for part in 0..<Limbs.count where (0..<Limbs.byteCount).contains(place - 2 * part) {
                carry += byte(shared, place - 2 * part) * limb(weight, part)
                carry -= byte(weights, place - 2 * part) * limb(quotient, part)
            }
            if place % 2 == 0, place / 2 < Limbs.count { carry -= limb(remainder, place / 2) }
            carry >>= 8
            let shifted = UInt64(carry + Int64(SettlementCircuit.Share.offset))
            parts += [KoalaBear(reducing: shifted & 15), KoalaBear(reducing: shifted >> 4)]
        }
        return parts
    }

    /// What each limb of the difference borrows from the next.
    private func borrows(
        _ high: UInt64, _ low: UInt64, _ distance: UInt64, isExtra: Bool, passed: UInt64
    ) -> [KoalaBear] {
        func limb(_ number: UInt64, _ place: Int) -> Int64 {
            Int64(number >> UInt64(16 * place) & 0xffff)
        }
        var borrow: Int64 = isExtra ? 0 : 1
        return (0..<Limbs.count - 1).map { place in
            var difference = limb(high, place) - limb(low, place) - borrow
            if place == 0 { difference += isExtra ? -Int64(passed) : Int64(passed) }
            borrow = (limb(distance, place) - difference) >> 16 & 1
            return KoalaBear(reducing: UInt64(borrow))
        }
    }
}
