// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Identity
internal import Market
internal import Storage

/// Who may join a pool of contributors' own machines: anybody, or whoever has a code that the operator gave her. What
/// hides one of them is that at most a tenth are made up by somebody, and the operator of a club knows its members.
extension Exchange {
    /// How many codes are made at once, at most.
    package static let mostInvitations = 1000

    /// Whether somebody who is new needs a code to join a pool.
    package func isInviteOnly(_ pool: String) throws -> Bool {
        try store.mark(inviteMark(pool)) != nil
    }

    /// Makes codes, each good for one who is new in the pool; only their digests are kept.
    ///
    /// - Throws: for a pool that takes everybody, or none of contributors' own machines.
    package func invite(_ count: Int, to pool: String) throws -> [String] {
        guard state.pools[pool]?.offer.isEdge == true else { throw MarketError.noPool(pool) }
        guard try isInviteOnly(pool) else {
            throw MarketError.edge("\(pool) takes everybody; open one with --edge --invited")
        }
        guard (1...Exchange.mostInvitations).contains(count) else {
            throw ExchangeError.refused("1 to \(Exchange.mostInvitations) codes at once")
        }
        let codes = (0..<count).map { _ in
            random(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        try store.write(
            [], after: UInt64(log.size), notes: codes.map { .mark(codeMark($0, pool), [1]) })
        return codes
    }

    /// What uses a code up, in the write that takes the grant; nothing where none is needed.
    ///
    /// - Throws: for somebody new without a code, or with one that is none or was used.
    func using(_ code: String?, by party: PartyID, in pool: String) throws -> [Note] {
        guard try isInviteOnly(pool), !isMachine(party, in: pool) else { return [] }
        guard let code, try store.mark(codeMark(code, pool)) != nil else {
            throw MarketError.edge(
                "\(pool) takes those whom its operator invites, each code once: "
                    + "dividend edge join \(pool) --code CODE")
        }
        return [.unmark(codeMark(code, pool))]
    }

    func inviteMark(_ pool: String) -> String { "edge/invited/" + pool }

    private func codeMark(_ code: String, _ pool: String) -> String {
        "edge/code/\(pool)/" + Digest(of: Array(code.utf8)).hex
    }
}
