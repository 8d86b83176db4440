// SPDX-License-Identifier: Apache-2.0

extension ShareRegister {
    /// Everybody who holds shares now, in the order of first joining. Cost: one pass.
    public var shareholders: [AccountID] {
        zip(holders.ids, holdings).compactMap { $1.shares > 0 ? $0 : nil }
    }
}
