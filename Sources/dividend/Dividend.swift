// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Exchange

/// The command line of an exchange.
struct Dividend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dividend",
        abstract: "Pays people for what they give to AI: private answers from data that stays put.",
        discussion: """
            Exit codes: 0 done, 1 refused or failed (the message says why and what to do), \
            3 verification found something wrong, 64 wrong usage. Errors go to standard error; \
            with --json as {"error":{"code":…,"message":…}}.
            """,
        version: "0.1.0",
        subcommands: [
            Init.self, Party.self, Import.self, Table.self, Pool.self, Grant.self, Withdraw.self,
            Erase.self, Quote.self, Order.self, Query.self, Account.self, Statement.self,
            Payout.self, Prove.self, Journal.self, Verify.self, Sample.self, ExportMyData.self,
            ModelCommand.self, Demo.self, Simulate.self,
            Doctor.self,
            Backup.self, Restore.self, VaultKeys.self, Shell.self, Serve.self,
            EdgeCommand.self, Bench.self,
        ])
}

/// Where the exchange lives and how to print.
struct Place: ParsableArguments {
    @Option(
        name: .long,
        help: "The exchange's folder (default: $DIVIDEND_HOME, or ./dividend-home).")
    var home: String?

    @Flag(name: .long, help: "Print JSON for programs.")
    var json = false

    func validate() throws {
        guard home != "" else { throw ValidationError("--home: name a folder") }
    }

    var folder: HomeFolder {
        HomeFolder(path: home ?? Environment.home ?? "dividend-home")
    }

    func open() async throws -> Exchange {
        sayIfInUse()
        return try await Exchange.open(folder)
    }

    /// Says that another process has to end first, where one uses the folder; not to programs, who read errors only.
    func sayIfInUse() {
        guard !json, folder.isInUse else { return }
        Terminal.note(
            "\(folder.path) is in use, such as by `dividend serve`; waiting for half a minute at most"
        )
    }

    /// Refuses a folder without an exchange, before longer work is done for it.
    func check() throws {
        guard folder.exists else { throw ExchangeError.noExchange(folder.path) }
    }
}

/// A command that works on an exchange.
protocol AtPlace: AsyncParsableCommand {
    var place: Place { get }
}
