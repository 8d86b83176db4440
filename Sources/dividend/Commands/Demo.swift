// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Exchange
import Foundation

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "The whole loop on real data: from export files to paid, private, checked answers.")
    @Option(help: "A folder for the exchange; it must not hold one yet.") var home: String?
    @Option(help: "Where the demonstration's data lies.") var data = "Demo"

    @Flag(help: "Tell the story on standard error, and print JSON at the end.") var json = false

    func run() async throws {
        if json { Terminal.moveAside() }
        let folder = home ?? NSTemporaryDirectory() + "dividend-demo-\(UUID().uuidString.prefix(8))"
        let started = Date()
        var story = try await Story(home: HomeFolder(path: folder), data: data)
        try await story.contribute()
        try await story.open()
        try await story.sell()
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
    }
}
