// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import Hummingbird

/// Answers "not modified" where the asker has the same bytes already (RFC 9110, section 13).
struct TagMiddleware: RouterMiddleware {
    @concurrent
    func handle(
        _ request: Request, context: NodeContext,
        next: @concurrent (Request, NodeContext) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        guard request.method == .get || request.method == .head, response.status == .ok,
            let tag = response.headers[.eTag], let known = request.headers[.ifNoneMatch],
            known.split(whereSeparator: { $0 == "," || $0 == " " })
                .contains(where: { $0 == tag || $0 == "*" })
        else { return response }
        var headers = response.headers
        headers[.contentLength] = nil
        headers[.contentType] = nil
        return Response(status: .notModified, headers: headers)
    }
}
