// SPDX-License-Identifier: Apache-2.0
import Identity
import ArgumentParser
import Canon
import Exchange

struct Init: AtPlace {
    static let configuration = CommandConfiguration(
        abstract: "Begin an exchange in a folder of its own.")
    @OptionGroup var place: Place
    @Option(help: "The name that people read; your legal name if others contribute.")
    var name = "My exchange"
    @Option(help: "Your postal address, for consent receipts.") var address = "not given"
    @Option(help: "Where you can be reached: a URL.") var contact = "mailto:operator@localhost"
    @Option(help: "Whose law applies: a code such as DE, US-CA or EU.") var jurisdiction = "EU"

    func run() async throws {
        let exchange = try await Exchange.begin(
            in: place.folder, name: name,
            operator: Operator(address: address, contact: contact, jurisdiction: jurisdiction))
        let node = await exchange.nodeID.did
        if place.json {
            try Terminal.json(["home": .string(exchange.home.path), "node": .string(node)])
        } else {
            Terminal.line("\(Terminal.bold(name)) begins in \(exchange.home.path).")
            Terminal.line("Its key: \(node)")
            Terminal.line("Next: dividend party create NAME, dividend import FILE --party NAME")
        }
    }
}
