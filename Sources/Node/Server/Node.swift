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
    let uploads: Uploads
    let challenges: Challenges
    let prepared = PreparedGrants()
    let signed = SignedRequests()
    let repeats = Repeats()
    let bulletin: Bulletin
    let openQuotes: OpenQuotes
    /// Where questions about people who do not exist are worked out.
    let mocks = Places(2, waiting: 16, each: 8)
    /// Where questions are explained and priced.
    let plans = Places(2, waiting: 128, each: 32)
    /// Where the rows of a file are gathered and stored: they are all in memory then.
    let stores = Places(1, waiting: 16, each: 4)
    let cache = ResponseCache()
    /// Which entries of the journal are about what.
    let directory: Directory
    /// How fast changes come from a party, or an address where nobody is signed in.
    let pace: Pace
    /// How fast changes and bodies come from an address, whoever is signed in.
    let addressPace: Pace
    /// How often secrets are tried and accounts made.
    let doorPace: Pace
    /// Whether a proxy stands before it, which says where requests come from.
    let isBehindProxy: Bool
    /// How often pools pay out by themselves, in hours.
    let payoutHours: Int
    private let host: String
    private let port: Int
    private let logger: Logger
    private let clock: @Sendable () -> Timestamp

    /// Takes an open exchange.
    ///
    /// - Parameters:
    ///   - host: the address to listen on.
    ///   - port: the port; 0 for one that is free now.
    ///   - origin: the address that browsers use; by default what it listens on, by name on this machine.
    ///   - changesPerSecond: how many changes one party may make a second, six times as many at once; an
    ///     address four times that. A party may have ten times as many quotes open.
    ///   - triesAtOnce: how often secrets may be tried and accounts made from one address at once; then
    ///     once in five seconds.
    ///   - streamsPerAddress: how many streams of events one address may have open.
    ///   - payoutHours: how often pools pay out by themselves.
    ///   - isBehindProxy: whether the last `X-Forwarded-For` says where a request comes from.
    package init(
        _ exchange: Exchange, host: String, port: Int, origin: String? = nil,
        changesPerSecond: Int = 20, triesAtOnce: Int = 10, streamsPerAddress: Int = 32,
        payoutHours: Int = 24, isBehindProxy: Bool = false, logger: Logger,
        surroundings: Surroundings = .system
    ) async throws {
        let changes = Double(changesPerSecond)
        pace = Pace(perSecond: changes, burst: changes * 6)
        addressPace = Pace(perSecond: changes * 4, burst: changes * 24)
        doorPace = Pace(perSecond: 0.2, burst: Double(triesAtOnce))
        openQuotes = OpenQuotes(most: changesPerSecond * 10)
        bulletin = Bulletin(mostEach: streamsPerAddress)
        self.isBehindProxy = isBehindProxy
        self.payoutHours = payoutHours
        uploads = Uploads(home: exchange.home.path)
        self.exchange = exchange
        directory = Directory(exchange)
        self.host = host
        self.port = port == 0 ? try FreePort.find(on: host) : port
        // Passkeys are made for names, not for numbers.
        let name = host == "127.0.0.1" ? "localhost" : host
        self.origin = origin ?? "http://\(name):\(self.port)"
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
            server: .http1(
                configuration: .init(idleTimeout: .seconds(Patience.silenceSeconds))),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            services: [
                BlockService(exchange: exchange), ForgetService(node: self),
                BulletinService(node: self),
                PayoutService(node: self, period: .seconds(payoutHours * 3600), logger: logger),
                ProveService(exchange: exchange, logger: logger),
                RetrainService(exchange: exchange, logger: logger),
            ],
            onServerRunning: { [logger] _ in
                await exchange.desk.open { logger.warning("\($0)") }
                await ready(origin, "\(origin)/enter?once=\(operatorLink.value)")
            }, logger: logger)
        defer { uploads.clear() }
        try await application.runService()
        try await exchange.seal()
    }

    /// All routes.
    func router() -> Router<NodeContext> {
        let router = Router(context: NodeContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: HeaderMiddleware(isSecure: origin.hasPrefix("https:")))
        router.add(middleware: ProblemMiddleware(node: self))
        // Before anybody is asked who she is: what a path takes is no secret.
        let known = Router(context: NodeContext.self)
        addRoutes(to: known)
        OtherMethods.add(to: router, besides: known.routes)
        router.add(middleware: TagMiddleware())
        router.add(middleware: PatienceMiddleware())
        router.add(middleware: AddressPaceMiddleware(node: self))
        router.add(middleware: AccessMiddleware(node: self))
        router.add(middleware: PaceMiddleware(node: self))
        router.add(middleware: RepeatMiddleware(node: self))
        addRoutes(to: router)
        return router
    }

    private func addRoutes(to router: Router<NodeContext>) {
        HealthRoutes(node: self).add(to: router)
        LogRoutes(node: self).add(to: router)
        PageRoutes(node: self).add(to: router)
        let api = router.group("api/v1")
        ExchangeRoutes(node: self).add(to: api)
        PoolRoutes(node: self).add(to: api)
        BuyerRoutes(node: self).add(to: api)
        AccountRoutes(node: self).add(to: api)
        GrantRoutes(node: self).add(to: api)
        ConsentRoutes(node: self).add(to: api)
        PasskeyRoutes(node: self).add(to: api)
        KeyRoutes(node: self).add(to: api)
        CareRoutes(node: self).add(to: api)
        ValueRoutes(node: self).add(to: api)
        ModelRoutes(node: self).add(to: api)
        ImportRoutes(node: self).add(to: api)
        JournalRoutes(node: self).add(to: api)
        EventRoutes(node: self).add(to: api)
        StudyRoutes(node: self).add(to: api)
        EdgeRoutes(node: self).add(to: api)
    }
}
