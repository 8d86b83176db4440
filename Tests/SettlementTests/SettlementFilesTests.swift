// SPDX-License-Identifier: Apache-2.0
import Fields
import Foundation
import Testing
import TestSupport

@testable import Settlement
@testable import Stark

/// A settlement's proof for another verifier, with ours on damaged copies: see ``ProofFilesTests``.
@Suite struct SettlementFilesTests {
    private static let folder = ProcessInfo.processInfo.environment["PROOFS_DIR"]

    @Test(.enabled(if: folder != nil), arguments: SettlementWorld.Class.allCases)
    func `a settlement's proof, for others`(of size: SettlementWorld.Class) throws {
        let folder = try #require(SettlementFilesTests.folder)
        let world = try SettlementWorld(size)
        var tree = world.tree
        var random = SettlementWorld.random
        let (statement, proof) = try world.prover.settle(world.batch, in: &tree, using: &random)
        func write(_ bytes: [UInt8], _ suffix: String) throws {
            try Data(bytes).write(
                to: URL(fileURLWithPath: "\(folder)/settlement-\(size).\(suffix)"))
        }
        let parameters = SettlementWorld.quick
        try write(world.form.circuit.bytes, "tape")
        try write(
            Array(
                """
                {"rowBits": \(world.form.rowBits), "blowupBits": \(parameters.blowupBits), \
                "queries": \(parameters.queries), "grindingBits": \(parameters.grindingBits), \
                "inputs": \(statement.inputs.map(\.value))}
                """.utf8), "json")
        var verdicts: [String] = []
        let places = [-1] + Array(stride(from: 5, to: proof.count, by: proof.count / 20))
        for (number, place) in places.enumerated() {
            var bytes = proof
            if place >= 0 { bytes[place] ^= 4 }
            try write(bytes, "\(number).proof")
            let isTaken = (try? world.verifier.verify(bytes, of: statement)) != nil
            #expect(isTaken == (place < 0))
            verdicts.append(isTaken ? "taken" : "refused")
        }
        try write(Array("[\"\(verdicts.joined(separator: "\", \""))\"]".utf8), "verdicts.json")
    }
}
