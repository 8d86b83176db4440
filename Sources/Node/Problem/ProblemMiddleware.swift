// SPDX-License-Identifier: Apache-2.0
internal import Exchange
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import WebUI

/// Turns whatever went wrong into an answer, counts requests, and writes the one log line of each.
struct ProblemMiddleware: RouterMiddleware {
    let node: Node

    @concurrent
    func handle(
        _ request: Request, context: NodeContext,
        next: @concurrent (Request, NodeContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var response: Response
        do { response = try await next(request, context) } catch {
            let problem = Problem(error)
            if problem.status.kind == .serverError {
                context.logger.error(
                    "request failed", metadata: ["error": "\(ErrorWords(error).message)"])
            }
            response = answer(problem, to: request, context)
        }
        // An answer to HEAD has no body, whatever it says (RFC 9110, section 9.3.2).
        if request.method == .head { response = response.createHeadResponse() }
        let took = ContinuousClock.now - start
        // The route, not the path: paths name parties, pools and orders.
        let route = context.endpointPath ?? "none"
        node.meter.count(
            method: request.method.rawValue, route: route, status: response.status.code, took: took)
        context.logger.info(
            "request",
            metadata: [
                "method": "\(request.method)", "route": "\(route)",
                "status": "\(response.status.code)", "ms": "\(Int(took / .milliseconds(1)))",
            ])
        return response
    }

    /// A page for browsers, problem details for programs.
    private func answer(_ problem: Problem, to request: Request, _ context: NodeContext) -> Response
    {
        let wantsPage = request.headers[.accept]?.contains("text/html") == true
        guard wantsPage, !request.uri.path.hasPrefix("/api/") else { return problem.response }
        let frame = Frame(Language.of(request), path: request.uri.path)
        let isMissing = problem.status == .notFound
        let page = ProblemPage(
            status: problem.status.code,
            title: isMissing ? frame.message("problem.missing") : problem.status.reasonPhrase,
            detail: problem.code == "route_unknown"
                ? frame.text("problem.route", ["path": String(request.uri.path.prefix(200))])
                : problem.detail,
            suggestsSigningIn: problem.status == .unauthorized, showsWays: isMissing)
        return Reply.html(page.html(frame), status: problem.status)
    }
}
