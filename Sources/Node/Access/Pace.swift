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

/// Slows down whoever changes too much at once, and whoever tries to sign in too often. Reading is
/// not limited here.
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
        let address = node.address(of: request, context)
        let who = context.caller.map { "party " + $0.party } ?? "address " + address
        try PaceMiddleware.hold(node.pace.take(who, at: node.now))
        if PaceMiddleware.doors.contains(request.uri.path) {
            try PaceMiddleware.hold(node.doorPace.take(address, at: node.now))
        }
        return try await next(request, context)
    }

    /// Where secrets can be guessed.
    private static let doors: Set = [
        "/enter", "/recover", "/api/v1/sessions", "/api/v1/passkeys/recover",
    ]

    private static func hold(_ seconds: Int?) throws {
        guard let seconds else { return }
        var problem = Problem(
            .tooManyRequests, "too_fast", "too much at once; wait \(seconds) s and go on")
        problem.headers[.retryAfter] = String(seconds)
        throw problem
    }
}

extension Node {
    /// Where a request comes from: the socket's other end; behind a proxy what the proxy says last.
    func address(of request: Request, _ context: NodeContext) -> String {
        guard isBehindProxy, let name = HTTPField.Name("X-Forwarded-For"),
            let last = request.headers[values: name].last?.split(separator: ",").last
        else { return context.address }
        return last.trimmingPrefix { $0 == " " }.prefix(64).lowercased()
    }
}
