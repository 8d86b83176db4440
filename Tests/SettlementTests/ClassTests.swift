// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing
import TestSupport

@testable import Settlement
@testable import Stark

/// Classes of batches: how their tables are laid out, and that what is offered is sure enough.
@Suite struct ClassTests {
    @Test(arguments: [
        (5_000, 20, [16, 13, 14, 17], 3), (10_002, 20, [17, 14, 18], 7),
        (20_000, 17, [17, 15, 18], 6), (100_002, 17, [16, 17, 18], 4),
    ])
    func `large classes have their range behind the payouts`(
        most: Int, depth: Int, rowBits: [Int], range: Int
    ) throws {
        let form = try SettlementCircuit(depth: depth, most: most)
        #expect(form.rowBits == rowBits && form.layout.range == range)
        #expect((form.layout.hashes == .wide) == (most == 100_002))
        let named = try SettlementCircuit.bytes(
            hash: form.hash, range: range, hashes: form.layout.hashes)
        #expect(named == form.circuit.bytes)
    }

    /// The sizes from which on a class of some depth might have other tables: all in the long form.
    private func sizes(_ depth: Int) -> [Int] {
        let edges = (1...17).flatMap { bits in (-3...3).map { 1 << bits + $0 * 128 } }
        let steps = Array(stride(from: 2, through: 1 << 17, by: Slow.count(1_021, 1)))
        return (steps + edges + [53_956, 60_002, 1 << 16, 1 << 16 + 1, 1 << 17]).filter {
            SettlementCircuit.sizes.contains($0)
        }
    }

    @Test(arguments: [8, 10, 13, 16, 17, 18, 19, 20, 21, 22, 23, 24])
    func `every class that is offered has 100 bits, with both parameters`(depth: Int) throws {
        struct Tables: Hashable {
            let layout: SettlementCircuit.Layout
            let rowBits: [Int]
        }
        var seen: Set<Tables> = []
        for most in sizes(depth) {
            let form = try SettlementCircuit(depth: depth, most: most)
            guard form.isOffered,
                seen.insert(Tables(layout: form.layout, rowBits: form.rowBits)).inserted
            else { continue }
            for parameters in [Parameters.standard, .small] {
                let shape = try #require(Shape(form.circuit, rowBits: form.rowBits, parameters))
                let bits = shape.security(of: form.circuit).bits(.johnson)
                #expect(bits >= Parameters.leastBits, "\(most) of 2^\(depth): \(bits)")
            }
        }
        #expect(!seen.isEmpty)
    }

    @Test func `a class that may have fewer bits is refused by its file`() throws {
        let form = try SettlementCircuit(depth: 24, most: 120_000)
        #expect(!form.isOffered)
        let statement = SettlementStatement(
            oldRoot: .zero, newRoot: .zero, revenue: 1, fee: 0, revenueIndex: 0, feeIndex: 1,
            depth: 24, record: .zero, weights: 1, batch: [UInt8](repeating: 0, count: 32))
        let file = SettlementFile(
            statement, hash: .poseidon1, most: form.most, isSmall: false, proof: [])
        #expect(
            throws: ProofError.statement(
                "so many accounts in so deep a tree are more than one batch is made for")
        ) { try file.verify() }
    }

    @Test func `a class is stated by the largest of its numbers`() throws {
        for depth in [1, 5, 8, 17, 20, 24] {
            var most = SettlementCircuit.sizes.lowerBound
            while most <= SettlementCircuit.sizes.upperBound {
                let form = SettlementCircuit.Form(hash: .poseidon1, depth: depth, most: most)
                guard SettlementCircuit.isOffered(most, form.rowBits) else { break }
                let capacity = SettlementCircuit.capacity(depth: depth, most: most)
                // Those of a class stand together, and all state the same.
                for other in [most, (most + capacity) / 2, capacity] {
                    let same = SettlementCircuit.Form(hash: .poseidon1, depth: depth, most: other)
                    #expect(same == form, "\(other) of 2^\(depth)")
                    #expect(SettlementCircuit.capacity(depth: depth, most: other) == capacity)
                }
                if capacity < SettlementCircuit.sizes.upperBound {
                    let next = SettlementCircuit.Form(
                        hash: .poseidon1, depth: depth, most: capacity + 1)
                    #expect(
                        next != form
                            || !SettlementCircuit.isOffered(capacity + 1, next.rowBits))
                }
                most = capacity + 1
            }
        }
    }

    @Test func `a file that states its class otherwise is refused`() throws {
        let statement = SettlementStatement(
            oldRoot: .zero, newRoot: .zero, revenue: 1, fee: 0, revenueIndex: 0, feeIndex: 1,
            depth: 10, record: .zero, weights: 1, batch: [UInt8](repeating: 0, count: 32))
        let file = SettlementFile(
            statement, hash: .poseidon1, most: 28, isSmall: false, proof: [])
        #expect(file.most == SettlementCircuit.capacity(depth: 10, most: 28) && file.most > 28)
        for most in [2, 28, file.most - 1, file.most + 1] {
            var bytes = file.bytes
            (bytes[12], bytes[13]) = (UInt8(most & 0xff), UInt8(most >> 8))
            let other = try SettlementFile(bytes)
            if SettlementCircuit.capacity(depth: 10, most: most) == most { continue }
            #expect(
                throws: ProofError.statement("the most accounts of its class are written otherwise")
            ) { try other.verify() }
        }
    }

    @Test func `every class has room for what its tables hold`() throws {
        for depth in [8, 17, 24] {
            for most in sizes(depth) {
                let form = try SettlementCircuit(depth: depth, most: most)
                let nodes = (0..<depth).reduce(0) { $0 + min(1 << $1, most) }
                func room(_ table: Int) -> Int { form.rows(of: table) - Parameters.hiddenRows }
                let width = form.layout.hashes.width
                let hashes = (form.hashes..<form.rowBits.count).reduce(0) { $0 + width * room($1) }
                #expect(width * room(SettlementCircuit.Place.nodes) >= nodes)
                #expect(room(SettlementCircuit.Place.payouts) >= most)
                #expect(hashes >= 2 * nodes + 5 * most, "\(most) of 2^\(depth)")
            }
        }
    }
}
