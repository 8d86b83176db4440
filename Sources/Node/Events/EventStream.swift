// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Server-sent events (HTML Living Standard, section 9.2).
enum EventStream {
    /// An answer that goes on while there is something to tell.
    ///
    /// - Parameters:
    ///   - events: names and values; a nameless one only keeps the connection open. The stream ends with
    ///     them: whoever makes them ends them when the node stops.
    ///   - seat: held for as long as the stream may be written to.
    static func response<Events: AsyncSequence & Sendable>(
        _ events: Events, in seat: Bulletin.Seat
    ) -> Response where Events.Element == Event {
        let body = ResponseBody { writer in
            defer { withExtendedLifetime(seat) {} }
            // Tells the browser how soon to come again, and proxies that the answer has begun.
            try await writer.write(ByteBuffer(string: "retry: 3000\n\n"))
            for try await event in events {
                try await writer.write(event.text)
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-store",
                HTTPField.Name("X-Accel-Buffering")!: "no",
            ], body: body)
    }

    /// Something that happened.
    struct Event: Sendable {
        let name: String
        let value: JSON

        fileprivate var text: ByteBuffer {
            guard !name.isEmpty else { return ByteBuffer(string: ":\n\n") }
            var buffer = ByteBuffer(string: "event: \(name)\ndata: ")
            buffer.writeImmutableBuffer(Reply.buffer(of: value))
            buffer.writeString("\n\n")
            return buffer
        }
    }
}
