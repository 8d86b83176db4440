// SPDX-License-Identifier: Apache-2.0
import Fields
import Settlement
import Stark

/// What a node that cheats would do: the same prover, told to give one holder a micro-unit less and another one
/// more. The sum is right and the roots are those of the accounts; only the shares are not those of the record.
struct Forgery {
    /// How many share, all alike.
    let holders: Int
    /// What they share, in micro-units.
    let shared: UInt64

    /// Proves the forged batch among made-up accounts.
    ///
    /// - Returns: its file, and the reason for which it is refused; nil if it was taken, which must never be.
    func made() throws -> (bytes: [UInt8], reason: String?) {
        var generator = SystemRandomNumberGenerator()
        func salt(_ count: Int) -> [KoalaBear] {
            (0..<count).map { _ in KoalaBear(reducing: generator.next() >> 1) }
        }
        let form = try SettlementCircuit(depth: 10, most: holders + 2)
        var tree = BalanceTree(depth: form.depth, hash: form.hash)
        tree.update([(0, BalanceLeaf(balance: shared, salt: salt(BalanceLeaf.saltWidth)))])
        let fair = try SettlementBatch(
            id: [UInt8](repeating: 0, count: 32),
            revenue: .init(index: 0, amount: shared, salt: salt(BalanceLeaf.saltWidth)),
            fee: .init(index: 1, amount: 0, salt: salt(BalanceLeaf.saltWidth)),
            holders: (0..<holders).map {
                .init(
                    index: 2 + $0, linkSalt: salt(AccountLink.saltWidth), weight: 1,
                    salt: salt(BalanceLeaf.saltWidth))
            })
        let forged = fair.skimmed(1, from: 0, to: holders - 1)
        let (statement, proof) = try SettlementProver(form).settle(
            forged, in: &tree, using: &generator)
        let file = SettlementFile(
            statement, hash: form.hash, most: form.most, isSmall: false, proof: proof)
        do throws(ProofError) {
            try file.verify()
            return (file.bytes, nil)
        } catch { return (file.bytes, error.description) }
    }
}
