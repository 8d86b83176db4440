// SPDX-License-Identifier: Apache-2.0
internal import Fields
internal import Stark

/// That an amount is the share of its weight by the largest remainder.
///
/// With T shared, weight w and all weights W: T·w = q·W + r, 0 ≤ r < W, and the amount is q or q + 1. A
/// micro-unit more has whoever's remainder is above a threshold θ, or is θ and comes before the first that
/// gets none: `extra` = [r ≥ θ + `passed`], where `passed` never goes back to 0. Since amounts add up to T, the
/// micro-units that do not divide go to the largest remainders, the first of equals first: `Split` in
/// Ledger gives the same.
///
/// **The product** of 64-bit numbers is compared column by column of 8 bits: T and W, which are public, by
/// bytes, w and q by limbs of 16 bits. Each column is below 2²⁶ in size, and its carry into the next, k, is shown
/// to be low + 16·high − 2¹⁹ for two numbers of 16 bits: every sum stays below 2³⁰, so it holds as it does
/// for whole numbers.
extension SettlementCircuit {
    enum Share {
        /// The columns of the product: bytes 0 to 7 and limbs 0, 2, 4, 6.
        static let places = 14
        /// How many of them carry into the next.
        static let carries = places - 1
        /// What keeps carries from being negative.
        static let offset = 1 << 19
    }

    static func shares(_ table: inout TableBuilder, pays: Linear) {
        let count = Limbs.count
        let weight = table.cells(Payout.weight, count)
        let quotient = table.cells(Payout.quotient, count)
        let remainder = table.cells(Payout.remainder, count)
        for limb in weight + quotient + remainder {
            table.send([limb], on: Bus.range, times: Linear(1))
        }
        // Nobody but the holders of the record has a weight.
        for limb in weight { table.require(table.product(Linear(1) - pays, limb)) }
        weights(&table)
        products(&table, weight, quotient, remainder)
        let extra = table.cell(Payout.extra)
        table.requireBit(extra)
        amount(&table, quotient, extra: extra, pays: pays)
        room(&table, remainder, pays: pays)
        threshold(&table, remainder, extra: extra, pays: pays)
    }

    /// The weights add up to all weights.
    private static func weights(_ table: inout TableBuilder) {
        let all = (0..<Limbs.count).map { weights(&table, $0) }
        runningTotal(
            &table, at: Payout.weightTotal, of: Payout.weight, carries: Payout.weightCarries,
            endsAt: all)
    }

    /// A limb of all weights.
    private static func weights(_ table: inout TableBuilder, _ limb: Int) -> Linear {
        table.input(Input.weights + 2 * limb) + table.input(Input.weights + 2 * limb + 1) * 256
    }

    /// T·w = q·W + r.
    private static func products(
        _ table: inout TableBuilder, _ weight: [Linear], _ quotient: [Linear],
        _ remainder: [Linear]
    ) {
        var carried = Linear(0)
        for place in 0..<Share.places {
            var column = carried
            for limb in 0..<Limbs.count where (0..<Limbs.byteCount).contains(place - 2 * limb) {
                let byte = place - 2 * limb
                column =
                    column + table.product(table.input(Input.shared + byte), weight[limb])
                    - table.product(table.input(Input.weights + byte), quotient[limb])
            }
            if place % 2 == 0, place / 2 < Limbs.count { column = column - remainder[place / 2] }
            guard place < Share.carries else {
                table.require(column)
                break
            }
            let low = table.cell(Payout.columnCarries + 2 * place)
            let high = table.cell(Payout.columnCarries + 2 * place + 1)
            for part in [low, high] { table.send([part], on: Bus.range, times: Linear(1)) }
            carried = low + high * 16 - Linear(Share.offset)
            table.require(column - carried * 256)
        }
    }

    /// What is paid is the quotient, or one more.
    private static func amount(
        _ table: inout TableBuilder, _ quotient: [Linear], extra: Linear, pays: Linear
    ) {
        let carries = table.cells(Payout.quotientCarries, Limbs.count - 1)
        for carry in carries { table.requireBit(carry) }
        for limb in 0..<Limbs.count {
            let carried = limb > 0 ? carries[limb - 1] : extra
            let carry = limb < Limbs.count - 1 ? carries[limb] : Linear(0)
            let amount = table.cell(Payout.amount + limb)
            table.require(
                table.product(pays, amount - quotient[limb] - carried + carry * 65_536))
        }
    }

    /// The remainder is less than all weights: something and one more are missing.
    private static func room(
        _ table: inout TableBuilder, _ remainder: [Linear], pays: Linear
    ) {
        let carries = table.cells(Payout.roomCarries, Limbs.count - 1)
        for carry in carries { table.requireBit(carry) }
        for limb in 0..<Limbs.count {
            let room = table.cell(Payout.room + limb)
            table.send([room], on: Bus.range, times: Linear(1))
            let carried = limb > 0 ? carries[limb - 1] : Linear(1)
            let carry = limb < Limbs.count - 1 ? carries[limb] : Linear(0)
            let sum = remainder[limb] + room + carried - carry * 65_536
            table.require(table.product(pays, weights(&table, limb) - sum))
        }
    }

    /// Who gets a micro-unit more: r − θ − passed where she does, θ + passed − 1 − r where not, is not
    /// negative. The threshold need not be checked: whatever its limbs are, they stand for one number.
    private static func threshold(
        _ table: inout TableBuilder, _ remainder: [Linear], extra: Linear, pays: Linear
    ) {
        let borrows = table.cells(Payout.distanceBorrows, Limbs.count - 1)
        for borrow in borrows { table.requireBit(borrow) }
        let passed = table.cell(Payout.passed)
        table.requireBit(passed)
        table.require(
            table.product(passed, Linear(1) - table.next(Payout.passed)), .transition)
        let sign = extra * 2 - Linear(1)
        for limb in 0..<Limbs.count {
            let threshold = table.cell(Payout.threshold + limb)
            table.require(table.next(Payout.threshold + limb) - threshold, .transition)
            let distance = table.cell(Payout.distance + limb)
            table.send([distance], on: Bus.range, times: Linear(1))
            let difference = remainder[limb] - threshold - (limb == 0 ? passed : Linear(0))
            let borrowed = limb > 0 ? borrows[limb - 1] : Linear(1) - extra
            let borrow = limb < Limbs.count - 1 ? borrows[limb] : Linear(0)
            let wanted =
                table.product(sign, difference) - borrowed + borrow * 65_536 - distance
            table.require(table.product(pays, wanted))
        }
    }
}
