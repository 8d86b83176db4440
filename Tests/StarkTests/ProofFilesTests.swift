// SPDX-License-Identifier: Apache-2.0
import Fields
import Foundation
import Testing
import TestSupport

@testable import Stark

/// Check 3 of the reference: proofs for another verifier to judge, right ones and damaged ones, with our verdict on
/// each. `Tests/interop/stark_agree.py` compares; `make test` runs both. Does nothing without a folder.
@Suite struct ProofFilesTests {
    private static let folder = ProcessInfo.processInfo.environment["PROOFS_DIR"]

    @Test(.enabled(if: folder != nil))
    func `proofs, damaged proofs and our verdicts, for others`() throws {
        let folder = try #require(ProofFilesTests.folder)
        for (name, rowBits, parameters) in [
            ("quick", [11, 10], ProofTests.quick), ("same", [10, 10], ProofTests.quick),
            ("uneven", [10, 12], Parameters(blowupBits: 3, queries: 7, grindingBits: 0)),
            ("standard", [11, 10], Parameters.standard),
        ] {
            let example = try Example(rowBits: rowBits, parameters: parameters)
            let files = ProofFiles(folder: folder, name: name, verifier: example.verifier)
            try files.write(
                example.circuit, rowBits, parameters, inputs: example.inputs,
                proof: try example.proof(), damaged: Slow.count(40, 1000))
        }
        for (name, rowBits) in [("committed", [11, 10]), ("committed-short", [10, 12])] {
            let ballot = try Ballot(rowBits: rowBits)
            let columns = try ballot.columns()
            let (proof, inputs) = try ballot.proof(columns, asking: 1)
            let files = ProofFiles(folder: folder, name: name, verifier: ballot.verifier)
            try files.write(
                ballot.circuit, rowBits, ProofTests.quick, inputs: inputs,
                committed: [columns.root], proof: proof, damaged: Slow.count(40, 1000))
        }
    }
}

/// A proof with its statement in a folder, damaged copies of it, and the verdict on each.
struct ProofFiles {
    let folder: String
    let name: String
    let verifier: Verifier

    /// Writes `NAME.tape`, `NAME.json`, `NAME.0.proof` and on, and `NAME.verdicts.json`.
    func write(
        _ circuit: Circuit, _ rowBits: [Int], _ parameters: Parameters, inputs: [KoalaBear],
        committed: [[UInt8]] = [], proof: [UInt8], damaged: Int
    ) throws {
        func write(_ bytes: [UInt8], _ suffix: String) throws {
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name).\(suffix)"))
        }
        try write(circuit.bytes, "tape")
        let statement = """
            {"rowBits": \(rowBits), "blowupBits": \(parameters.blowupBits), \
            "queries": \(parameters.queries), "grindingBits": \(parameters.grindingBits), \
            "inputs": \(inputs.map(\.value))\(ProofFiles.member(committed))}
            """
        try write(Array(statement.utf8), "json")
        var random = Seeded(UInt64(damaged))
        var verdicts: [String] = []
        for place in 0...damaged {
            let bytes = place == 0 ? proof : ProofFiles.damage(proof, place, &random)
            try write(bytes, "\(place).proof")
            let isTaken =
                (try? verifier.verify(bytes, inputs: inputs, committed: committed)) != nil
            #expect(isTaken == (bytes == proof), "\(name) \(place)")
            verdicts.append(isTaken ? "taken" : "refused")
        }
        try write(Array("[\"\(verdicts.joined(separator: "\", \""))\"]".utf8), "verdicts.json")
    }

    private static func member(_ committed: [[UInt8]]) -> String {
        guard !committed.isEmpty else { return "" }
        let roots = committed.map { root in
            root.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        return ", \"committed\": \(roots)"
    }

    private static func damage(
        _ proof: [UInt8], _ kind: Int, _ random: inout Seeded
    ) -> [UInt8] {
        var bytes = proof
        let place = Int(random.next() % UInt64(proof.count - 64))
        switch kind % 6 {
        case 0: bytes[place] ^= 1 << UInt8(random.next() % 8)
        case 1: bytes.removeLast(1 + place % 600)
        case 2: bytes += bytes.prefix(1 + place % 70)
        case 3:
            // An element with the prime added, where that fits: another spelling of the same.
            let word = place / 4 * 4
            let value = bytes[word..<word + 4].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let other = value + UInt64(KoalaBear.prime)
            for offset in 0..<4 {
                bytes[word + offset] = UInt8(truncatingIfNeeded: other >> UInt64(8 * offset))
            }
        case 4: bytes.swapAt(place, place + 32)
        default:
            for offset in 0..<32 { bytes.swapAt(place + offset, place + 32 + offset) }
        }
        return bytes
    }
}
