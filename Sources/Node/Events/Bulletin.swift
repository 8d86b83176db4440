// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import ServiceLifecycle
internal import Synchronization

/// Tells whoever listens that the journal grew.
final class Bulletin: Sendable {
    /// How many may listen at once.
    static let most = 4_096

    /// How far the journal is.
    struct News: Hashable, Sendable {
        let entries: Int
        let signed: Int

        var json: JSON { ["entries": .integer(Int64(entries)), "signed": .integer(Int64(signed))] }
    }

    private struct Board {
        var listeners: [Int: AsyncStream<News>.Continuation] = [:]
        var next = 0
        var last: News?
    }

    private let board = Mutex(Board())

    /// Listens from now on; the newest news come first, and of several at once only the last.
    ///
    /// - Returns: nil when too many listen already.
    func listen() -> AsyncStream<News>? {
        let (stream, continuation) = AsyncStream.makeStream(
            of: News.self, bufferingPolicy: .bufferingNewest(1))
        let place = board.withLock { board -> Int? in
            guard board.listeners.count < Bulletin.most else { return nil }
            board.next += 1
            board.listeners[board.next] = continuation
            if let last = board.last { continuation.yield(last) }
            return board.next
        }
        guard let place else { return nil }
        continuation.onTermination = { [weak self] _ in
            self?.board.withLock { $0.listeners[place] = nil }
        }
        return stream
    }

    /// Tells news to everybody, unless they are known and need not be told again.
    func tell(_ news: News, again: Bool = false) {
        let listeners = board.withLock { board in
            guard again || board.last != news else { return [AsyncStream<News>.Continuation]() }
            board.last = news
            return Array(board.listeners.values)
        }
        for listener in listeners { listener.yield(news) }
    }

    /// Ends all listening.
    func close() {
        let listeners = board.withLock { Array($0.listeners.values) }
        for listener in listeners { listener.finish() }
    }
}

/// Looks how far the journal is, and tells it.
struct BulletinService: Service {
    let node: Node
    private static let period = Duration.milliseconds(500)
    private static let again = 30

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var looks = 0
            while !Task.isCancelled {
                let sizes = await node.exchange.sizes
                // Told again now and then, so that connections that are gone are found out.
                looks += 1
                node.bulletin.tell(
                    .init(entries: sizes.entries, signed: sizes.signed),
                    again: looks % BulletinService.again == 0)
                try? await Task.sleep(for: BulletinService.period)
            }
        }
        node.bulletin.close()
    }
}
