// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Hummingbird
internal import Identity
internal import Learn
internal import Ledger
internal import Vault
internal import WebUI

/// A contributor's page and its forms.
struct MePages {
    let node: Node
    let directory: Directory

    func add(to router: Router<NodeContext>) {
        router.get("me") { request, context in
            guard context.caller != nil else { return Reply.see("/enter") }
            let access = try context.signedIn()
            let frame = await node.frame(request, context)
            let query = request.uri.queryParameters
            var page = try await MePageMaker(node: node, directory: directory, frame: frame)
                .page(of: access, isWhole: query["all"] != nil)
            page.said = query["said"].map(String.init)
            page.optsOut = context.optsOut
            try await node.recordOptOut(context)
            return Reply.html(page.html(frame))
        }
        router.get("me/trends") { request, context in
            guard context.caller != nil else { return Reply.see("/enter") }
            let key = try await node.exchange.knownKey(of: try context.signedIn().party)
            let frame = await node.frame(request, context)
            var tables: [TrendsPage.Table] = []
            for rows in try await node.exchange.ownRows(of: key) {
                let averages = try await node.averages(of: rows.schema.table)
                // Of each kind the newest of each pool.
                let published = try await node.publishedModels(of: rows.schema.table)
                let recommended = published.compactMap { pool, models in
                    models.first(where: \.isRecommender).flatMap {
                        OwnRecommendations.list(by: $0, of: pool, for: rows)
                    }
                }
                let foreseen = published.compactMap { pool, models in
                    models.first(where: \.isForecast).flatMap {
                        OwnForecasts.list(by: $0, of: pool, for: rows)
                    }
                }
                tables.append(
                    Trends.table(rows, frame, beside: averages).with(recommended, foreseen))
            }
            return Reply.html(TrendsPage(tables).html(frame))
        }
        addForms(to: router)
        addErasures(to: router)
        router.get("me/everything.json") { _, context in
            let access = try context.signedIn()
            return Reply.json(try await node.everything(of: access))
                .saved(as: "dividend-\(access.party).json")
        }
    }

    private func addForms(to router: Router<NodeContext>) {
        router.post("me/grants") { request, context in
            let access = try context.signedIn()
            let form = try await Form(request)
            var wish = GrantWish(pool: form["pool"] ?? "", purposes: form.all("purpose"))
            guard !wish.purposes.isEmpty else {
                throw Problem(
                    .unprocessableContent, "no_purpose",
                    "choose what it is for: nothing else is allowed")
            }
            guard let floor = Amount(form["floor"] ?? "0") else {
                throw Problem(.unprocessableContent, "format", "a price is written like 12.50")
            }
            wish.priceFloor = floor.microunits
            wish.days = try MePages.number(form["days"], usual: wish.days, most: 36_500)
            wish.uses = try MePages.number(form["uses"], usual: wish.uses, most: 1_000_000)
            wish.epsilon = form["epsilon"] ?? wish.epsilon
            wish.epsilonPerStudy = form["perStudy"] ?? wish.epsilonPerStudy
            try node.respectOptOut(context, overrides: form["despiteOptOut"] == "yes")
            let given = try await node.grant(wish, by: access)
            try await node.recordOptOut(context, grant: given.grant)
            return Reply.see("/me?said=granted#grants")
        }
        router.post("me/withdraw") { request, context in
            let key = try await node.exchange.knownKey(of: try context.signedIn().party)
            let form = try await Form(request)
            _ = try await node.exchange.withdraw(key, from: form["pool"] ?? "")
            return Reply.see("/me?said=withdrawn#grants")
        }
        router.post("me/appeal") { request, context in
            let key = try await node.exchange.knownKey(of: try context.signedIn().party)
            try await node.exchange.appeal(key, in: try await Form(request)["pool"] ?? "")
            return Reply.see("/me?said=appealed#grants")
        }
        router.post("me/cashout") { request, context in
            let key = try await node.exchange.knownKey(of: try context.signedIn().party)
            guard let most = Amount(try await Form(request)["amount"] ?? ""), most > .zero else {
                throw Problem(.unprocessableContent, "format", "an amount is written like 12.50")
            }
            let paid = try await node.exchange.cashOut(key, most: most)
            return Reply.see("/me?said=\(paid.isPending ? "drawn" : "paidOut")#statement")
        }
        router.get("me/balance.json") { _, context in
            let key = try await node.exchange.knownKey(of: try context.signedIn().party)
            return Reply.json(try await node.exchange.balanceReceipt(of: key).json)
                .saved(as: "balance.json")
        }
        router.get("me/grants/:pool/receipt.json") { _, context in
            let key = try await node.exchange.knownKey(of: try context.signedIn().party)
            let pool = try context.parameters.require("pool")
            let receipt = try await node.exchange.receipt(of: key, in: pool)
            return Reply.json(receipt.document).saved(as: "consent-\(pool).json")
        }
        router.post("me/erase") { request, context in
            let access = try context.signedIn()
            guard try await Form(request)["sure"] == "yes" else {
                throw Problem(.unprocessableContent, "not_sure", "say that you are sure first")
            }
            _ = try await node.erase(table: nil, of: access)
            let key = try await node.exchange.knownKey(of: access.party)
            let last = try await node.erasures(of: key, in: directory).last
            return Reply.see(last.map { "/me/erasures/\($0.index)" } ?? "/me?said=erased")
        }
    }

    private func addErasures(to router: Router<NodeContext>) {
        router.get("me/erasures/:index") { request, context in
            let certificate = try await certificate(context)
            let frame = await node.frame(request, context)
            let index = try context.index()
            var page = RecordPage(frame.message("me.certificate"), in: nil)
            page.lead = frame.message("me.erased")
            page.facts = [
                ("explorer.number", .init("\(index)", to: "/explorer/\(index)")),
                ("explorer.time", .init(certificate["time"]?.string ?? "")),
                ("me.keys", "\(certificate["segments"]?.array?.count ?? 0)"),
                (
                    "me.keep",
                    .init("certificate-\(index).json", to: "/me/erasures/\(index)/certificate.json")
                ),
            ]
            page.text = certificate.indented()
            return Reply.html(page.html(frame))
        }
        router.get("me/erasures/:index/certificate.json") { _, context in
            Reply.json(try await certificate(context))
                .saved(as: "certificate-\(try context.index()).json")
        }
    }

    private func certificate(_ context: NodeContext) async throws -> JSON {
        let key = try await node.exchange.knownKey(of: try context.signedIn().party)
        return try await node.exchange.erasureCertificate(of: key, entry: try context.index())
    }

    private static func number(_ text: String?, usual: Int64, most: Int64) throws -> Int64 {
        guard let text else { return usual }
        guard let number = Int64(text), (1...most).contains(number) else {
            throw Problem(
                .unprocessableContent, "format", "a whole number from 1 to \(most) is wanted")
        }
        return number
    }
}

extension Node {
    /// The entries that record a party's erasures, the oldest first.
    func erasures(
        of key: SigningKey, in directory: Directory
    ) async throws -> [(index: Int, entry: Entry)] {
        try await directory.follow()
        let places = await directory.entries(naming: exchange.vaultParty(of: key).did)
        return try await exchange.entries(at: places).filter { $0.entry.kind == "data.erase" }
    }
}
