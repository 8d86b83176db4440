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
        let directory = node.directory
        CataloguePage(node: node).add(to: router)
        PoolPages(node: node).add(to: router)
        ExplorerPages(node: node, directory: directory).add(to: router)
        MePages(node: node, directory: directory).add(to: router)
        OperatorPages(node: node, directory: directory).add(to: router)
        router.get("reference") { request, context in
            try await node.cached(request, context) {
                let document = try JSON(parsing: PackageResources.openapi_json)
                let page = ReferencePage(document, origin: node.origin)
                return Reply.html(page.html(await node.frame(request, context)))
            }
        }
        router.get("") { request, context in
            try await node.cached(request, context) {
                let figures = try await node.figures()
                var page = StartPage(
                    paid: figures.paid.description, people: figures.people.rawValue,
                    pools: "\(figures.pools)", studies: "\(figures.studies)",
                    signed: "\(figures.signed)")
                // What a checkpoint signs ends with its block.
                let block = try await node.exchange.entries(at: [figures.signed - 1]).first
                page.sealed = block?.entry.time.short ?? "–"
                return Reply.html(page.html(await node.frame(request, context)))
            }
        }
        router.get("language/:language") { request, context in
            let language = try context.parameters.require("language")
            guard Catalogue.languages.contains(language) else {
                throw Problem(.notFound, "language_unknown", "there is no such language here")
            }
            var response = Reply.see(back(request))
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
            if request.method == .get,
                let once = request.uri.queryParameters["once"].map(String.init)
            {
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
            if let token = request.cookies[node.cookieName]?.value { node.sessions.end(token) }
            var response = Reply.see("/")
            response.setCookie(node.cookie("", maxAge: 0))
            return response
        }
    }

    /// The page that a link was on, when it is one of ours; as it is written, so that no browser reads it as
    /// another host.
    private func back(_ request: Request) -> String {
        guard let name = HTTPField.Name("Referer"), let from = request.headers[name],
            from.hasPrefix(node.origin + "/")
        else { return "/" }
        let path = from.dropFirst(node.origin.count).prefix { $0 != "?" && $0 != "#" }
        let isPlain = path.utf8.allSatisfy {
            (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\\")
        }
        return isPlain && !path.hasPrefix("//") ? String(path) : "/"
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

    /// The name of the session's cookie. Over TLS its prefix keeps browsers from taking one that another host
    /// of the same domain sets.
    var cookieName: String {
        origin.hasPrefix("https:") ? "__Host-" + Sessions.cookie : Sessions.cookie
    }

    func cookie(_ value: String, maxAge: Int) -> Cookie {
        Cookie(
            name: cookieName, value: value, maxAge: maxAge, path: "/",
            secure: origin.hasPrefix("https:"), httpOnly: true, sameSite: .strict)
    }
}
