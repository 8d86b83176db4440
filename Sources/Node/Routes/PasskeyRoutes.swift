// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Foundation
internal import Hummingbird
internal import Identity

/// Accounts that a passkey opens (WebAuthn): made, signed in to, opened by more passkeys, recovered.
/// People choose a name and nothing else.
struct PasskeyRoutes {
    let node: Node

    func add(to api: RouterGroup<NodeContext>) {
        api.post("passkeys/challenge") { request, _ in
            var asked = try await Asked(request)
            _ = try asked.optionalText("name", most: 64)
            try asked.finish()
            let challenge = Base64.encode(node.challenges.begin(at: node.now), as: .url)
            return Reply.json([
                "challenge": .string(challenge), "relyingParty": .string(node.relyingParty),
                "user": .string(Base64.encode(node.challenges.bytes(16), as: .url)),
            ])
        }
        api.post("passkeys") { request, context in
            var asked = try await Asked(request)
            let name = try asked.optionalPartyName("name")
            let registration = try asked.wholeRegistration()
            try asked.finish()
            let credential = try node.credential(of: registration)
            if let caller = context.caller, name == nil || name == caller.party {
                try await node.requireFresh(context)
                try await node.exchange.add(credential, to: caller.party)
                return Reply.json(["party": .string(caller.party)], status: .created)
            }
            guard let name else {
                throw Problem(.unprocessableContent, "format", "name is missing, or no text")
            }
            let code = try await node.exchange.createParty(named: name, openedBy: credential)
            return node.signedIn(by: credential, as: name, recovery: code)
        }
        api.get("passkeys") { _, context in
            let access = try context.signedIn()
            let all = try await node.exchange.passkeys(of: access.party)
            return Reply.json(
                .array(
                    all.map {
                        [
                            "id": .string(Base64.encode($0.id, as: .url)),
                            "algorithm": .string("\($0.publicKey.algorithm)"),
                            "backedUp": .bool($0.isBackedUp),
                        ]
                    }))
        }
        api.delete("passkeys/:passkey") { _, context in
            let access = try context.signedIn()
            let text = try context.parameters.require("passkey")
            guard let id = Base64.decode(text, as: .url) else {
                throw Problem(.notFound, "passkey_unknown", "a passkey's id is base64url")
            }
            try await node.requireFresh(context)
            try await node.exchange.endPasskey(id, of: access.party)
            node.sessions.endAll(byPasskey: Digest(of: id))
            return Reply.json(["ended": .string(text)])
        }
        api.post("passkeys/recovery") { _, context in
            let access = try context.signedIn()
            try await node.requireFresh(context)
            let code = try await node.exchange.renewRecoveryCode(of: access.party)
            return Reply.json(["recovery": .string(code)], status: .created)
        }
        api.post("passkeys/recover") { request, _ in
            var asked = try await Asked(request)
            let code = try asked.text("recovery", most: 128)
            let registration = try asked.wholeRegistration()
            try asked.finish()
            let credential = try node.credential(of: registration)
            let found = try await node.exchange.recover(by: code, with: credential)
            node.sessions.endAll(of: found.party)
            return node.signedIn(by: credential, as: found.party, recovery: found.code)
        }
        api.post("sessions") { request, _ in
            var asked = try await Asked(request)
            let challenge = try asked.base64("challenge")
            let id = try asked.base64("credential")
            let assertion = try asked.assertion()
            try asked.finish()
            try node.answer(challenge)
            guard var known = try await node.exchange.passkey(id) else {
                throw Problem(
                    .notFound, "passkey_unknown",
                    "no account opens with this passkey; make one first")
            }
            do throws(PasskeyError) {
                known.credential.signCount = try assertion.verify(
                    by: known.credential, challenge: challenge, origin: node.origin,
                    relyingParty: node.relyingParty, requiresUserVerification: true)
            } catch { throw Problem(.forbidden, "passkey", "\(error)") }
            try await node.exchange.used(known.credential, of: known.party)
            let response = node.signedIn(by: known.credential, as: known.party)
            // One that is ended at the same moment takes its sessions with it.
            guard try await node.exchange.passkey(id) != nil else {
                node.sessions.endAll(byPasskey: Digest(of: id))
                throw Problem(.notFound, "passkey_unknown", "this passkey was ended")
            }
            return response
        }
    }
}

extension Node {
    /// The host that passkeys are made for.
    var relyingParty: String { URL(string: origin)?.host ?? origin }

    /// Checks a new passkey, and that its challenge was given out here and not answered yet.
    func credential(of registration: Asked.Registration) throws -> PasskeyCredential {
        try answer(registration.challenge)
        do throws(PasskeyError) {
            return try PasskeyRegistration.verify(
                attestationObject: registration.attestationObject,
                clientDataJSON: registration.clientDataJSON, challenge: registration.challenge,
                origin: origin, relyingParty: relyingParty, requiresUserVerification: true)
        } catch { throw Problem(.unprocessableContent, "passkey", "\(error)") }
    }

    /// Refuses to change what opens an account unless its holder showed a passkey just now: neither an
    /// access key nor a browser that was left open may do it. Where no passkey opens the account its key does.
    func requireFresh(_ context: NodeContext) async throws {
        let access = try context.signedIn()
        guard try await !exchange.passkeys(of: access.party).isEmpty else { return }
        guard case .passkey = access.means, let began = context.sessionBegan,
            now.milliseconds - began < Sessions.freshMilliseconds
        else {
            throw Problem(
                .forbidden, "passkey_wanted",
                "this changes what opens the account; sign in with a passkey first, and do it then")
        }
    }

    fileprivate func answer(_ challenge: [UInt8]) throws {
        guard challenges.end(challenge, at: now) else {
            throw Problem(
                .conflict, "challenge", "the challenge was answered or is too old; try again")
        }
    }

    /// Begins a session for a party.
    ///
    /// - Parameter recovery: the recovery code, which is shown this once.
    fileprivate func signedIn(
        by credential: PasskeyCredential, as party: String, recovery: String? = nil
    ) -> Response {
        var members: [String: JSON] = ["party": .string(party)]
        members["recovery"] = recovery.map { .string($0) }
        var response = Reply.json(.object(members), status: .created)
        let access = Access(
            party: party, isOperator: false, means: .passkey(Digest(of: credential.id)))
        response.setCookie(
            cookie(sessions.begin(for: access, at: now), maxAge: Int(Sessions.milliseconds / 1000)))
        return response
    }
}
