// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import HTTPTypes
internal import Hummingbird
internal import Identity
internal import Synchronization

/// Requests that a party signed with its own key (RFC 9421): who signs what, and each only once.
final class SignedRequests: Sendable {
    /// How long ago a signature may have been made, and how far ahead a clock may be, in milliseconds.
    static let (past, future): (Int64, Int64) = (300_000, 30_000)
    /// The most bytes of a signed body, and of one that is a file.
    static let (mostBody, mostFile) = (1 << 20, 16 << 20)
    /// The most signatures that are remembered; then changes wait for older ones to run out.
    private static let most = 1_000_000

    private let seen = Mutex<[Digest: Int64]>([:])

    /// Takes a signature that has to come once.
    ///
    /// - Returns: whether it comes for the first time.
    func take(_ signature: Digest, at now: Timestamp) -> Bool {
        seen.withLock { seen in
            if seen.count >= SignedRequests.most / 2 {
                let limit = now.milliseconds - SignedRequests.past - SignedRequests.future
                seen = seen.filter { $0.value > limit }
            }
            guard seen.count < SignedRequests.most, seen[signature] == nil else { return false }
            seen[signature] = now.milliseconds
            return true
        }
    }

    fileprivate static func problem(_ error: MessageSignatureError) -> Problem {
        Problem(.unauthorized, "signature", "the signature does not hold: \(error)")
    }
}

extension Node {
    /// Who signed a request.
    ///
    /// What costs little comes first: only when the signature over the head holds, and is a party's of this
    /// exchange, is the body waited for.
    ///
    /// - Parameter request: its body is read, as the signature is over its digest.
    /// - Returns: a party of this exchange, or the machine of a contributor below the paths of its pool.
    /// - Throws: the problem of a signature that does not hold, of a key that nobody here has, and of a
    ///   change whose signature was used already.
    func signer(of request: inout Request) async throws -> Signer {
        var fields: [String: [String]] = [:]
        for field in request.headers {
            fields[field.name.canonicalName, default: []].append(field.value)
        }
        let target = request.head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let message: SignedMessage
        let statement: SignedMessage.Statement
        do throws(MessageSignatureError) {
            message = try SignedMessage(
                method: request.method.rawValue, scheme: String(origin.prefix { $0 != ":" }),
                authority: authority(of: request), path: String(parts[0]),
                query: parts.count > 1 ? String(parts[1]) : nil, fields: fields)
            statement = try message.verifyHead(
                hasBody: request.hasBody, now: now, past: SignedRequests.past,
                future: SignedRequests.future)
        } catch { throw SignedRequests.problem(error) }
        let name = exchange.partyName(of: statement.party)
        let isMachine =
            name == nil ? await self.isMachine(statement.party, at: String(parts[0])) : false
        guard name != nil || isMachine else {
            throw Problem(
                .unauthorized, "signature", "\(statement.party.did) is no party of this exchange")
        }
        let isFile =
            parts[0].hasPrefix("/api/v1/imports") || parts[0].hasPrefix("/api/v1/edge/")
        let body = try await request.collectBody(
            upTo: isFile ? SignedRequests.mostFile : SignedRequests.mostBody)
        do { try message.checkDigest(of: Array(body.readableBytesView)) } catch {
            throw SignedRequests.problem(error)
        }
        if !AccessMiddleware.safe.contains(request.method) {
            // By what was signed: headers around it can be written in other ways.
            let once = statement.digest
            guard signed.take(once, at: now) else {
                throw Problem(
                    .conflict, "signature_used",
                    "this signature was used before; sign the request again, with a new nonce")
            }
        }
        guard let name else { return .machine(statement.party) }
        // Signatures act for a party as it is: the operator's doings need the operator's own keys.
        return .party(
            Access(party: name, isOperator: name == Exchange.operatorParty, means: .signature))
    }
}

/// Who signed a request.
enum Signer {
    /// A party whose key is kept here.
    case party(Access)
    /// The machine of a contributor whose rows and key stay with her.
    case machine(PartyID)
}

extension Node {
    /// The host that a signature has to be for: this node's, by either of its names on this machine. What
    /// the request calls it may be what it was signed for elsewhere.
    fileprivate func authority(of request: Request) -> String {
        let own = origin.split(separator: "/").last.map(String.init) ?? ""
        guard let named = request.head.authority, isOwn("http://" + named) else { return own }
        return named
    }
}
