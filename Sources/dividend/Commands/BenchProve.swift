// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Fields
import Foundation
import Settlement
import Stark

struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure this machine.", subcommands: [Prove.self, Answer.self])

    struct Prove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Settle a batch among made-up accounts, prove it, and verify the proof.",
            discussion: """
                Says beforehand about how long it will take and how much memory. Nobody's accounts \
                are touched. With --keep the proof stays in a file that `dividend verify` checks.
                """)
        @Option(help: "How many are paid.") var payouts = 1000
        @Option(help: "How many accounts there are.") var accounts = 131_072
        @Option(help: "The hash of the state: poseidon1 or poseidon2.") var hash = "poseidon1"
        @Flag(help: "A shorter proof that takes longer.") var small = false
        @Option(help: "How many threads.") var threads = 2
        @Option(help: "Keep the proof in this file.") var keep: String?
        @Flag(help: "Print JSON for programs.") var json = false

        func validate() throws {
            guard hash == "poseidon1" || hash == "poseidon2" else {
                throw ValidationError("--hash takes poseidon1 or poseidon2")
            }
            guard (1...131_070).contains(payouts), payouts + 2 <= accounts,
                accounts <= 1 << 24
            else {
                throw ValidationError(
                    "--payouts takes 1 to 131070, and --accounts at least two more, to 16777216")
            }
            guard try form().isOffered else {
                throw ValidationError(
                    "so many payouts among so many accounts are more than one batch is made for: "
                        + "take at most 65534, or fewer accounts")
            }
            guard (1...64).contains(threads) else {
                throw ValidationError("--threads takes 1 to 64")
            }
        }

        func run() async throws {
            let file = try keep.map(NewFile.init)
            let form = try form()
            // From measurements: 16 bytes a cell at most.
            let estimate = String(
                format: "about %.1f s on %d idle cores and %.1f GB",
                Pace.measured().seconds(form.cells, isSmall: small) / Double(threads), threads,
                max(0.1, Double(form.cells) * 16 / 1e9))
            if !json {
                Terminal.line(
                    "\(payouts) payouts among \(accounts) accounts: \(estimate). Ctrl-C ends it.")
            }
            var tree = BalanceTree(depth: form.depth, hash: form.hash)
            tree.update((0..<accounts).map { ($0, Prove.account($0)) })
            let batch = try batch()
            let prover = try SettlementProver(
                form, parameters: small ? .small : .standard, threads: threads)
            var generator = SystemRandomNumberGenerator()
            let bar = ProgressBar(title: "prove")
            let start = Moment()
            let (statement, proof) = try prover.settle(batch, in: &tree, using: &generator) {
                bar.show($0.rawValue, of: Prover.Step.allCases.count)
            }
            bar.show(1, of: 1)
            let proved = Moment()
            let kept = SettlementFile(
                statement, hash: form.hash, most: form.most, isSmall: small,
                proof: proof)
            try kept.verify()
            let warm = Moment()
            try kept.verify()
            let verified = Moment()
            try file?.write(kept.bytes)
            let permutations = form.permutations
            let seconds = proved.processor - start.processor
            if json {
                return try Terminal.json([
                    "payouts": .integer(Int64(payouts)), "accounts": .integer(Int64(accounts)),
                    "wall_seconds": .number(proved.wall - start.wall),
                    "cpu_seconds": .number(seconds), "bytes": .integer(Int64(proof.count)),
                    "peak_bytes": .number(peakBytes),
                    "verify_ms": .number((verified.wall - warm.wall) * 1000),
                    "permutations_per_cpu_second": .number(Double(permutations) / seconds),
                ])
            }
            Terminal.line(
                String(
                    format:
                        "proved in %.2f s (%.2f s of processors), %d bytes; verified in %.1f ms",
                    proved.wall - start.wall, seconds, proof.count,
                    (verified.wall - warm.wall) * 1000))
            Terminal.line(
                String(
                    format: "%d permutations proved, %.0f a second of processor", permutations,
                    Double(permutations) / seconds))
            if let file { Terminal.line("Check it with: dividend verify \(file.path)") }
        }

        private func form() throws -> SettlementCircuit {
            var depth = 1
            while 1 << depth < accounts { depth += 1 }
            return try SettlementCircuit(
                hash: hash == "poseidon1" ? .poseidon1 : .poseidon2, depth: depth,
                most: payouts + 2)
        }

        /// Holders spread over all accounts; the revenue account is 0, the fees' 1.
        private func batch() throws -> SettlementBatch {
            let step = (accounts - 2) / payouts
            let holders = (0..<payouts).map { place in
                SettlementBatch.Holder(
                    index: 2 + place * step + place % step,
                    linkSalt: Prove.salt(place, 1) + Prove.salt(place, 2),
                    weight: 1 + UInt64(place) &* 7919 % 5_000, salt: Prove.salt(place, 3))
            }
            let fee: UInt64 = 250_000
            return try SettlementBatch(
                id: [UInt8](repeating: 0, count: 32),
                revenue: .init(
                    index: 0, amount: fee + UInt64(payouts) * 2_500_001, salt: Prove.salt(0, 4)),
                fee: .init(index: 1, amount: fee, salt: Prove.salt(1, 4)), holders: holders)
        }

        private static func account(_ place: Int) -> BalanceLeaf {
            BalanceLeaf(
                balance: place == 0 ? 1 << 60 : UInt64(place) * 65_537, salt: salt(place, 0))
        }

        private static func salt(_ place: Int, _ turn: Int) -> [KoalaBear] {
            (0..<BalanceLeaf.saltWidth).map {
                KoalaBear(
                    reducing: UInt64((place * 4 + $0) * 8 + turn) &* 0x9e37_79b9_7f4a_7c15)
            }
        }
    }
}
