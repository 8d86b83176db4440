// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import HTTPTypes
internal import Hummingbird

/// Finds out who asks, by an access key or a session's cookie. Whether they may is the routes' business.
struct AccessMiddleware: RouterMiddleware {
    let node: Node

    @concurrent
    func handle(
        _ request: Request, context: NodeContext,
        next: @concurrent (Request, NodeContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.language = Language.of(request)
        if let header = request.headers[.authorization] {
            guard header.hasPrefix("Bearer "),
                let access = try await node.exchange.access(by: String(header.dropFirst(7)))
            else { throw Problem.unsigned }
            context.caller = Caller(access: access, way: .key)
        } else if let token = request.cookies[Sessions.cookie]?.value,
            let access = node.sessions.find(token, at: node.now)
        {
            // A form on another site must not act for whoever is signed in here.
            if !AccessMiddleware.safe.contains(request.method) { try sameSite(request) }
            context.caller = Caller(access: access, way: .session)
        }
        return try await next(request, context)
    }

    private static let safe: Set<HTTPRequest.Method> = [.get, .head, .options]

    private func sameSite(_ request: Request) throws {
        let site = HTTPField.Name("Sec-Fetch-Site").flatMap { request.headers[$0] }
        if let site, site != "same-origin" { throw AccessMiddleware.otherSite }
        guard let origin = request.headers[.origin] else {
            if site == nil { throw AccessMiddleware.otherSite }
            return
        }
        guard origin == node.origin else { throw AccessMiddleware.otherSite }
    }

    private static let otherSite = Problem(
        .forbidden, "other_site",
        "this was sent from another site; open the page here and try again")
}

extension NodeContext {
    /// Who asks; refuses anybody who is not signed in.
    func signedIn() throws -> Access {
        guard let caller else { throw Problem.unsigned }
        return caller.access
    }

    /// Refuses everybody but the operator.
    func requireOperator() throws {
        guard try signedIn().isOperator else { throw Problem.operatorOnly }
    }
}
