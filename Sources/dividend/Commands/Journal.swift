// SPDX-License-Identifier: Apache-2.0
import AnswerProof
import ArgumentParser
import Canon
import Exchange
import Fields
import Identity
import Ledger
import Market
import Settlement
import Stark

struct Journal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The append-only record of everything that happened.",
        subcommands: [Show.self, Export.self, Checkpoint.self], defaultSubcommand: Show.self)

    struct Show: AtPlace {
        static let configuration = CommandConfiguration(abstract: "The last entries.")
        @OptionGroup var place: Place
        @Option(help: "How many.") var last = 20

        func validate() throws {
            guard last >= 0 else { throw ValidationError("--last: 0 or more wanted, not \(last)") }
        }

        func run() async throws {
            let lines = try await place.open().lastEntries(last)
            if place.json {
                return try Terminal.json(
                    .array(
                        lines.map {
                            [
                                "index": .integer(Int64($0.index)), "kind": .string($0.entry.kind),
                                "time": .string($0.entry.time.description), "body": $0.entry.body,
                            ]
                        }))
            }
            Terminal.table(
                ["entry", "when", "kind"],
                lines.map { ["\($0.index)", $0.entry.time.description, $0.entry.kind] })
        }
    }

    struct Export: AtPlace {
        static let configuration = CommandConfiguration(
            abstract: "Write what an auditor needs and nothing more (C2SP tlog-tiles).")
        @OptionGroup var place: Place
        @Option(name: .customLong("public"), help: "The folder to write to.") var folder: String

        func run() async throws {
            let count = try await place.open().exportPublic(to: folder)
            if place.json {
                try Terminal.json(["entries": .integer(Int64(count))])
            } else {
                Terminal.line(
                    "\(count) entries in \(folder); check them: dividend verify \(folder)")
            }
        }
    }

    struct Checkpoint: AtPlace {
        static let configuration = CommandConfiguration(abstract: "The signed checkpoint.")
        @OptionGroup var place: Place

        func run() async throws {
            let text = try await place.open().checkpoint()
            if place.json {
                try Terminal.json(["checkpoint": .string(text)])
            } else {
                // It ends its own last line; one more would make another text of it.
                Terminal.line(text.hasSuffix("\n") ? String(text.dropLast()) : text)
            }
        }
    }
}

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check an exchange from its public part alone, or a receipt, trusting nobody.",
        discussion: """
            Checks every signature, root, block, grant at the time of its use, budget, hold, \
            split and payout, and says what it could not check. Exit code 3 when something \
            does not hold.
            """)
    @Argument(help: "The folder of a public copy, a receipt, or the file of a proof.") var path:
        String
    @Option(help: "The node's did:key as you know it.") var node: String?
    @Option(help: "A checkpoint kept from before, or an older copy: the log must continue it.")
    var since: String?
    @Option(
        help:
            "A public copy that a receipt is held against: its journal has to have what the receipt says."
    )
    var copy: String?
    @Option(help: "Write what a proof is checked with, for another verifier, to this file.")
    var circuit: String?
    @Flag(help: "Print JSON for programs.") var json = false

    /// More bytes than a receipt or a proof has.
    private static let longest = 256 << 20

    /// Refuses what would be looked at by nobody, and would make it seem that more was checked.
    private func checkOptions(ofProof isProof: Bool) throws {
        if isProof, node != nil || since != nil || copy != nil {
            throw ValidationError(
                "a proof by itself names no node: leave out --node, --since and --copy. The proofs of batches are all checked "
                    + "with the folder of a public copy, that of an answer with its receipt")
        }
        guard since == nil || copy != nil else {
            throw ValidationError("--since is about a journal: give --copy FOLDER with it")
        }
    }

    func run() async throws {
        guard Files.exists(path) else {
            throw Failure(
                "not_found", "\(path): there is no such file or folder, so nothing was verified")
        }
        guard Files.isKept(path) else {
            throw Failure(
                "not_a_file",
                "\(path): it is neither a file nor a folder, so nothing was verified")
        }
        for other in [copy, since].compactMap(\.self) where !Files.exists(other) {
            throw Failure(
                "not_found", "'\(other)': there is no such file or folder, so nothing was verified")
        }
        var expected: PartyID?
        if let node {
            guard let party = PartyID(did: node) else {
                throw ValidationError("--node is a did:key, not '\(node)'")
            }
            expected = party
        }
        if Files.isFile(path) {
            let bytes = try Files.read(path, most: Verify.longest)
            try checkOptions(
                ofProof: SettlementFile.begins(bytes) || AnswerFile.begins(bytes))
            try writeCircuit(of: bytes)
            if SettlementFile.begins(bytes) { return try verifySettlement(bytes) }
            if AnswerFile.begins(bytes) { return try verifyAnswer(bytes) }
            return try verifyReceipt(bytes, expected)
        }
        guard circuit == nil, copy == nil else {
            throw ValidationError("--circuit and --copy are for a proof or a receipt, not a folder")
        }
        let bar = ProgressBar(title: "verify")
        let report: AuditReport
        do throws(AuditFinding) {
            report = try Auditor(folder: path, expecting: expected, since: since).verify {
                bar.show($0, of: $1)
            }
        } catch {
            try tell(error.problem, at: error.place)
        }
        if json { try Terminal.json(report.json) } else { Print.audit(report) }
    }

    /// Writes the tape of a proof's circuit, where it is wanted.
    private func writeCircuit(of bytes: [UInt8]) throws {
        guard let circuit else { return }
        let tape: [UInt8]
        do {
            if SettlementFile.begins(bytes) {
                tape = try SettlementFile(bytes).circuit.bytes
            } else if AnswerFile.begins(bytes) {
                tape = try AnswerFile(bytes).circuit
            } else {
                let receipt = try JSON(parsing: bytes)
                guard let proven = receipt["proven"] ?? receipt["first"]?["proven"] else {
                    throw ValidationError("--circuit is for a proof, or a receipt with one")
                }
                tape = try ProvenReceipt(json: proven).file.circuit
            }
        } catch let error as ValidationError { throw error } catch {
            try tell("\(error)", at: path)
        }
        try NewFile(circuit).write(tape)
    }

    /// Says what does not hold, and ends.
    private func tell(_ problem: String, at place: String) throws -> Never {
        if json {
            try Terminal.json([
                "verified": false, "place": .string(place), "problem": .string(problem),
            ])
        } else {
            Terminal.line(Terminal.red("does not hold ") + "\(place): \(problem)")
        }
        throw ExitCode(3)
    }

    /// Checks a settlement's proof, and says what it shows and what not.
    private func verifySettlement(_ bytes: [UInt8]) throws {
        let file: SettlementFile
        do throws(Stark.ProofError) {
            file = try SettlementFile(bytes)
            try file.verify()
        } catch { try tell(error.description, at: path) }
        let statement = file.statement
        if json {
            return try Terminal.json([
                "verified": true, "old_root": .string(Hex.encode(statement.oldRoot.bytes)),
                "new_root": .string(Hex.encode(statement.newRoot.bytes)),
                "revenue": .string(String(statement.revenue)),
                "fee": .string(String(statement.fee)),
                "batch": .string(Hex.encode(statement.batch)),
            ])
        }
        Terminal.line(
            Terminal.green("proven ") + "a settlement of batch \(Hex.encode(statement.batch))")
        Terminal.line("  state before  \(Hex.encode(statement.oldRoot.bytes))")
        Terminal.line("  state after   \(Hex.encode(statement.newRoot.bytes))")
        Terminal.line(
            "  account \(statement.revenueIndex) gave \(statement.revenue) micro-units, account "
                + "\(statement.feeIndex) got \(statement.fee) of them; the rest went to others")
        Terminal.line(
            "  by the weights of record \(Hex.encode(statement.record.bytes)), to the last "
                + "micro-unit; no other account changed")
        Terminal.line(
            "not shown: who got what; that record and states are those of an exchange's journal, which "
                + "`dividend verify` shows on its public copy")
    }

    /// Checks an answer's proof by itself, and says what it shows and what not.
    private func verifyAnswer(_ bytes: [UInt8]) throws {
        let file: AnswerFile
        do throws(Stark.ProofError) {
            file = try AnswerFile(bytes)
            try file.verify()
        } catch { try tell(error.description, at: path) }
        let statement = file.statement
        if json {
            return try Terminal.json([
                "verified": true, "columns": .string(Hex.encode(statement.columnsRoot)),
                "noise": .string(Hex.encode(statement.noiseRoot)),
                "order": .string(Hex.encode(statement.context)),
                "results": .array(statement.results.map { .string(String($0)) }),
            ])
        }
        Terminal.line(
            Terminal.green("proven ") + "an answer of \(statement.results.count) numbers to "
                + "order \(Hex.encode(statement.context))")
        Terminal.line("  rows behind   \(Hex.encode(statement.columnsRoot))")
        Terminal.line("  noise behind  \(Hex.encode(statement.noiseRoot))")
        Terminal.line(
            "not shown: that the rows are those which people gave, how the noise was drawn, and that both "
                + "were committed to in an exchange's journal")
    }

    private func verifyReceipt(_ bytes: [UInt8], _ expected: PartyID?) throws {
        guard let document = try? JSON(parsing: bytes),
            document["proof"] != nil || document["type"]?.string == BalanceReceipt.type
        else {
            try tell(
                "it is neither a receipt (a file that --receipt of `dividend grant`, `order` or "
                    + "`query`, or `dividend account receipt` wrote), nor a proof (a file of a public copy's proofs/), nor a "
                    + "public copy (a folder that `dividend journal export` wrote)", at: path)
        }
        var journal: AuditReport?
        if let copy {
            do throws(AuditFinding) {
                journal = try Auditor(folder: copy, expecting: expected, since: since).verify()
            } catch {
                try tell("--copy \(copy) does not hold itself: \(error.problem)", at: error.place)
            }
        }
        let receipt: (words: String, isProven: Bool)
        do {
            receipt = try Receipts.check(
                bytes, expecting: expected, in: journal?.replay.head.state)
        } catch {
            try tell("\(error)", at: path)
        }
        if json {
            try Terminal.json([
                "verified": true, "words": .string(receipt.words),
                "proven": .bool(receipt.isProven),
            ])
        } else {
            Terminal.line(Terminal.green("holds ") + receipt.words)
        }
    }
}

extension Print {
    static func audit(_ report: AuditReport) {
        Terminal.line(
            Terminal.green("everything holds ")
                + "\(report.checkpoint.size) entries, \(report.replay.head.blocks) blocks, "
                + "root \(report.checkpoint.root.short)…")
        for (kind, count) in report.replay.kinds.sorted(by: { $0.key < $1.key }) {
            Terminal.line("  \(kind): \(count)")
        }
        let proofs = report.replay.head.state.settledBatches
        if proofs > 0 {
            Terminal.line(
                "  batches proven, each proof checked: \(proofs); so every holder got what her claim "
                    + "was, in the account she is linked to")
        }
        if report.replay.confirmed > 0 {
            Terminal.line("  of the grants, confirmed by a passkey: \(report.replay.confirmed)")
        }
        Terminal.line("Not checked, and why:")
        for line in report.unchecked { Terminal.line("  - \(line)") }
    }
}
