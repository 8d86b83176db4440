// SPDX-License-Identifier: Apache-2.0
internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// A request to another node, which may be hostile: its answer is bounded in bytes and in time, and it cannot send us
/// on to another place.
struct WebRequest: Sendable {
    /// What is asked.
    enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    var method = Method.get
    /// An address of http or https.
    let url: String
    /// Headers by name.
    var fields: [(name: String, value: String)] = []
    var body: [UInt8] = []

    /// What came back, whatever it says.
    struct Answer: Sendable {
        let status: Int
        /// The media type; empty where none is said.
        let type: String
        let body: [UInt8]
    }

    /// That nothing came back which could be an answer.
    struct Silence: Error {
        /// Why, as the part of a sentence.
        let reason: String
    }

    /// The most bytes that an answer has: 64 MiB.
    static let longest = 64 << 20

    /// One pool of connections for the process. It ends with it.
    private static let client = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: {
            var configuration = HTTPClient.Configuration(
                redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10)))
            configuration.httpVersion = .http1Only
            // Whoever takes no connection says so at once; and one that rested is not taken again when the other side,
            // after half a minute, may be closing it.
            configuration.connectionPool.retryConnectionEstablishment = false
            configuration.connectionPool.idleTimeout = .seconds(15)
            return configuration
        }())

    /// Sends it, and waits for the whole answer.
    ///
    /// - Parameter limit: when the answer is not there by then, there is none.
    /// - Throws: ``Silence``.
    /// - Cost: memory for twice the answer, which has no more than ``longest`` bytes.
    func answer(within limit: Duration) async throws(Silence) -> Answer {
        do {
            return try await withThrowingTaskGroup(of: Answer?.self) { group in
                group.addTask { try await send() }
                group.addTask {
                    try await Task.sleep(for: limit)
                    return nil
                }
                defer { group.cancelAll() }
                guard let first = try await group.next(), let answer = first else {
                    throw Silence(
                        reason: "there was no whole answer after \(limit.components.seconds) s")
                }
                return answer
            }
        } catch let silence as Silence {
            throw silence
        } catch {
            throw Silence(reason: WebRequest.words(error))
        }
    }

    private func send() async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = method == .get ? .GET : .POST
        for field in fields { request.headers.add(name: field.name, value: field.value) }
        if !body.isEmpty { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await WebRequest.client.execute(request, deadline: .distantFuture)
        let buffer = try await response.body.collect(upTo: WebRequest.longest)
        return Answer(
            status: Int(response.status.code),
            type: response.headers.first(name: "Content-Type") ?? "",
            body: Array(buffer.readableBytesView))
    }

    /// What the system says, in brackets.
    private static func reason(_ error: (any Error)?) -> String {
        guard let error else { return "" }
        return
            " (\((error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"))"
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case is NIOTooManyBytesError: "it sends more than 64 MiB"
        case is CancellationError: "the waiting was ended"
        case is HTTPParserError: "what it sends is no answer"
        case let error as HTTPClientError where error == .connectTimeout:
            "it takes no connection"
        case let error as HTTPClientError: "\(error.shortDescription)"
        case let error as NIOConnectionError:
            "no connection to it can be made" + reason(error.connectionErrors.first?.error)
        default: "no connection to it can be made" + reason(error)
        }
    }
}
