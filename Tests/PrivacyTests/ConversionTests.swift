// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Privacy

@Suite struct ConversionTests {
    private static let deltas = ["1e-30", "3.7e-15", "1e-9", "1e-7", "2.5e-5", "9.9e-3"]

    private func decimal(_ text: String) throws -> ExactDecimal {
        try #require(ExactDecimal(text))
    }

    @Test func `a grid from tiny to huge stays on the safe side and tight`() throws {
        let grid = try Vectors.file("zcdp-grid.json")
        func rows(_ name: String) throws -> [[String: Any]] {
            try #require(grid[name] as? [[String: Any]])
        }
        func text(_ row: [String: Any], _ key: String) throws -> String {
            try #require(row[key] as? String)
        }
        for row in try rows("epsilon") {
            let units = UInt64(try #require(row["units"] as? Int))
            // Where δ alone covers everything the bound is negative; there ε is 0.
            let expected = max(0, try #require(Double(try text(row, "value"))))
            let shown = Rho(units: units).epsilon(at: try decimal(text(row, "delta"))).value
            #expect(shown >= expected && shown <= expected * (1 + 1e-12) + 1e-16, "\(row)")
        }
        for row in try rows("delta") {
            let units = UInt64(try #require(row["units"] as? Int))
            let expected = try #require(Double(try text(row, "value")))
            let shown = Rho(units: units).delta(at: try decimal(text(row, "epsilon"))).value
            #expect(shown >= expected, "\(row)")
            // A tiny δ is the exponential of a large sum, whose error it multiplies.
            #expect(shown <= expected * (1 + 1e-9) || expected < 1e-250, "\(row)")
        }
        for row in try rows("rho") {
            let expected = try #require(Double(try text(row, "value")))
            let exact = Conversion.rho(
                epsilon: try decimal(text(row, "epsilon")).below,
                delta: try decimal(text(row, "delta")).below)
            #expect(exact <= expected && exact >= expected * (1 - 1e-9), "\(row)")
        }
    }

    @Test(arguments: deltas)
    func `more privacy spent is never a smaller epsilon`(delta: String) throws {
        let delta = try decimal(delta)
        var last = -1.0
        for exponent in 0..<64 {
            for factor: UInt64 in [4, 5, 6, 7] {
                let rho = Rho(units: (1 << UInt64(exponent)) / 4 * factor)
                let epsilon = rho.epsilon(at: delta).value
                #expect(epsilon >= last)
                last = epsilon
                guard exponent < 61 else { break }
            }
        }
        #expect(Rho.zero.epsilon(at: delta).value == 0)
    }

    @Test func `a smaller delta is never a smaller epsilon, a larger epsilon never a larger delta`()
        throws
    {
        for units: UInt64 in [1, 1 << 20, 1 << 34, 1 << 40, 1 << 46] {
            let rho = Rho(units: units)
            let epsilons = try Self.deltas.map { rho.epsilon(at: try decimal($0)).value }
            #expect(epsilons == epsilons.sorted(by: >))
            let deltas = try ["0.01", "0.1", "1", "3", "10", "64"].map {
                rho.delta(at: try decimal($0)).value
            }
            #expect(deltas == deltas.sorted(by: >))
            #expect(deltas.allSatisfy { $0 > 0 && $0 <= 1 })
        }
    }

    @Test(arguments: deltas)
    func `the planned rho keeps the promise it was planned for`(delta: String) throws {
        for epsilon in ["0.001", "0.1", "0.5", "1", "2", "7.25", "30", "64"] {
            let target = try PrivacyTarget(epsilon: epsilon, delta: delta)
            let (rho, promised) = (target.rho, try #require(Double(epsilon)))
            // Both ways are rounded outwards, so back again may pass the promise by that much.
            #expect(rho.epsilon(at: target.delta).value <= promised * (1 + 1e-12))
            let next = Rho(units: rho.units + 2)
            #expect(next.epsilon(at: target.delta).value > promised)
        }
    }

    @Test func `a delta of one or more needs no epsilon`() throws {
        #expect(Rho.maximum.epsilon(at: try decimal("1")).value == 0)
        #expect(Rho.maximum.epsilon(at: try decimal("2")).value == 0)
        #expect(Rho.maximum.epsilon(at: try decimal("1e-7")).value.isFinite)
    }
}
