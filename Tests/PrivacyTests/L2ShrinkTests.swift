// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Privacy

/// The root by which contributors are scaled into the ball.
@Suite struct L2ShrinkTests {
    @Test func `the root is exact, and one is added`() {
        var random = Seeded(31)
        var values: [UInt64] = [0, 1 << 60, (1 << 60) + 1, 1 << 61, (1 << 62) - 1]
        for _ in 0..<200_000 {
            let root = UInt64.random(in: 1 << 30..<1 << 31, using: &random)
            values += [root * root, root * root - 1, root * root + 1, root * root + 2 * root]
        }
        for root in (1 << 30 as UInt64)...(1 << 30) + 2_000 { values.append(root * root) }
        for root in (1 << 31) - 2_000..<(1 << 31) as Range<UInt64> { values.append(root * root) }
        for _ in 0..<200_000 { values.append(.random(in: 1 << 60..<1 << 62, using: &random)) }
        let wrong = values.filter { value in
            value == 0 || (1 << 60..<1 << 62).contains(value)
        }.filter { L2Shrink.rootAbove($0) != L2ShrinkTests.rootAbove($0) }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))")
    }

    /// The same bit by bit.
    private static func rootAbove(_ value: UInt64) -> UInt64 {
        var root: UInt64 = 0
        for place in (0..<31).reversed() {
            let next = root | 1 << UInt64(place)
            if next * next <= value { root = next }
        }
        return root + 1
    }
}
