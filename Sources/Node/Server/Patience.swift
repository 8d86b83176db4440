// SPDX-License-Identifier: Apache-2.0
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// How long the node waits for whoever sends: a connection that is silent is closed, and so is one whose
/// body trickles. Else a few thousand sockets that send a byte a second would hold all there are.
enum Patience {
    /// How long a connection may be silent before and within a request, in seconds: also the whole time
    /// that a request's head may take.
    static let silenceSeconds: Int64 = 30
    /// How long a body may be waited for before its pace counts.
    static let grace = Duration.seconds(15)
    /// The fewest bytes for each second that was waited for them.
    static let bytesPerSecond = 100.0
}

/// Ends requests whose bodies come too slowly.
struct PatienceMiddleware: RouterMiddleware {
    @concurrent
    func handle(
        _ request: Request, context: NodeContext,
        next: @concurrent (Request, NodeContext) async throws -> Response
    ) async throws -> Response {
        guard request.hasBody else {
            return try await next(request, context)
        }
        var request = request
        request.body = RequestBody(
            asyncSequence: PatientBody(body: request.body, channel: context.channel))
        return try await next(request, context)
    }
}

/// A body that counts how long it was waited for. What the node itself takes to use the bytes does not
/// count.
private struct PatientBody: AsyncSequence, Sendable {
    let body: RequestBody
    let channel: any Channel

    struct AsyncIterator: AsyncIteratorProtocol {
        private var body: RequestBody.AsyncIterator
        private let channel: any Channel
        private var waited = Duration.zero
        private var bytes = 0

        init(_ body: PatientBody) {
            self.body = body.body.makeAsyncIterator()
            channel = body.channel
        }

        @concurrent
        mutating func next() async throws -> ByteBuffer? {
            let start = ContinuousClock.now
            guard let part = try await read() else { return nil }
            waited += ContinuousClock.now - start
            bytes += part.readableBytes
            guard
                waited < Patience.grace
                    || Double(bytes) >= Patience.bytesPerSecond * (waited / .seconds(1))
            else {
                // The rest is not waited for: the answer goes out, and then the connection ends.
                let channel = channel
                channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
                throw Problem(
                    .requestTimeout, "too_slow",
                    "the body came too slowly; send it again, or in parts")
            }
            return part
        }

        /// The next bytes. What is wrong with them is the sender's doing: chunks that are none, or an
        /// end before the end.
        @concurrent
        private mutating func read() async throws -> ByteBuffer? {
            do { return try await body.next() } catch is CancellationError {
                throw CancellationError()
            } catch {
                throw Problem(
                    .badRequest, "format", "the body breaks off, or is not as HTTP/1.1 has it")
            }
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }
}
