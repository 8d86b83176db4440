// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import HTTPTypes
internal import ServiceLifecycle
internal import Synchronization

/// Tells whoever listens that the journal grew.
final class Bulletin: Sendable {
    /// How many streams may be open at once, of all together.
    static let most = 4_096

    /// A place to listen from; it is given back when nobody holds it any more.
    final class Seat: Sendable {
        private let giveBack: @Sendable () -> Void

        fileprivate init(_ giveBack: @escaping @Sendable () -> Void) { self.giveBack = giveBack }

        deinit { giveBack() }
    }

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
        /// How many seats each address has.
        var seats: [String: Int] = [:]
        var seatsTogether = 0
        /// Whether all listening has ended, for good.
        var isClosed = false
    }

    private let board = Mutex(Board())
    private let mostEach: Int

    /// - Parameter mostEach: how many streams one address may have open.
    init(mostEach: Int) { self.mostEach = mostEach }

    /// A seat for a stream to an address.
    ///
    /// - Throws: a problem when the address has too many, or all together have.
    func seat(for address: String) throws -> Seat {
        let isFree = board.withLock { board in
            guard board.seatsTogether < Bulletin.most, board.seats[address, default: 0] < mostEach
            else { return false }
            board.seats[address, default: 0] += 1
            board.seatsTogether += 1
            return true
        }
        guard isFree else {
            var problem = Problem(
                .serviceUnavailable, "too_many", "too many listen already; ask now and then")
            problem.headers[.retryAfter] = "30"
            throw problem
        }
        return Seat { [weak self] in
            self?.board.withLock { board in
                board.seatsTogether -= 1
                let left = board.seats[address, default: 1] - 1
                board.seats[address] = left > 0 ? left : nil
            }
        }
    }

    /// Listens from now on; the newest news come first, and of several at once only the last.
    func listen() -> AsyncStream<News> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: News.self, bufferingPolicy: .bufferingNewest(1))
        let place = board.withLock { board -> Int? in
            guard !board.isClosed else { return nil }
            board.next += 1
            board.listeners[board.next] = continuation
            if let last = board.last { continuation.yield(last) }
            return board.next
        }
        guard let place else {
            continuation.finish()
            return stream
        }
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

    /// Ends all listening, also of whoever begins to listen from now on.
    func close() {
        let listeners = board.withLock { board in
            board.isClosed = true
            return Array(board.listeners.values)
        }
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
                // The explorer's index reads on in the background, so that nobody waits for it.
                try? await node.directory.follow()
                try? await Task.sleep(for: BulletinService.period)
            }
        }
        node.bulletin.close()
    }
}
