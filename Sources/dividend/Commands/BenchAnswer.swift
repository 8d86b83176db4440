// SPDX-License-Identifier: Apache-2.0
import AnswerProof
import ArgumentParser
import Canon
import Foundation
import Stark

extension Bench {
    struct Answer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Prove clipped sums over a made-up table that is committed to, and verify the proof.",
            discussion: """
                The table is committed to once, before the clock of the proof starts, as a pool's is before \
                many questions. Nobody's data is touched.
                """)
        @Option(help: "How many rows the table has.") var rows = 100_000
        @Option(help: "How many columns, each of which is added up.") var columns = 10
        @Option(help: "How many threads.") var threads = 2
        @Option(help: "Keep the proof in this file.") var keep: String?
        @Flag(help: "Print JSON for programs.") var json = false

        func validate() throws {
            guard (1...CodedTable.room(rowBits: CodedTable.sizes.upperBound)).contains(rows),
                CodedTable.widths.contains(columns)
            else { throw ValidationError("--rows takes 1 to 819200, and --columns 1 to 60") }
            guard (1...64).contains(threads) else {
                throw ValidationError("--threads takes 1 to 64")
            }
        }

        func run() async throws {
            let file = try keep.map(NewFile.init)
            let table = try CodedTable(
                (0..<columns).map { column in
                    (0..<rows).map { CodedTable.code(Int64($0 &* (7919 + column) % 24_000)) }
                })
            let numbers = (1...columns).map {
                AnswerNumber(.sum(column: $0, low: 0, high: 20_000), units: 52)
            }
            var generator = SystemRandomNumberGenerator()
            let form = try AnswerCircuit(numbers, columns: columns, rowBits: table.rowBits)
            if !json {
                // From measurements: 16 bytes a cell at most.
                Terminal.line(
                    String(
                        format:
                            "%d rows of %d columns: about %.1f s on %d idle cores and %.1f GB. Ctrl-C ends it.",
                        rows, columns, Pace.measured().seconds(form.cells) / Double(threads),
                        threads, max(0.1, Double(form.cells) * 16 / 1e9)))
            }
            let began = Moment()
            let committed = try table.commit(seed: secret(&generator), threads: threads)
            let start = Moment()
            let noise = try CommittedNoise(
                numbers.map { _ in Int64.random(in: -1_000_000...1_000_000, using: &generator) },
                of: numbers, rowBits: table.rowBits, seed: secret(&generator))
            let (statement, proof) = try AnswerProver(form, threads: threads).prove(
                table, committed, adding: noise, context: secret(&generator), using: &generator)
            let proved = Moment()
            let kept = AnswerFile(statement, proof: proof)
            try kept.verify()
            let warm = Moment()
            try kept.verify()
            let verified = Moment()
            try file?.write(kept.bytes)
            if json {
                return try Terminal.json([
                    "rows": .integer(Int64(rows)), "columns": .integer(Int64(columns)),
                    "commit_wall_seconds": .number(start.wall - began.wall),
                    "wall_seconds": .number(proved.wall - start.wall),
                    "cpu_seconds": .number(proved.processor - start.processor),
                    "bytes": .integer(Int64(proof.count)), "peak_bytes": .number(peakBytes),
                    "verify_ms": .number((verified.wall - warm.wall) * 1000),
                ])
            }
            Terminal.line(
                String(
                    format:
                        "committed to in %.2f s, for %d proofs; proved in %.2f s (%.2f s of processors), "
                        + "%d bytes; verified in %.1f ms", start.wall - began.wall,
                    committed.proofs,
                    proved.wall - start.wall, proved.processor - start.processor, proof.count,
                    (verified.wall - warm.wall) * 1000))
            if let file { Terminal.line("Check it with: dividend verify \(file.path)") }
        }

        private func secret(_ generator: inout SystemRandomNumberGenerator) -> [UInt8] {
            (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
    }
}
