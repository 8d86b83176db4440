// SPDX-License-Identifier: Apache-2.0
import Testing
import TestSupport

@testable import Settlement
@testable import Stark

/// A settlement as a file: there and back, and damaged anywhere.
@Suite struct SettlementFileTests {
    private func file() throws -> SettlementFile {
        let world = try SettlementWorld()
        var tree = world.tree
        var random = SettlementWorld.random
        let (statement, proof) = try world.prover.settle(world.batch, in: &tree, using: &random)
        return SettlementFile(
            statement, hash: world.form.hash, most: world.form.most, isSmall: false,
            proof: proof)
    }

    @Test func `a file is read back, and says why it is not taken`() throws {
        let file = try file()
        let read = try SettlementFile(file.bytes)
        #expect(read == file)
        // Its proof was made with fewer queries than a file has.
        #expect(throws: ProofError.self) { try read.verify() }
        for place in 0..<176 {
            var bytes = file.bytes
            bytes[place] ^= 0x80
            let changed = try? SettlementFile(bytes)
            #expect(changed != file, "byte \(place)")
        }
        for count in [0, 7, 8, 20, 175] {
            #expect(throws: ProofError.self) { try SettlementFile(Array(file.bytes.prefix(count))) }
        }
    }
}
