// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Identity
internal import Ledger
internal import Market
internal import Study
internal import WebUI

/// The pages that anybody can read, and signing in.
struct PageRoutes {
    let node: Node

    func add(to router: Router<NodeContext>) {
        PoolPages(node: node).add(to: router)
        MePages(node: node).add(to: router)
        router.get("") { request, context in
            try await node.cached(request, context) {
                let figures = try await node.figures()
                let page = StartPage(
                    paid: figures.paid.description, people: figures.people.rawValue,
                    pools: "\(figures.pools)", studies: "\(figures.studies)",
                    signed: "\(figures.signed)")
                return Reply.html(page.html(await node.frame(request, context)))
            }
        }
        router.get("explorer") { request, context in
            let query = request.uri.queryParameters
            if let find = query["find"], let index = Int(find.filter { $0 != " " }), index >= 0 {
                return Reply.see("/explorer/\(index)")
            }
            let entries = try await node.exchange.entries(
                before: query["before"].flatMap { Int($0) }, count: 50)
            let sizes = await node.exchange.sizes
            let last = entries.last?.index ?? 0
            let page = ExplorerPage(
                entries.map { item in
                    [
                        "index": "\(item.index)", "time": item.entry.time.description,
                        "kind": item.entry.kind, "what": PageRoutes.words(item.entry),
                    ]
                }, entries: sizes.entries, signed: sizes.signed, next: last > 0 ? last : nil)
            return Reply.html(page.html(await node.frame(request, context)))
        }
        router.get("explorer/:index") { request, context in
            let index = try context.index()
            guard let leaf = try await node.exchange.leaf(at: index) else {
                throw Problem(.notFound, "entry_unknown", "the journal has no entry \(index)")
            }
            let entry = try Entry(leaf: leaf)
            let page = EntryPage(
                index: index, kind: entry.kind, time: entry.time.description,
                body: entry.body.indented())
            return Reply.html(page.html(await node.frame(request, context)))
        }
        router.get("language/:language") { request, context in
            let language = try context.parameters.require("language")
            guard Catalogue.languages.contains(language) else {
                throw Problem(.notFound, "language_unknown", "there is no such language here")
            }
            var response = Reply.see(PageRoutes.back(request))
            response.setCookie(
                Cookie(
                    name: "language", value: language, maxAge: 31_536_000, path: "/",
                    secure: node.origin.hasPrefix("https:"), httpOnly: true, sameSite: .lax))
            return response
        }
        addSigningIn(to: router)
    }

    private func addSigningIn(to router: Router<NodeContext>) {
        router.get("enter") { request, context in
            if let once = request.uri.queryParameters["once"].map(String.init) {
                guard node.operatorLink.spend(once) else {
                    throw Problem(
                        .forbidden, "link_spent",
                        "this link opens once; start the node again for another")
                }
                return node.entered(
                    Access(party: Exchange.operatorParty, isOperator: true, means: .link),
                    to: "/operator")
            }
            return Reply.html(
                EnterPage(isRefused: false).html(await node.frame(request, context)))
        }
        router.post("enter") { request, context in
            let form = try await Form(request)
            guard let key = form["key"], let access = try node.exchange.access(by: key) else {
                return Reply.html(
                    EnterPage(isRefused: true).html(await node.frame(request, context)),
                    status: .forbidden)
            }
            return node.entered(access, to: access.isOperator ? "/operator" : "/me")
        }
        router.post("leave") { request, _ in
            if let token = request.cookies[Sessions.cookie]?.value { node.sessions.end(token) }
            var response = Reply.see("/")
            response.setCookie(node.cookie("", maxAge: 0))
            return response
        }
    }

    /// What an entry is about, in one line.
    private static func words(_ entry: Entry) -> String {
        for name in ["pool", "order", "party", "table", "name", "number"] {
            if let text = entry.body[name]?.string { return "\(name) \(text.prefix(24))" }
            if let number = entry.body[name]?.integer { return "\(name) \(number)" }
        }
        return ""
    }

    /// The page that a link was on, when it is one of ours.
    private static func back(_ request: Request) -> String {
        guard let name = HTTPField.Name("Referer"), let from = request.headers[name] else {
            return "/"
        }
        let path = URL(string: from)?.path ?? "/"
        return path.hasPrefix("/") && !path.hasPrefix("//") ? path : "/"
    }
}

extension Node {
    /// What surrounds a page for whoever asks.
    func frame(_ request: Request, _ context: NodeContext) async -> Frame {
        Frame(
            context.language, path: request.uri.path, exchange: await exchange.state.name,
            isSignedIn: context.caller != nil,
            isOperator: context.caller?.isOperator ?? false)
    }

    /// Begins a session and sends the browser on.
    func entered(_ access: Access, to path: String) -> Response {
        var response = Reply.see(path)
        response.setCookie(
            cookie(sessions.begin(for: access, at: now), maxAge: Int(Sessions.milliseconds / 1000)))
        return response
    }

    func cookie(_ value: String, maxAge: Int) -> Cookie {
        Cookie(
            name: Sessions.cookie, value: value, maxAge: maxAge, path: "/",
            secure: origin.hasPrefix("https:"), httpOnly: true, sameSite: .strict)
    }
}
