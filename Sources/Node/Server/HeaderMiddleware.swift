// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import Hummingbird

/// Headers that keep a browser from doing what no page here wants.
struct HeaderMiddleware: RouterMiddleware {
    /// Whether browsers come over TLS.
    let isSecure: Bool

    @concurrent
    func handle(
        _ request: Request, context: NodeContext,
        next: @concurrent (Request, NodeContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers.append(
            contentsOf: isSecure ? HeaderMiddleware.secure : HeaderMiddleware.fields)
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }

    private static let secure =
        fields + [
            HTTPField(
                name: .strictTransportSecurity, value: "max-age=31536000; includeSubDomains")
        ]

    private static let fields: [HTTPField] = {
        var fields: [HTTPField.Name: String] = [
            .contentSecurityPolicy:
                "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
                + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            .xContentTypeOptions: "nosniff",
        ]
        for (name, value) in [
            "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy":
                "camera=(), geolocation=(), microphone=(), payment=(), interest-cohort=()",
        ] {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return fields.map { HTTPField(name: $0.key, value: $0.value) }
    }()
}
