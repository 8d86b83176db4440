// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Synchronization

/// Answers to changes that were sent with an `Idempotency-Key`: the same request again is answered the
/// same and does nothing, also while the first is still under way.
final class Repeats: Sendable {
    /// How long an answer is kept.
    static let milliseconds: Int64 = 24 * 3_600_000
    /// The most answers, and the most bytes of them, that are kept.
    private static let most = (count: 20_000, bytes: 64 << 20)

    /// An answer as it was given.
    struct Answer: Sendable {
        let status: HTTPResponse.Status
        let headers: HTTPFields
        let body: ByteBuffer
    }

    private struct Kept {
        let request: Digest
        var answer: Answer?
        var waiting: [CheckedContinuation<Void, Never>] = []
        let began: Int64
    }

    private struct Book {
        var kept: [Digest: Kept] = [:]
        var bytes = 0
    }

    /// What a request with a key is.
    enum Turn {
        /// The first: it is to be done, and then ended.
        case first
        /// It was done.
        case done(Answer)
        /// It is under way; ask again afterwards.
        case wait
        /// Another request had this key.
        case other
    }

    private let book = Mutex(Book())

    /// How many bytes of answers are kept.
    var bytes: Int { book.withLock { $0.bytes } }

    /// Takes a turn.
    func begin(_ key: Digest, _ request: Digest, at now: Timestamp) -> Turn {
        book.withLock { book in
            if let known = book.kept[key] {
                // What is under way is under way, however long.
                if known.answer == nil
                    || now.milliseconds - known.began < Repeats.milliseconds
                {
                    guard known.request == request else { return .other }
                    return known.answer.map { .done($0) } ?? .wait
                }
                book.bytes -= known.answer?.body.readableBytes ?? 0
                book.kept[key] = nil
            }
            Repeats.shorten(&book, at: now)
            book.kept[key] = Kept(request: request, began: now.milliseconds)
            return .first
        }
    }

    /// Waits until the request under way is ended.
    func wait(for key: Digest) async {
        await withCheckedContinuation { continuation in
            let isOver = book.withLock { book in
                guard book.kept[key] != nil, book.kept[key]?.answer == nil else { return true }
                book.kept[key]?.waiting.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    /// Ends the first request: with its answer, or without one, so that it may be tried again.
    func end(_ key: Digest, with answer: Answer?) {
        let waiting = book.withLock { book in
            let waiting = book.kept[key]?.waiting ?? []
            if let answer {
                book.kept[key]?.answer = answer
                book.kept[key]?.waiting = []
                book.bytes += answer.body.readableBytes
            } else {
                book.kept[key] = nil
            }
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Forgets answers that are too old, and the oldest where there are too many.
    private static func shorten(_ book: inout Book, at now: Timestamp) {
        guard book.kept.count >= most.count || book.bytes > most.bytes else { return }
        let ended = book.kept.filter { $0.value.answer != nil }
            .sorted { $0.value.began < $1.value.began }
        for (key, kept) in ended.prefix(max(1, ended.count / 2)) {
            book.bytes -= kept.answer?.body.readableBytes ?? 0
            book.kept[key] = nil
        }
    }
}

/// Honours `Idempotency-Key` on every change of the API (draft-ietf-httpapi-idempotency-key-header).
///
/// Answers are kept in memory, since some show a secret once. What was done is kept in the transaction
/// that did it: after a crash the same key does nothing again, and the answer says so.
struct RepeatMiddleware: RouterMiddleware {
    let node: Node

    @concurrent
    func handle(
        _ request: Request, context: NodeContext,
        next: @concurrent (Request, NodeContext) async throws -> Response
    ) async throws -> Response {
        guard !AccessMiddleware.safe.contains(request.method),
            let text = request.headers[RepeatMiddleware.field]
        else { return try await next(request, context) }
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7e) ~= $0 })
        else {
            throw Problem(
                .badRequest, "idempotency_key", "an Idempotency-Key is 1 to 255 visible letters")
        }
        // Whoever is not known shares no answers: what one was told is not for the next.
        guard let caller = context.caller else { return try await next(request, context) }
        var request = request
        let key = Digest(of: Array("\(caller.party)\n\(text)".utf8))
        let print = try await RepeatMiddleware.fingerprint(of: &request)
        while true {
            switch node.repeats.begin(key, print, at: node.now) {
            case .first:
                return try await first(request, context, key, print, next)
            case .done(let answer):
                var response = Response(
                    status: answer.status, headers: answer.headers,
                    body: .init(byteBuffer: answer.body))
                response.headers[RepeatMiddleware.replayed] = "true"
                return response
            case .wait: await node.repeats.wait(for: key)
            case .other:
                throw Problem(
                    .unprocessableContent, "idempotency_key",
                    "this Idempotency-Key was sent with another request; use a new one")
            }
        }
    }

    private func first(
        _ request: Request, _ context: NodeContext, _ key: Digest, _ print: Digest,
        _ next: @concurrent (Request, NodeContext) async throws -> Response
    ) async throws -> Response {
        do {
            if let done = try await node.exchange.entry(doneBy: key) {
                throw Problem(
                    .conflict, "already_done",
                    "this was done before the node was started: journal entry \(done); look there "
                        + "for what came of it, and do not send it again")
            }
            let response = try await Exchange.$doing.withValue(key) {
                try await next(request, context)
            }
            let answer = Repeats.Answer(
                status: response.status, headers: response.headers,
                body: try await response.gathered())
            // What was refused did nothing, and may be tried again. A cookie is for one browser.
            let isDone =
                [.successful, .redirection].contains(response.status.kind)
                && answer.headers[.setCookie] == nil
            node.repeats.end(key, with: isDone ? answer : nil)
            return Response(
                status: answer.status, headers: answer.headers,
                body: .init(byteBuffer: answer.body))
        } catch {
            node.repeats.end(key, with: nil)
            throw error
        }
    }

    private static let field = HTTPField.Name("Idempotency-Key")!
    private static let replayed = HTTPField.Name("Idempotency-Replayed")!

    /// The digest of what is asked. Of a file on its way in only the length counts.
    private static func fingerprint(of request: inout Request) async throws -> Digest {
        var bytes = Array("\(request.method) \(request.head.path ?? "/")\n".utf8)
        if request.isUpload {
            bytes += Array((request.headers[.contentLength] ?? "").utf8)
        } else {
            bytes += Array((request.headers[.contentType] ?? "").utf8) + [0x0a]
            bytes += Array(try await request.collectBody(upTo: Asked.most).readableBytesView)
        }
        return Digest(of: bytes)
    }
}

extension Request {
    /// Whether its body is a file on its way in, or a part of one.
    var isUpload: Bool {
        let type = headers[.contentType]?.lowercased() ?? ""
        return uri.path.hasPrefix("/api/v1/imports") && !type.hasPrefix("application/json")
            && (method == .post || method == .patch)
    }
}
