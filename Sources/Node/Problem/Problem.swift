// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// What a request was refused with (RFC 9457 problem details): status, stable code, sentence.
struct Problem: Error, Sendable {
    let status: HTTPResponse.Status
    /// The stable word, as the command line has it.
    let code: String
    /// What is wrong and how to mend it.
    let detail: String
    /// What a client needs besides, such as how to sign in.
    var headers = HTTPFields()
    /// Where in the question it is wrong.
    var place: (line: Int, column: Int)?

    init(_ status: HTTPResponse.Status, _ code: String, _ detail: String) {
        self.status = status
        self.code = code
        self.detail = detail
    }

    /// Translates any error: the one place where errors of the domain get a status.
    init(_ error: any Error) {
        switch error {
        case let error as Problem: self = error
        case let error as HTTPError:
            self.init(
                error.status, error.status == .notFound ? "route_unknown" : "http",
                error.body ?? "\(error.status.reasonPhrase): see /openapi.json for what is taken")
        case is NIOTooManyBytesError:
            self.init(.contentTooLarge, "too_large", "the body is larger than this route takes")
        default:
            let words = ErrorWords(error)
            // What the machine says of itself is for its operator, whose log has it.
            self.init(
                Problem.status(of: words), words.code,
                words.isOwn ? "something failed here; the operator's log says what" : words.message)
        }
    }

    static let unsigned: Problem = {
        var problem = Problem(
            .unauthorized, "sign_in",
            "sign in first, or send an access key: Authorization: Bearer dvd_…")
        problem.headers[.wwwAuthenticate] = "Bearer realm=\"dividend\""
        return problem
    }()

    static let operatorOnly = Problem(
        .forbidden, "operator_only", "only the operator can do this")

    var json: JSON {
        var members: [String: JSON] = [
            "type": "about:blank", "title": .string(status.reasonPhrase),
            "status": .integer(Int64(status.code)), "code": .string(code),
            "detail": .string(detail),
        ]
        if let place {
            members["line"] = .integer(Int64(place.line))
            members["column"] = .integer(Int64(place.column))
        }
        return .object(members)
    }

    var response: Response {
        var headers = headers
        headers[.contentType] = "application/problem+json"
        return Response(
            status: status, headers: headers, body: .init(byteBuffer: Reply.buffer(of: json)))
    }
}
