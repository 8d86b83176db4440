// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Hummingbird
internal import Identity
internal import Market
internal import Privacy
internal import Study

/// What a contributor allows, withdraws and erases, and which studies read her.
struct GrantRoutes {
    let node: Node

    func add(to api: RouterGroup<NodeContext>) {
        api.get("grants") { _, context in
            let key = try await node.exchange.knownKey(of: try context.signedIn().party)
            return Reply.json(
                .array(try await node.exchange.standings(of: key).map { try $0.json }))
        }
        api.post("grants") { request, context in
            let access = try context.signedIn()
            var asked = try await Asked(request)
            let wish = try GrantWish(&asked)
            let overrides = try asked.truth("despiteOptOut") ?? false
            try asked.finish()
            try node.respectOptOut(context, overrides: overrides)
            let given = try await node.grant(wish, by: access)
            try await node.recordOptOut(context, grant: given.grant)
            return Reply.json(
                ["grant": given.grant.json, "receipt": try JSON(parsing: given.receipt)],
                status: .created)
        }
        api.delete("grants/:pool") { _, context in
            let key = try await node.exchange.knownKey(of: try context.signedIn().party)
            let pool = try context.parameters.require("pool")
            let count = try await node.exchange.withdraw(key, from: pool)
            return Reply.json(["withdrawn": .integer(Int64(count))])
        }
        api.get("grants/:pool/receipt") { _, context in
            let key = try await node.exchange.knownKey(of: try context.signedIn().party)
            let receipt = try await node.exchange.receipt(
                of: key, in: try context.parameters.require("pool"))
            return Reply.json(receipt.document)
        }
        api.get("uses") { request, context in
            let key = try await node.exchange.knownKey(of: try context.signedIn().party)
            return try Page(request).reply(await node.exchange.uses(of: key).map(\.json))
        }
        api.delete("rows") { request, context in
            let access = try context.signedIn()
            let table = try request.name("table", besides: "_")
            let erased = try await node.erase(table: table, of: access)
            return Reply.json(["erased": .array(erased.map { .string($0.hex) })])
        }
    }
}

/// A grant as somebody wishes to give it.
struct GrantWish {
    let pool: String
    let purposes: [String]
    var priceFloor: Int64 = 0
    var epsilon = "4.0"
    var epsilonPerStudy = "2.0"
    var uses: Int64 = 100
    var days: Int64 = 365

    init(pool: String, purposes: [String]) {
        self.pool = pool
        self.purposes = purposes
    }

    init(_ asked: inout Asked) throws {
        pool = try asked.text("pool", most: 64)
        purposes = try asked.texts("purposes")
        priceFloor = try asked.number("priceFloor", in: 0...1 << 50) ?? priceFloor
        epsilon = try asked.optionalText("epsilon", most: 32) ?? epsilon
        epsilonPerStudy = try asked.optionalText("epsilonPerStudy", most: 32) ?? epsilonPerStudy
        uses = try asked.number("uses", in: 1...1_000_000) ?? uses
        days = try asked.number("days", in: 1...36_500) ?? days
    }
}

extension Node {
    /// Gives a grant.
    ///
    /// - Returns: it, and the receipt's bytes.
    func grant(
        _ wish: GrantWish, by access: Access
    ) async throws -> (grant: SignedGrant, receipt: [UInt8]) {
        guard try await exchange.passkeys(of: access.party).isEmpty else {
            throw Problem(
                .conflict, "passkey_wanted",
                "an account that a passkey opens confirms its grants with one: the page does it, "
                    + "programs by /api/v1/grants/prepare and /api/v1/grants/confirm")
        }
        let terms = try await terms(of: wish)
        let key = try await exchange.knownKey(of: access.party)
        guard let grant = try await exchange.grant(terms, pool: wish.pool, by: [key]).first else {
            throw Problem(.conflict, "grant_refused", "the grant was not taken")
        }
        return (grant, try await exchange.receipt(for: grant).bytes)
    }

    /// A wish in the terms of a grant.
    func terms(of wish: GrantWish) async throws -> GrantTerms {
        let rho = { (epsilon: String) in
            try PrivacyTarget(epsilon: epsilon, delta: "1e-7").rho.units
        }
        let purposes = try wish.purposes.map { id in
            guard let purpose = Purpose(id) else {
                throw Problem(
                    .unprocessableContent, "purpose_unknown",
                    "\(id) is no purpose; see /api/v1/purposes")
            }
            return purpose
        }
        return GrantTerms(
            tables: try await exchange.tables(of: wish.pool), purposes: Set(purposes),
            priceFloor: wish.priceFloor, privacyLimit: try rho(wish.epsilon),
            privacyPerStudy: try rho(wish.epsilonPerStudy), uses: UInt32(clamping: wish.uses),
            days: Int(wish.days))
    }

    /// Everything that is kept of a party, file by file as `dividend export-my-data` writes it.
    func everything(of access: Access) async throws -> JSON {
        let key = try await exchange.knownKey(of: access.party)
        var files: [String: JSON] = [:]
        for file in try await exchange.ownFiles(of: key) {
            files[file.name] =
                switch file.content {
                case .text(let text): .string(text)
                case .json(let json): json
                }
        }
        return .object(files)
    }

    /// Erases a party's rows; without any left, her grants end first.
    func erase(table: String?, of access: Access) async throws -> [Digest] {
        let key = try await exchange.knownKey(of: access.party)
        return try await exchange.erase(key, table: table)
    }
}
