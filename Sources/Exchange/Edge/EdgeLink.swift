// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
package import Edge
internal import Foundation
package import Identity
package import Market

/// A contributor's connection to a node: requests that her key in one pool signs (RFC 9421), and a few that need none.
package struct EdgeLink: Sendable {
    private let base: URL
    private let name: String

    /// What a node says of a pool that somebody may join.
    package struct Invitation: Sendable {
        package let node: PartyID
        package let offer: PoolOffer
        /// What she is to be shown; the same as here, or she does not join.
        package let notice: String
    }

    /// How long a node may take for one answer.
    private static let patience = Duration.seconds(60)

    /// Takes the address of a node, such as `https://exchange.example`.
    ///
    /// - Throws: for what is none.
    package init(_ address: String) throws {
        let trimmed = address.hasSuffix("/") ? String(address.dropLast()) : address
        guard let url = URL(string: trimmed), ["http", "https"].contains(url.scheme ?? ""),
            let host = url.host, !host.isEmpty, url.path.isEmpty, url.query == nil
        else {
            throw ExchangeError.refused(
                "'\(address)' is no address of a node; write https://exchange.example")
        }
        (base, name) = (url, trimmed)
    }

    /// What the node says of a pool.
    package func invitation(to pool: String) async throws -> Invitation {
        let json = try JSON(parsing: try await ask(.get, pool, "", as: nil).body)
        guard let node = json["node"]?.string.flatMap(PartyID.init(did:)),
            let offer = json["offer"], let notice = json["notice"]?.string
        else { throw ExchangeError.refused("\(name) does not say what \(pool) is") }
        return Invitation(node: node, offer: try PoolOffer(json: offer), notice: notice)
    }

    /// Sends a grant, with the code that she was invited with; the node's receipt comes back.
    package func join(_ grant: SignedGrant, code: String?) async throws -> [UInt8] {
        var members = ["grant": grant.json]
        members["code"] = code.map { .string($0) }
        return try await ask(
            .post, grant.grant.pool, "/grants", json: .object(members), as: nil
        ).body
    }

    /// Sends a withdrawal.
    package func leave(_ withdrawal: Withdrawal, from pool: String) async throws {
        _ = try await ask(
            .post, pool, "/withdrawals", json: ["withdrawal": withdrawal.json], as: nil)
    }

    /// What the node knows of her.
    package func standing(in pool: String, as key: SigningKey) async throws -> JSON {
        try JSON(parsing: try await ask(.get, pool, "/standing", as: key).body)
    }

    /// Takes money out.
    package func cashOut(
        from pool: String, most: Int64?, as key: SigningKey
    ) async throws -> JSON {
        let body: JSON = most.map { ["amount": .integer($0)] } ?? [:]
        return try JSON(parsing: try await ask(.post, pool, "/cashouts", json: body, as: key).body)
    }

    /// What waits for her machine in a pool.
    package func notice(in pool: String, as key: SigningKey) async throws -> EdgeDesk.Notice? {
        let answer = try await ask(.get, pool, "/next", as: key)
        if answer.status == 204 { return nil }
        guard answer.type == EdgeLink.stepType else {
            return .call(try EdgeTask(json: JSON(parsing: answer.body)))
        }
        var reader = ByteReader(answer.body)
        let order = try reader.readDigest()
        return .step(order: order, try StepMessage(try reader.read(count: reader.left)))
    }

    /// The media type of a step: the order's id, 32 bytes, and a ``StepMessage``.
    package static let stepType = "application/octet-stream"

    /// Says that her machine is there for an order.
    package func join(_ order: Digest, of pool: String, as key: SigningKey) async throws {
        _ = try await ask(.post, pool, "/there", json: ["order": .string(order.hex)], as: key)
    }

    /// Sends her machine's answer to a step.
    package func send(
        _ message: StepMessage, of order: Digest, in pool: String, as key: SigningKey
    ) async throws {
        _ = try await ask(
            .post, pool, "/steps/\(order.hex)", message.bytes, EdgeLink.stepType, as: key)
    }

    /// Says that what another machine sealed for hers does not open.
    func complain(
        of other: PartyID, in order: Digest, of pool: String, as key: SigningKey
    ) async throws {
        let body: JSON = ["order": .string(order.hex), "about": .string(other.did)]
        _ = try await ask(.post, pool, "/complaints", json: body, as: key)
    }

    // MARK: Requests

    private func ask(
        _ method: WebRequest.Method, _ pool: String, _ rest: String, json: JSON, as key: SigningKey?
    ) async throws -> WebRequest.Answer {
        try await ask(
            method, pool, rest, try json.canonical(), "application/json", as: key)
    }

    private func ask(
        _ method: WebRequest.Method, _ pool: String, _ rest: String, _ body: [UInt8] = [],
        _ type: String? = nil, as key: SigningKey?
    ) async throws -> WebRequest.Answer {
        let path = "/api/v1/edge/\(pool)\(rest)"
        guard URL(string: name + path) != nil else {
            throw ExchangeError.refused("'\(pool)' is no name of a pool")
        }
        var request = WebRequest(method: method, url: name + path, body: body)
        if let type { request.fields.append(("Content-Type", type)) }
        if let key {
            let port = base.port.map { ":\($0)" } ?? ""
            let message = try SignedMessage(
                method: method.rawValue, scheme: base.scheme ?? "https",
                authority: (base.host ?? "") + port, path: path, body: body
            ).signed(
                by: key,
                created: Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)),
                nonce: UUID().uuidString)
            for (field, lines) in message.fields {
                request.fields.append((field, lines.joined(separator: ", ")))
            }
        }
        let answer: WebRequest.Answer
        do throws(WebRequest.Silence) {
            answer = try await request.answer(within: EdgeLink.patience)
        } catch { throw NodeUnreachable(name: name, reason: error.reason) }
        guard !(200..<300).contains(answer.status) else { return answer }
        let problem = try? JSON(parsing: answer.body)
        guard answer.status < 500, answer.status != 429 else {
            throw NodeUnreachable(
                name: name, reason: problem?["detail"]?.string ?? "status \(answer.status)")
        }
        throw ErrorWords(
            code: problem?["code"]?.string ?? "refused",
            message: problem?["detail"]?.string ?? "\(name) answers with status \(answer.status)")
    }
}
