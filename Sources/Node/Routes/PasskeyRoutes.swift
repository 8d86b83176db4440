// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Foundation
internal import Hummingbird
internal import Identity

/// Accounts that a passkey opens (WebAuthn): made, and signed in to. People choose a name and nothing else.
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
        api.post("passkeys") { request, _ in
            var asked = try await Asked(request)
            let name = try asked.text("name", most: 64)
            let challenge = try asked.base64("challenge")
            let attestation = try asked.base64("attestationObject")
            let client = try asked.base64("clientDataJSON")
            try asked.finish()
            try node.answer(challenge)
            let credential: PasskeyCredential
            do throws(PasskeyError) {
                credential = try PasskeyRegistration.verify(
                    attestationObject: attestation, clientDataJSON: client, challenge: challenge,
                    origin: node.origin, relyingParty: node.relyingParty,
                    requiresUserVerification: true)
            } catch { throw Problem(.unprocessableContent, "passkey", "\(error)") }
            try await node.exchange.createParty(named: name, openedBy: credential)
            return node.signedIn(Access(party: name, isOperator: false))
        }
        api.post("sessions") { request, _ in
            var asked = try await Asked(request)
            let challenge = try asked.base64("challenge")
            let id = try asked.base64("credential")
            let assertion = PasskeyAssertion(
                authenticatorData: try asked.base64("authenticatorData"),
                clientDataJSON: try asked.base64("clientDataJSON"),
                signature: try asked.base64("signature"))
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
            try await node.exchange.keep(known.credential, for: known.party)
            return node.signedIn(Access(party: known.party, isOperator: false))
        }
    }
}

extension Node {
    /// The host that passkeys are made for.
    var relyingParty: String { URL(string: origin)?.host ?? origin }

    fileprivate func answer(_ challenge: [UInt8]) throws {
        guard challenges.end(challenge, at: now) else {
            throw Problem(
                .conflict, "challenge", "the challenge was answered or is too old; try again")
        }
    }

    fileprivate func signedIn(_ access: Access) -> Response {
        var response = Reply.json(["party": .string(access.party)], status: .created)
        response.setCookie(
            cookie(sessions.begin(for: access, at: now), maxAge: Int(Sessions.milliseconds / 1000)))
        return response
    }
}
