// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange
import Foundation
import Logging
import Node

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "The whole loop on real data: from export files to paid, private, checked answers.")
    @Option(help: "A folder for the exchange; it must not hold one yet.") var home: String?
    @Option(help: "Where the demonstration's data lies.") var data = "Demo"

    @Flag(
        inversion: .prefixedNo,
        help: "Serve the pages with the demonstration's data at the end; by default at a terminal.")
    var serve: Bool?

    @Flag(help: "Tell the story on standard error, and print JSON at the end.") var json = false

    func run() async throws {
        if json { Terminal.moveAside() }
        let folder = home ?? NSTemporaryDirectory() + "dividend-demo-\(UUID().uuidString.prefix(8))"
        let started = Date()
        var story = try await Story(home: HomeFolder(path: folder), data: data)
        try await story.contribute()
        try await story.open()
        try await story.sell()
        try await story.value()
        try await story.learn()
        try await story.pay()
        try await story.audit()
        try await story.withdraw()
        let seconds = Date().timeIntervalSince(started)
        Terminal.line()
        Terminal.line("Done in \(String(format: "%.1f", seconds)) s. Look next:")
        let command = ".build/release/dividend"
        Terminal.line("  \(command) pool show \(Story.adults) --home \(folder)")
        Terminal.line("  \(command) shell --party buyer --home \(folder)")
        Terminal.line("  \(command) statement --party custody:fitbit/1503960366 --home \(folder)")
        Terminal.line("  \(command) verify \(Story.copy(beside: folder))")
        if json {
            try Terminal.json([
                "home": .string(folder), "entries": .integer(Int64(story.entries)),
                "seconds": .number((seconds * 10).rounded() / 10), "answers": .array(story.answers),
            ])
        }
        if serve ?? (Terminal.canAsk && !json) { try await put(story.exchange) }
    }

    /// Puts the demonstration on the network, for this machine alone, until it is told to stop.
    private func put(_ exchange: Exchange) async throws {
        var logger = Logger(label: "dividend")
        logger.logLevel = .warning
        let node = try await Node(exchange, host: "127.0.0.1", port: 0, logger: logger)
        try await node.run { address, operatorLink in
            Terminal.line()
            Terminal.line("The same in a browser: \(address)")
            Terminal.line("  the operator's page, once: \(operatorLink)")
            Terminal.line("  Ctrl-C ends it.")
        }
    }
}
