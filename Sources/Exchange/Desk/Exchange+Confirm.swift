// SPDX-License-Identifier: Apache-2.0
internal import Canon
package import Consent
package import Identity
internal import Market
internal import Storage

/// Grants that a contributor confirms with a passkey: made ready, shown, signed by her, then recorded.
extension Exchange {
    /// A grant as it would be given now, for its contributor to confirm. Nothing is recorded.
    ///
    /// - Throws: as ``grant(_:pool:by:)``.
    package func prepareGrant(
        _ terms: GrantTerms, pool: String, by key: SigningKey
    ) throws -> SignedGrant {
        guard state.pools[pool] != nil else { throw MarketError.noPool(pool) }
        try checkRows(of: [key], for: terms, in: pool)
        return try terms.grant(to: pool, by: key, given: now)
    }

    /// Gives a grant that its contributor confirmed.
    ///
    /// - Parameters:
    ///   - prepared: what ``prepareGrant(_:pool:by:)`` made.
    ///   - credential: the passkey that she has for this pool, kept from then on.
    ///   - key: hers.
    /// - Throws: when a signature does not hold, or another passkey confirmed the grant in force.
    package func grant(
        _ prepared: SignedGrant, confirmedBy assertion: PasskeyAssertion,
        with credential: PasskeyCredential, of key: SigningKey
    ) throws -> SignedGrant {
        let consent = try PasskeyConsent(key: credential.publicKey, assertion: assertion)
        let grant = prepared.signed(by: consent)
        guard key.pseudonym(for: Exchange.poolContext(grant.grant.pool)).id == grant.grant.party
        else { throw ExchangeError.refused("this grant is somebody else's") }
        try checkIsOfThisPool(credential, grant.grant.party)
        try record(
            [.granted(grant)],
            notes: [
                .pseudonym(grant.grant.party, owner: key.id, pool: grant.grant.pool),
                .mark(
                    Exchange.consentMark(grant.grant.party), try credential.json.signable()),
                .mark(
                    Exchange.consentHolderMark(credential), Array(grant.grant.party.did.utf8)),
            ])
        return grant
    }

    /// The passkey that a party confirms grants for a pool with; nil before the first.
    package func consentPasskey(
        of key: SigningKey, in pool: String
    ) throws -> PasskeyCredential? {
        let pseudonym = key.pseudonym(for: Exchange.poolContext(pool)).id
        guard let bytes = try store.mark(Exchange.consentMark(pseudonym)) else { return nil }
        return try PasskeyCredential(json: JSON(parsing: bytes))
    }

    /// Refuses a passkey that is used elsewhere: in public it would join what one person does.
    private func checkIsOfThisPool(_ credential: PasskeyCredential, _ party: PartyID) throws {
        let holder = try store.mark(Exchange.consentHolderMark(credential))
        guard try passkey(credential.id) == nil,
            holder == nil || holder == Array(party.did.utf8)
        else {
            throw ExchangeError.refused(
                "this passkey is for something else; make one for this pool alone")
        }
    }

    private static func consentHolderMark(_ credential: PasskeyCredential) -> String {
        "consent-holder/" + Digest(of: credential.publicKey.cose).hex
    }

    private static func consentMark(_ pseudonym: PartyID) -> String {
        "consent-key/" + pseudonym.did
    }
}
