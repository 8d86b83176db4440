// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import HTTPTypes
internal import Hummingbird
internal import ServiceLifecycle

/// What happens, as it happens.
struct EventRoutes {
    let node: Node

    func add(to api: RouterGroup<NodeContext>) {
        api.get("events") { request, context in
            let seat = try node.bulletin.seat(for: node.network(of: request, context))
            return EventStream.response(
                node.bulletin.listen().map { EventStream.Event(name: "journal", value: $0.json) },
                in: seat)
        }
        api.get("imports/:upload/events") { request, context in
            let access = try context.signedIn()
            let id = try context.parameters.require("upload")
            _ = try node.uploads.find(id, of: access.party)
            return EventStream.response(
                UploadEvents(node: node, id: id, party: access.party)
                    .cancelOnGracefulShutdown(),
                in: try node.bulletin.seat(for: node.network(of: request, context)))
        }
    }
}

/// How far an upload is, each time that it got further; ends when it can get no further by itself.
private struct UploadEvents: AsyncSequence, Sendable {
    let node: Node
    let id: String
    let party: String

    struct AsyncIterator: AsyncIteratorProtocol {
        private let events: UploadEvents
        private var last: JSON?
        private var isOver = false
        private var quiet = 0
        /// After so many looks without news a comment keeps the connection open.
        private static let mostQuiet = 60

        init(_ events: UploadEvents) { self.events = events }

        mutating func next() async throws -> EventStream.Event? {
            while !isOver {
                guard let upload = try? events.node.uploads.find(events.id, of: events.party)
                else {
                    isOver = true
                    return EventStream.Event(name: "gone", value: .object([:]))
                }
                if upload.json != last {
                    (last, quiet) = (upload.json, 0)
                    isOver = upload.isAtRest
                    return EventStream.Event(name: upload.stage.word, value: upload.json)
                }
                quiet += 1
                if quiet % AsyncIterator.mostQuiet == 0 {
                    return EventStream.Event(name: "", value: .null)
                }
                try await Task.sleep(for: .milliseconds(250))
            }
            return nil
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }
}

extension Upload {
    /// Whether nothing happens with it before somebody says something.
    fileprivate var isAtRest: Bool {
        switch stage {
        case .ready, .unknown, .refused, .stored: !isBusy
        case .receiving, .looking, .storing: false
        }
    }
}
