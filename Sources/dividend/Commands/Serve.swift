// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange
import Logging
import Node

struct Serve: AtPlace {
    static let configuration = CommandConfiguration(
        abstract: "Put the exchange on the network: the API and the pages, in one process.",
        discussion: """
            Ends by Ctrl-C or SIGTERM, when what is under way is finished. While it runs it alone \
            uses the folder; other commands wait. The link that it prints opens the operator's page \
            once. Behind a proxy that speaks TLS, give --origin the address that browsers use.
            """)
    @OptionGroup var place: Place
    @Option(help: "The address to listen on.") var host = "127.0.0.1"
    @Option(help: "The port; 0 for any that is free.") var port = 8080
    @Option(help: "The address that browsers use, such as https://exchange.example.")
    var origin: String?
    @Option(help: "How many changes one party may make a second; six times as many at once.")
    var rate = 20
    @Option(
        help:
            "How many guesses and new accounts one address may send at once; then one in 5 s.")
    var tries = 10
    @Option(help: "How many streams of events one address may have open.")
    var streamsPerAddress = 32
    @Option(help: "How often pools pay out by themselves, in hours.") var payoutHours = 24
    @Option(help: "How many seconds an order waits for contributors' own machines to be there.")
    var edgeGather = 10.0
    @Option(help: "How many seconds a step of a sum waits for their answers.")
    var edgeStep = 30.0
    @Option(
        help: "How many seconds a whole study over them may take, before it ends and is paid back.")
    var edgeStudy = 3600.0
    @Flag(help: "A proxy stands before it: take addresses from the last X-Forwarded-For.")
    var behindProxy = false
    @Option(help: "What the log tells: debug, info (a line a request), notice, warning, error.")
    var log = LogLevel.notice

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port is 0 to 65535") }
        guard (1...1_000_000).contains(rate) else {
            throw ValidationError("--rate is 1 to 1000000 changes a second")
        }
        guard (1...1000).contains(tries) else { throw ValidationError("--tries is 1 to 1000") }
        guard (1...4096).contains(streamsPerAddress) else {
            throw ValidationError("--streams-per-address is 1 to 4096")
        }
        guard (1...8760).contains(payoutHours) else {
            throw ValidationError("--payout-hours is 1 to 8760")
        }
        guard (0.1...600).contains(edgeGather), (0.1...600).contains(edgeStep) else {
            throw ValidationError("--edge-gather and --edge-step are 0.1 to 600 seconds")
        }
        guard (1...86_400).contains(edgeStudy) else {
            throw ValidationError("--edge-study is 1 to 86400 seconds")
        }
        if let origin {
            guard origin.hasPrefix("https://") || origin.hasPrefix("http://"),
                !origin.hasSuffix("/")
            else {
                throw ValidationError("--origin is https://HOST or http://HOST, without a path")
            }
        }
    }

    func run() async throws {
        var surroundings = Surroundings.system
        surroundings.edgePatience = EdgePatience(
            gathering: .milliseconds(Int64(edgeGather * 1000)),
            step: .milliseconds(Int64(edgeStep * 1000)),
            study: .milliseconds(Int64(edgeStudy * 1000)))
        place.sayIfInUse()
        let exchange = try await Exchange.open(place.folder, surroundings: surroundings)
        var logger = Logger(label: "dividend")
        logger.logLevel = log.level
        let node = try await Node(
            exchange, host: host, port: port, origin: origin, changesPerSecond: rate,
            triesAtOnce: tries, streamsPerAddress: streamsPerAddress, payoutHours: payoutHours,
            isBehindProxy: behindProxy, logger: logger)
        let asJSON = place.json
        try await node.run { address, operatorLink in
            if asJSON {
                try? Terminal.json([
                    "address": .string(address), "operator": .string(operatorLink),
                ])
            } else {
                Terminal.line("The exchange is at \(address)")
                Terminal.line("The operator's page, once: \(operatorLink)")
            }
        }
    }
}

/// How much the log tells.
enum LogLevel: String, CaseIterable, ExpressibleByArgument {
    case debug, info, notice, warning, error

    var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .notice }
}
