// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Exchange
import Foundation

/// The program: what is typed, run, and every error turned into words in one place.
@main enum Program {
    static func main() async {
        // A file opened later must not take the number of a stream that is closed: what is meant
        // for a person would be written into it.
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
        where fcntl(stream, F_GETFD) == -1 { _ = open("/dev/null", O_RDONLY) }
        // What it makes is nobody else's: keys, the database, receipts, exports.
        umask(0o077)
        // Whoever stops listening must not cut an order off from its receipt.
        signal(SIGPIPE, SIG_IGN)
        let arguments = joiningNegatives(ProcessInfo.processInfo.arguments.dropFirst())
        let status = await run(arguments)
        exit(Terminal.finish(status))
    }

    private static func run(_ arguments: [String]) async -> Int32 {
        let isJSON = arguments.prefix { $0 != "--" }.contains("--json")
        let command: any ParsableCommand
        do {
            try checkHelp(arguments)
            command = try await Dividend.asyncParseAsRoot(arguments)
        } catch {
            return told(error, isJSON: isJSON)
        }
        do {
            var command = command
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return ExitCode.success.rawValue
        } catch let code as ExitCode {
            return code.rawValue
        } catch  where Dividend.exitCode(for: error) == .success {
            return told(error, isJSON: isJSON)
        } catch {
            let home = (command as? any AtPlace)?.place.folder
            return Failure(error, at: home).told(isJSON: isJSON)
        }
    }

    /// What was typed, with numbers below nothing bound to the options that they follow: so the option says what is wrong
    /// with them, where otherwise they would be taken for options and its value for missing.
    private static func joiningNegatives(_ typed: some Sequence<String>) -> [String] {
        var words: [String] = []
        var isOver = false
        for word in typed {
            isOver = isOver || word == "--"
            if !isOver, word.wholeMatch(of: /-[.0-9].*/) != nil, let option = words.last,
                option.hasPrefix("--"), !option.contains("=")
            {
                words[words.count - 1] = "\(option)=\(word)"
            } else {
                words.append(word)
            }
        }
        return words
    }

    /// Help and the version go to standard output; what is typed wrong gets its command's usage.
    private static func told(_ error: any Error, isJSON: Bool) -> Int32 {
        let status = Dividend.exitCode(for: error).rawValue
        if status == ExitCode.success.rawValue {
            Terminal.line(Dividend.fullMessage(for: error))
        } else if isJSON || error is Failure {
            return Failure(error, usage: Dividend.message(for: error)).told(isJSON: isJSON)
        } else {
            Terminal.note(Dividend.fullMessage(for: error))
        }
        return status
    }

    /// Help about a command that there is not is wrong usage.
    private static func checkHelp(_ arguments: [String]) throws {
        guard arguments.first == "help" else { return }
        var command: any ParsableCommand.Type = Dividend.self
        for name in arguments.dropFirst() where !name.hasPrefix("-") && name != "help" {
            let known = command.configuration.subcommands
            guard let next = known.first(where: { $0._commandName == name }) else {
                throw Failure(
                    "usage", "there is no command '\(name)'; `dividend help` lists them",
                    status: .validationFailure)
            }
            command = next
        }
    }
}
