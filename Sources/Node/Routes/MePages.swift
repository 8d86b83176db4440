// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Hummingbird
internal import Identity
internal import Ledger
internal import Market
internal import Study
internal import WebUI

/// A contributor's page and its forms; the operator's page.
struct MePages {
    let node: Node

    func add(to router: Router<NodeContext>) {
        router.get("me") { request, context in
            guard context.caller != nil else { return Reply.see("/enter") }
            let access = try context.signedIn()
            let frame = await node.frame(request, context)
            var page = try await page(of: access, in: context.language)
            page.said = request.uri.queryParameters["said"].map(String.init)
            return Reply.html(page.html(frame))
        }
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
            wish.days = try MePages.number(form["days"], usual: 365, most: 36_500)
            wish.epsilon = form["epsilon"] ?? wish.epsilon
            wish.epsilonPerStudy = form["perStudy"] ?? wish.epsilonPerStudy
            _ = try await node.grant(wish, by: access)
            return Reply.see("/me?said=granted#grants")
        }
        router.post("me/withdraw") { request, context in
            let key = try await node.exchange.knownKey(of: try context.signedIn().party)
            let form = try await Form(request)
            _ = try await node.exchange.withdraw(key, from: form["pool"] ?? "")
            return Reply.see("/me?said=withdrawn#grants")
        }
        router.post("me/erase") { request, context in
            let access = try context.signedIn()
            guard try await Form(request)["sure"] == "yes" else {
                throw Problem(.unprocessableContent, "not_sure", "say that you are sure first")
            }
            _ = try await node.erase(table: nil, of: access)
            return Reply.see("/me?said=erased")
        }
        router.get("me/everything.json") { _, context in
            let access = try context.signedIn()
            var response = Reply.json(try await node.everything(of: access))
            response.headers[.contentDisposition] =
                "attachment; filename=\"dividend-\(access.party).json\""
            return response
        }
        router.get("operator") { request, context in
            guard context.caller != nil else { return Reply.see("/enter") }
            try context.requireOperator()
            return Reply.html(try await operatorPage().html(await node.frame(request, context)))
        }
    }

    private static func number(_ text: String?, usual: Int64, most: Int64) throws -> Int64 {
        guard let text else { return usual }
        guard let number = Int64(text), (1...most).contains(number) else {
            throw Problem(
                .unprocessableContent, "format", "a whole number from 1 to \(most) is wanted")
        }
        return number
    }

    private func page(of access: Access, in language: String) async throws -> MePage {
        let exchange = node.exchange
        let key = try await exchange.knownKey(of: access.party)
        let money = await exchange.money(of: key)
        var page = MePage(
            party: access.party, available: Amount.text(money.available),
            claims: Amount.text(money.claims))
        let inForce = Catalogue.message("me.inForce", language)
        page.grants = try await exchange.standings(of: key).map { standing in
            (
                [
                    "pool": standing.grant.pool,
                    "state": standing.denial?.sentence ?? inForce,
                    "purposes": standing.grant.purposes.map(\.label).sorted().joined(
                        separator: ", "),
                    "floor": Amount.text(standing.grant.priceFloor), "spent": try standing.spent,
                    "epsilon": try standing.epsilon(standing.grant.privacyLimit),
                    "expires": standing.grant.expires.description,
                ], standing.denial == nil
            )
        }
        page.offers = try await node.pools().map { pool in
            (pool.offer.name, pool.offer.title, pool.offer.purposes.map { ($0.id, $0.label) })
        }
        page.notice = Exchange.notice
        let uses = await exchange.uses(of: key)
        page.reads = uses.count { $0.denial == nil }
        let (used, passed) = (
            Catalogue.message("me.used", language), Catalogue.message("me.passed", language)
        )
        page.uses = uses.reversed().prefix(100).map { use in
            let head = "\(use.time.description) \(use.pool), \(use.purpose.label): "
            return head
                + (use.denial.map { "\(passed) \($0.sentence)" } ?? "\(used) \(use.epsilon)")
        }
        let lines = try await exchange.statement(of: key)
        page.lines = lines.reversed().prefix(200).map { line in
            [
                "time": line.time.description, "amount": Amount.text(line.microunits),
                "reason": line.reason,
            ]
        }
        page.earned = lines.filter { $0.code == Reason.saleShare.code }.suffix(12).map {
            Chart.Bar(
                label: String($0.time.description.prefix(16)),
                value: Double($0.microunits) / 1_000_000)
        }
        return page
    }

    private func operatorPage() async throws -> OperatorPage {
        let figures = try await node.figures()
        let state = await node.exchange.state
        return OperatorPage(
            entries: figures.entries, studies: figures.studies,
            pools: try await node.pools().map { pool in
                let due =
                    (state.pools[pool.offer.name]?.register).map {
                        $0.declared.subtracting($0.paid)?.description ?? "-"
                    } ?? "-"
                return [
                    "name": pool.offer.name, "people": pool.people.rawValue,
                    "studies": "\(pool.studies)", "paid": pool.declared.description, "due": due,
                ]
            }, requests: node.meter.table, parties: node.exchange.partyNames())
    }
}
