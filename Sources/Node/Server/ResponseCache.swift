// SPDX-License-Identifier: Apache-2.0
internal import Exchange
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Synchronization

/// Answers that follow from the journal alone, kept until it grows.
final class ResponseCache: Sendable {
    /// The most answers, and the most bytes of them, that are kept.
    private static let most = (count: 4_096, bytes: 32 << 20)

    private struct Kept {
        let version: UInt64
        let headers: HTTPFields
        let body: ByteBuffer
    }

    private struct Shelf {
        var kept: [String: Kept] = [:]
        var bytes = 0
    }

    private let shelf = Mutex(Shelf())

    /// The answer that is kept for this version of the state, or a new one.
    ///
    /// - Parameters:
    ///   - key: everything that the answer depends on besides the state: what, for whom, in which
    ///     language, which part.
    ///   - version: of the state, read before the answer is made.
    func response(
        _ key: String, at version: UInt64, _ make: () async throws -> Response
    ) async throws -> Response {
        if let kept = shelf.withLock({ $0.kept[key] }), kept.version == version {
            return Response(
                status: .ok, headers: kept.headers, body: .init(byteBuffer: kept.body))
        }
        let response = try await make()
        guard response.status == .ok else { return response }
        let (headers, body) = (response.headers, try await response.gathered())
        shelf.withLock { shelf in
            let size = body.readableBytes
            shelf.bytes += size - (shelf.kept[key]?.body.readableBytes ?? 0)
            shelf.kept[key] = Kept(version: version, headers: headers, body: body)
            if shelf.kept.count > ResponseCache.most.count || shelf.bytes > ResponseCache.most.bytes
            {
                shelf = Shelf(kept: [key: shelf.kept[key]!], bytes: size)
            }
        }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: body))
    }
}

extension Response {
    /// The body's bytes. For answers that are written at once.
    func gathered() async throws -> ByteBuffer {
        let collector = Collector()
        try await body.write(collector)
        return collector.buffer
    }
}

/// Gathers a response's body.
private final class Collector: ResponseBodyWriter {
    var buffer = ByteBuffer()

    func write(_ buffer: ByteBuffer) async throws { self.buffer.writeImmutableBuffer(buffer) }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

extension Node {
    /// An answer that everybody gets alike, or everybody who is not signed in, where it is a page.
    func cached(
        _ request: Request, _ context: NodeContext, _ make: () async throws -> Response
    ) async throws -> Response {
        // A query that a client can choose at will would fill the shelf for nothing.
        guard context.caller == nil, request.uri.query == nil else { return try await make() }
        let key = "\(context.language) \(request.uri.path)"
        return try await cache.response(
            key, at: exchange.version, make)
    }

    /// The same for what a party alone sees.
    func cached(
        _ request: Request, for access: Access, _ make: () async throws -> Response
    ) async throws -> Response {
        let key = "\(access.party) \(request.head.path ?? "/")"
        return try await cache.response(
            key, at: exchange.version, make)
    }
}
