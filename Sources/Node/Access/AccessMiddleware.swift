// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import HTTPTypes
internal import Hummingbird
internal import Identity

/// Finds out who asks: by an access key, a signature or a session's cookie. Whether they may is the
/// routes' business.
struct AccessMiddleware: RouterMiddleware {
    let node: Node

    @concurrent
    func handle(
        _ request: Request, context: NodeContext,
        next: @concurrent (Request, NodeContext) async throws -> Response
    ) async throws -> Response {
        var (request, context) = (request, context)
        context.language = Language.of(request)
        context.optsOut = HTTPField.Name("Sec-GPC").map { request.headers[$0] == "1" } ?? false
        if request.headers[values: AccessMiddleware.signatureInput].isEmpty == false {
            switch try await node.signer(of: &request) {
            case .party(let access): context.caller = access
            case .machine(let machine): context.machine = machine
            }
        } else if let header = request.headers[.authorization] {
            guard header.hasPrefix("Bearer "),
                let access = try node.exchange.access(by: String(header.dropFirst(7)))
            else { throw Problem.unsigned }
            context.caller = access
        } else {
            let session = request.cookies[node.cookieName].flatMap {
                node.sessions.find($0.value, at: node.now)
            }
            // A form on another site must neither act for whoever is signed in here, nor sign a
            // browser in as somebody else.
            if !AccessMiddleware.safe.contains(request.method) {
                try sameSite(request, isSignedIn: session != nil)
            }
            context.caller = session?.access
            context.sessionBegan = session?.began
        }
        return try await next(request, context)
    }

    /// Methods that change nothing; no route takes the last three.
    static let safe: Set<HTTPRequest.Method> = [
        .get, .head, .options, .trace, HTTPRequest.Method("QUERY")!,
    ]

    private static let signatureInput = HTTPField.Name("Signature-Input")!

    /// What says where a request comes from has to say that it comes from here. Programs that are not
    /// signed in by a cookie need not say anything.
    private func sameSite(_ request: Request, isSignedIn: Bool) throws {
        let site = HTTPField.Name("Sec-Fetch-Site").flatMap { request.headers[$0] }
        let origin = request.headers[.origin]
        guard site.map({ $0 == "same-origin" }) ?? true, origin.map(node.isOwn) ?? true,
            !isSignedIn || site != nil || origin != nil
        else { throw AccessMiddleware.otherSite }
    }

    private static let otherSite = Problem(
        .forbidden, "other_site",
        "this was sent from another site; open the page here and try again")
}

extension Node {
    /// Whether a page of this origin is ours. On this machine alone it has two names.
    func isOwn(_ page: String) -> Bool {
        page == origin
            || origin.hasPrefix("http://localhost:")
                && page == origin.replacing("localhost", with: "127.0.0.1")
    }
}

extension NodeContext {
    /// Who asks; refuses anybody who is not signed in.
    func signedIn() throws -> Access {
        guard let caller else { throw Problem.unsigned }
        return caller
    }

    /// Refuses everybody but the operator.
    func requireOperator() throws {
        guard try signedIn().isOperator else { throw Problem.operatorOnly }
    }
}
