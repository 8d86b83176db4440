// SPDX-License-Identifier: Apache-2.0
package import Exchange
internal import Canon
internal import Hummingbird
package import Logging
internal import ServiceLifecycle

/// One exchange on the network: the API, the pages, and what has to happen by itself.
package struct Node: Sendable {
    /// The exchange that it serves; it alone writes to it.
    let exchange: Exchange
    /// The address that browsers know it by, such as `https://exchange.example`.
    let origin: String
    let sessions: Sessions
    let meter = RequestMeter()
    /// What opens the operator's session in a browser, once: printed where the node was started.
    let operatorLink: OneTimeSecret
    let uploads = Uploads()
    let challenges: Challenges
    private let host: String
    private let port: Int
    private let logger: Logger
    private let clock: @Sendable () -> Timestamp

    /// Takes an open exchange.
    ///
    /// - Parameters:
    ///   - host: the address to listen on.
    ///   - port: the port; 0 for one that is free now.
    ///   - origin: the address that browsers use; by default what it listens on.
    package init(
        _ exchange: Exchange, host: String, port: Int, origin: String? = nil, logger: Logger,
        surroundings: Surroundings = .system
    ) async throws {
        self.exchange = exchange
        self.host = host
        self.port = port == 0 ? try FreePort.find(on: host) : port
        self.origin = origin ?? "http://\(host):\(self.port)"
        self.logger = logger
        clock = surroundings.clock
        sessions = Sessions(random: surroundings.random)
        challenges = Challenges(random: surroundings.random)
        operatorLink = OneTimeSecret(random: surroundings.random)
        if !exchange.partyNames().contains(Exchange.operatorParty) {
            _ = try await exchange.createParty(named: Exchange.operatorParty)
        }
    }

    /// The time, for sessions and limits.
    var now: Timestamp { clock() }

    /// Serves until the process is told to stop; then finishes what is under way.
    ///
    /// - Parameter ready: called with the address and the operator's link when requests are taken.
    package func run(
        ready: @escaping @Sendable (_ address: String, _ operatorLink: String) async -> Void
    ) async throws {
        let application = Application(
            router: router(),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            services: [BlockService(exchange: exchange)],
            onServerRunning: { _ in
                await ready(origin, "\(origin)/enter?once=\(operatorLink.value)")
            }, logger: logger)
        defer { uploads.clear() }
        try await application.runService()
        try await exchange.seal()
    }

    /// All routes.
    func router() -> Router<NodeContext> {
        let router = Router(context: NodeContext.self)
        router.add(middleware: HeaderMiddleware(isSecure: origin.hasPrefix("https:")))
        router.add(middleware: ProblemMiddleware(node: self))
        router.add(middleware: TagMiddleware())
        router.add(middleware: AccessMiddleware(node: self))
        HealthRoutes(node: self).add(to: router)
        LogRoutes(node: self).add(to: router)
        PageRoutes(node: self).add(to: router)
        let api = router.group("api/v1")
        ExchangeRoutes(node: self).add(to: api)
        PoolRoutes(node: self).add(to: api)
        BuyerRoutes(node: self).add(to: api)
        AccountRoutes(node: self).add(to: api)
        GrantRoutes(node: self).add(to: api)
        PasskeyRoutes(node: self).add(to: api)
        ImportRoutes(node: self).add(to: api)
        JournalRoutes(node: self).add(to: api)
        return router
    }
}

/// Closes a block now and then, so that what happened is signed soon.
struct BlockService: Service {
    let exchange: Exchange
    /// How long an entry waits at most.
    static let period = Duration.seconds(5)

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: BlockService.period)
                try await exchange.seal()
            }
        }
    }
}
