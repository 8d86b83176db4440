// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Edge
internal import Exchange
internal import Hummingbird
internal import Identity
internal import Ledger
internal import Market
internal import NIOCore

/// Pools whose rows stay on contributors' own machines. A machine signs its requests with the key that its contributor
/// has in the pool; grants and withdrawals are signed by themselves.
struct EdgeRoutes {
    let node: Node

    /// The most bytes of an answer to a step: those of the widest study.
    static let mostStep = 16 << 20

    func add(to api: RouterGroup<NodeContext>) {
        api.get("edge/:pool") { _, context in
            let pool = try await node.machines(of: context)
            return Reply.json([
                "node": .string(await node.exchange.nodeID.did), "offer": pool.json,
                "notice": .string(Exchange.edgeNotice),
                "invited": .bool(try await node.exchange.isInviteOnly(pool.name)),
            ])
        }
        api.post("edge/:pool/grants") { request, context in
            let pool = try await node.machines(of: context)
            var asked = try await Asked(request)
            let grant = try SignedGrant(json: try asked.needed("grant"))
            let code = try asked.optionalText("code")
            try asked.finish()
            guard grant.grant.pool == pool.name else { throw EdgeRoutes.otherPool }
            let receipt = try await node.exchange.join(grant, code: code)
            return Reply.json(["receipt": try JSON(parsing: receipt.bytes)], status: .created)
        }
        api.post("pools/:pool/invitations") { request, context in
            try context.requireOperator()
            let pool = try context.parameters.require("pool")
            var asked = try await Asked(request)
            let count = try asked.number("count", in: 1...Int64(Exchange.mostInvitations)) ?? 1
            try asked.finish()
            let codes = try await node.exchange.invite(Int(count), to: pool)
            return Reply.json(["codes": .array(codes.map { .string($0) })], status: .created)
        }
        api.get("pools/:pool/spoiled") { _, context in
            try context.requireOperator()
            let exchange = node.exchange
            let spoiled = try await exchange.spoiled(in: context.parameters.require("pool"))
            let now = await exchange.time
            return Reply.json(.array(spoiled.map { $0.json(at: now) }))
        }
        api.post("edge/:pool/withdrawals") { request, context in
            let pool = try await node.machines(of: context)
            var asked = try await Asked(request)
            let withdrawal = try Withdrawal(json: try asked.needed("withdrawal"))
            try asked.finish()
            try await node.exchange.leave(withdrawal, from: pool.name)
            return Reply.json(["withdrawn": 1])
        }
        api.get("edge/:pool/standing") { _, context in
            let machine = try context.isMachine()
            let pool = try await node.machines(of: context)
            return Reply.json(
                try await node.exchange.edgeStanding(of: machine, in: pool.name).json)
        }
        api.post("edge/:pool/cashouts") { request, context in
            let machine = try context.isMachine()
            var asked = try await Asked(request)
            let most = try asked.number("amount", in: 1...Amount.largest) ?? Amount.largest
            try asked.finish()
            let paid = try await node.exchange.cashOut(
                machine: machine, most: Amount(microunits: most) ?? .zero)
            return Reply.json(["pending": .string(String(paid.microunits))], status: .created)
        }
        addStudies(to: api)
    }

    private func addStudies(to api: RouterGroup<NodeContext>) {
        api.get("edge/:pool/next") { _, context in
            let machine = try context.isMachine()
            let pool = try await node.machines(of: context)
            switch await node.exchange.desk.notice(for: machine, in: pool.name) {
            case nil: return Response(status: .noContent)
            case .call(let task): return Reply.json(task.json)
            case .step(let order, let message):
                return Reply.bytes(
                    ByteBuffer(bytes: order.bytes + message.bytes), type: EdgeLink.stepType)
            }
        }
        api.post("edge/:pool/there") { request, context in
            let machine = try context.isMachine()
            var asked = try await Asked(request)
            let order = try asked.digest("order")
            try asked.finish()
            do { try await node.exchange.desk.join(order, machine) } catch {
                throw Problem(error)
            }
            return Reply.json(["order": .string(order.hex)])
        }
        api.post("edge/:pool/complaints") { request, context in
            let machine = try context.isMachine()
            var asked = try await Asked(request)
            let order = try asked.digest("order")
            guard let about = PartyID(did: try asked.text("about")) else {
                throw Problem(.unprocessableContent, "format", "about: a key of a machine wanted")
            }
            try asked.finish()
            do {
                try await node.exchange.desk.complain(of: about, in: order, by: machine)
            } catch {
                throw Problem(error)
            }
            return Reply.json(["order": .string(order.hex)])
        }
        api.post("edge/:pool/steps/:order") { request, context in
            let machine = try context.isMachine()
            let order = try context.digest("order")
            guard request.headers[.contentType] == EdgeLink.stepType else {
                throw Problem(
                    .unsupportedMediaType, "media_type",
                    "send a step: Content-Type: \(EdgeLink.stepType)")
            }
            let body = try await request.body.collect(upTo: EdgeRoutes.mostStep)
            let message = try StepMessage(Array(body.readableBytesView))
            do {
                try await node.exchange.desk.take(message, of: order, from: machine)
            } catch { throw Problem(error) }
            return Reply.json(["order": .string(order.hex)])
        }
    }

    private static let otherPool = Problem(
        .unprocessableContent, "format", "the grant is for another pool than the path")
}

extension Node {
    /// The pool of contributors' own machines that a path names.
    fileprivate func machines(of context: NodeContext) async throws -> PoolOffer {
        let name = try context.parameters.require("pool")
        guard let offer = await exchange.state.pools[name]?.offer, offer.isEdge else {
            throw Problem(
                .notFound, "pool_unknown",
                "there is no pool \(name) of contributors' own machines; see /api/v1/pools")
        }
        return offer
    }

    /// Whether a key may sign requests below a path: that of somebody who granted to the pool which it names.
    func isMachine(_ party: PartyID, at path: String) async -> Bool {
        let parts = path.split(separator: "/")
        guard parts.count > 3, parts[..<3].elementsEqual(["api", "v1", "edge"]) else {
            return false
        }
        return await exchange.isMachine(party, in: String(parts[3]))
    }
}

extension NodeContext {
    /// The key of the contributor's machine that asks; refuses everybody else.
    fileprivate func isMachine() throws -> PartyID {
        guard let machine else {
            throw Problem(
                .unauthorized, "sign_in",
                "sign the request with the key that you granted with in this pool")
        }
        return machine
    }
}

extension Asked {
    /// Any JSON that has to be there.
    fileprivate mutating func needed(_ name: String) throws -> JSON {
        guard let value = try value(name) else {
            throw Problem(.unprocessableContent, "format", "\(name) is missing")
        }
        return value
    }
}

extension Problem {
    /// What a machine said does not go with where the study stands.
    fileprivate init(_ error: HostError) { self.init(.conflict, "edge", error.description) }
}
