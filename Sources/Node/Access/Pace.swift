// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import HTTPTypes
internal import Hummingbird
internal import Synchronization

/// How fast changes may come from one party, or from one address where nobody is signed in: a bucket
/// of tokens for each, which fills again at a steady pace.
final class Pace: Sendable {
    /// How many changes a second, on average.
    let perSecond: Double
    /// How many at once.
    let burst: Double
    /// The most parties and addresses that are told apart; then full buckets are forgotten.
    private static let most = 100_000

    private struct Bucket {
        var tokens: Double
        var time: Int64
    }

    private let buckets = Mutex<[String: Bucket]>([:])

    init(perSecond: Double, burst: Double) { (self.perSecond, self.burst) = (perSecond, burst) }

    /// Takes a token.
    ///
    /// - Returns: nil when there was one; otherwise in how many seconds there will be.
    func take(_ who: String, at now: Timestamp) -> Int? {
        buckets.withLock { buckets in
            if buckets.count >= Pace.most {
                buckets = buckets.filter { filled($0.value, at: now) < burst }
            }
            var bucket = buckets[who] ?? Bucket(tokens: burst, time: now.milliseconds)
            bucket.tokens = filled(bucket, at: now)
            bucket.time = now.milliseconds
            defer { buckets[who] = bucket }
            guard bucket.tokens >= 1 else {
                return max(1, Int(((1 - bucket.tokens) / perSecond).rounded(.up)))
            }
            bucket.tokens -= 1
            return nil
        }
    }

    private func filled(_ bucket: Bucket, at now: Timestamp) -> Double {
        let seconds = Double(max(0, now.milliseconds - bucket.time)) / 1000
        return min(burst, bucket.tokens + seconds * perSecond)
    }
}

/// Slows down addresses from which too much comes at once, whoever asks, before anything is read of a
/// request's body: changes, and whatever has a body.
struct AddressPaceMiddleware: RouterMiddleware {
    let node: Node

    @concurrent
    func handle(
        _ request: Request, context: NodeContext,
        next: @concurrent (Request, NodeContext) async throws -> Response
    ) async throws -> Response {
        if !AccessMiddleware.safe.contains(request.method) || request.hasBody {
            try Pace.hold(node.addressPace.take(node.network(of: request, context), at: node.now))
        }
        return try await next(request, context)
    }
}

/// Slows down whoever changes too much at once, and whoever tries to sign in or makes accounts too often.
/// Reading is not limited here.
struct PaceMiddleware: RouterMiddleware {
    let node: Node

    @concurrent
    func handle(
        _ request: Request, context: NodeContext,
        next: @concurrent (Request, NodeContext) async throws -> Response
    ) async throws -> Response {
        guard !AccessMiddleware.safe.contains(request.method) else {
            return try await next(request, context)
        }
        let network = node.network(of: request, context)
        try Pace.hold(node.pace.take(node.payer(of: request, context), at: node.now))
        let path = request.uri.path
        if PaceMiddleware.doors.contains(path)
            || context.caller == nil && path == PaceMiddleware.accounts
        {
            try Pace.hold(node.doorPace.take(network, at: node.now))
        }
        return try await next(request, context)
    }

    /// Where secrets can be guessed.
    private static let doors: Set = [
        "/enter", "/api/v1/sessions", "/api/v1/passkeys/recover",
    ]
    /// Where accounts are made.
    private static let accounts = "/api/v1/passkeys"
}

extension Pace {
    /// Refuses when a pace says that somebody has to wait.
    static func hold(_ seconds: Int?) throws {
        guard let seconds else { return }
        throw Problem.tooFast(seconds: seconds, "too much at once: go slower")
    }
}

extension Problem {
    /// What to do after so many seconds.
    static func tooFast(seconds: Int, _ why: String) -> Problem {
        var problem = Problem(
            .tooManyRequests, "too_fast", "\(why), or wait \(seconds) s and go on")
        problem.headers[.retryAfter] = String(seconds)
        return problem
    }
}

extension Request {
    /// Whether a body comes with it.
    var hasBody: Bool {
        headers[.transferEncoding] != nil || headers[.contentLength].map { $0 != "0" } ?? false
    }
}
