// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Answers of the routes.
enum Reply {
    /// Canonical JSON: the same value has the same bytes, and so the same entity tag.
    static func json(
        _ value: JSON, status: HTTPResponse.Status = .ok, headers: HTTPFields = HTTPFields()
    ) -> Response {
        let buffer = buffer(of: value)
        var headers = headers
        if status == .ok {
            let digest = Digest(of: Array(buffer.readableBytesView))
            headers[.eTag] = "\"\(digest.hex.prefix(32))\""
        }
        return bytes(buffer, type: "application/json", status: status, headers: headers)
    }

    static func html(_ page: String, status: HTTPResponse.Status = .ok) -> Response {
        bytes(ByteBuffer(string: page), type: "text/html; charset=utf-8", status: status)
    }

    static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> Response {
        bytes(ByteBuffer(string: text), type: type)
    }

    static func bytes(
        _ buffer: ByteBuffer, type: String, status: HTTPResponse.Status = .ok,
        headers: HTTPFields = HTTPFields()
    ) -> Response {
        var headers = headers
        headers[.contentType] = type
        return Response(status: status, headers: headers, body: .init(byteBuffer: buffer))
    }

    /// Sends a browser on after a form was taken.
    static func see(_ path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path])
    }

    static func buffer(of value: JSON) -> ByteBuffer {
        // Only a number that is none cannot be written, and none is ever put in.
        ByteBuffer(bytes: (try? value.canonical()) ?? Array("null".utf8))
    }
}
