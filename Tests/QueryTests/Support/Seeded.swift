// SPDX-License-Identifier: Apache-2.0
import TestSupport

extension Seeded {
    /// A question changed so that it mostly stays one: seldom cut off, and ASCII where it was.
    mutating func mutateText(_ source: [UInt8]) -> [UInt8] {
        mutate(source, cuttingOnceIn: 4, bits: 7)
    }
}
