// SPDX-License-Identifier: Apache-2.0

/// The steps of a sum. In each the node has something for the devices, and each device has one answer.
package enum SumStep: UInt8, CaseIterable, Hashable, Sendable {
    /// Who is asked, and what the sums before let out; answered by new keys.
    case keys
    /// Everybody's keys; answered by sealed shares.
    case shares
    /// The shares that are for the device; answered by its masked numbers.
    case numbers
    /// Whose numbers came; answered by a signature.
    case check
    /// The signatures; answered by the shares that take the masks off.
    case unmask

    /// The next step; nil behind the last.
    var next: SumStep? { SumStep(rawValue: rawValue + 1) }
}
