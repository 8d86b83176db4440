// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Hummingbird
internal import Identity

/// Grants that people confirm in a browser: made ready, signed by their passkey over the grant's id,
/// recorded. The passkey is made for one pool, with the first grant to it.
struct ConsentRoutes {
    let node: Node

    func add(to api: RouterGroup<NodeContext>) {
        api.post("grants/prepare") { request, context in
            let access = try context.signedIn()
            var asked = try await Asked(request)
            let wish = try GrantWish(&asked)
            let overrides = try asked.truth("despiteOptOut") ?? false
            try asked.finish()
            try node.respectOptOut(context, overrides: overrides)
            let key = try await node.exchange.knownKey(of: access.party)
            let grant = try await node.exchange.prepareGrant(
                try await node.terms(of: wish), pool: wish.pool, by: key)
            node.prepared.keep(grant, of: access.party, at: node.now)
            let known = try await node.exchange.consentPasskey(of: key, in: wish.pool)
            return Reply.json(
                [
                    "grant": grant.grant.json, "id": .string(grant.grant.id.hex),
                    "challenge": .string(Base64.encode(grant.grant.id.bytes, as: .url)),
                    "relyingParty": .string(node.relyingParty),
                    "passkey": known.map { .string(Base64.encode($0.id, as: .url)) } ?? .null,
                ], status: .created)
        }
        api.post("grants/confirm") { request, context in
            let access = try context.signedIn()
            var asked = try await Asked(request)
            let id = try asked.digest("grant")
            let assertion = try asked.assertion()
            let registration = try asked.registration()
            try asked.finish()
            let prepared = try node.prepared.claim(id, of: access.party, at: node.now)
            let key = try await node.exchange.knownKey(of: access.party)
            let credential = try await credential(registration, for: prepared, of: key)
            do throws(PasskeyError) {
                _ = try assertion.verify(
                    by: credential, challenge: id.bytes, origin: node.origin,
                    relyingParty: node.relyingParty, requiresUserVerification: true)
            } catch { throw Problem(.forbidden, "passkey", "\(error)") }
            let given = try await node.exchange.grant(
                prepared, confirmedBy: assertion, with: credential, of: key)
            try await node.recordOptOut(context, grant: given)
            let receipt = try await node.exchange.receipt(for: given).bytes
            return Reply.json(
                ["grant": given.json, "receipt": try JSON(parsing: receipt)], status: .created)
        }
    }

    /// The passkey that the grant is to be confirmed with: the one that is known for this pool, or the
    /// one that was made just now.
    private func credential(
        _ registration: Asked.Registration?, for prepared: SignedGrant, of key: SigningKey
    ) async throws -> PasskeyCredential {
        if let registration { return try node.credential(of: registration) }
        guard
            var known = try await node.exchange.consentPasskey(of: key, in: prepared.grant.pool)
        else {
            throw Problem(
                .unprocessableContent, "passkey",
                "there is no passkey for this pool yet; make one and send it along")
        }
        // It says yes to a digest that is new every time: there is nothing that a count could add.
        known.signCount = 0
        return known
    }
}

extension Asked {
    /// What `navigator.credentials.create()` gave.
    struct Registration {
        let challenge: [UInt8]
        let attestationObject: [UInt8]
        let clientDataJSON: [UInt8]
    }

    /// The parts of an assertion.
    mutating func assertion() throws -> PasskeyAssertion {
        PasskeyAssertion(
            authenticatorData: try base64("authenticatorData"),
            clientDataJSON: try base64("clientDataJSON"), signature: try base64("signature"))
    }

    /// A new passkey, where one is sent along.
    mutating func registration() throws -> Registration? {
        guard let made = try part("registration") else { return nil }
        var asked = made
        let registration = try asked.wholeRegistration()
        try asked.finish()
        return registration
    }

    /// The parts of a new passkey.
    mutating func wholeRegistration() throws -> Registration {
        Registration(
            challenge: try base64("challenge"), attestationObject: try base64("attestationObject"),
            clientDataJSON: try base64("clientDataJSON"))
    }
}

extension Node {
    /// Refuses a grant from a browser that says `Sec-GPC: 1` unless its user says that this one is
    /// meant all the same.
    func respectOptOut(_ context: NodeContext, overrides: Bool) throws {
        guard context.optsOut, !overrides else { return }
        throw Problem(
            .conflict, "opted_out",
            "your browser says: do not sell or share my data (Global Privacy Control). A grant does "
                + "just that, so say first that you mean this one (despiteOptOut)")
    }

    /// Keeps that the signal was there, and which grant was meant in spite of it.
    func recordOptOut(_ context: NodeContext, grant: SignedGrant? = nil) async throws {
        guard context.optsOut, let caller = context.caller else { return }
        try await exchange.recordOptOut(of: caller.party, despite: grant?.grant.id)
    }
}
