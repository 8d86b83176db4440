// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import Hummingbird

/// Answers methods that a path does not take: 405 with those that it does (RFC 9110, section 15.5.6).
enum OtherMethods {
    private static let known: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace,
        HTTPRequest.Method("QUERY")!,
    ]

    /// Adds an answer for each known method that a path lacks. HEAD is left to the router where there is
    /// a GET.
    ///
    /// - Parameter all: every route that there is or will be.
    static func add(
        to router: Router<NodeContext>, besides all: [Router<NodeContext>.RouteDescription]
    ) {
        let routes = Dictionary(grouping: all) { $0.path.description }
        for paths in routes.values {
            guard let path = paths.first?.path else { continue }
            var methods = Set(paths.map(\.method))
            if methods.contains(.get) { methods.insert(.head) }
            var problem = Problem(
                .methodNotAllowed, "method",
                "this path takes \(list(methods)) only; see /openapi.json")
            problem.headers[.allow] = list(methods)
            for method in known where !methods.contains(method) {
                router.on(path, method: method) { [problem] _, _ -> Response in throw problem }
            }
        }
    }

    private static func list(_ methods: Set<HTTPRequest.Method>) -> String {
        known.filter(methods.contains).map(\.rawValue).joined(separator: ", ")
    }
}
