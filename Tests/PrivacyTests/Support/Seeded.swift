// SPDX-License-Identifier: Apache-2.0
import TestSupport

extension Seeded {
    /// A number whose bit length is uniform, so that small and huge ones are equally likely.
    mutating func anySize(bits: Int = 64) -> UInt64 {
        let length = Int(next() % UInt64(bits + 1))
        return length == 0 ? 0 : next() >> UInt64(64 - length)
    }
}
