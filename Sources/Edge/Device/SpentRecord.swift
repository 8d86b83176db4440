// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent

/// A contributor's own record of what was spent of her privacy. It outlives restarts and is never set back, whatever a
/// node says: where it cannot be read or written, nothing is given.
package protocol SpentRecord: Sendable {
    /// What was spent in a pool, how many studies that were, and whether she withdrew.
    ///
    /// - Throws: when the record cannot be read.
    func usage(in pool: String) throws -> Usage

    /// Whether she took part in the study of an order, or began to.
    ///
    /// - Throws: when the record cannot be read.
    func hasBegun(_ order: Digest) throws -> Bool

    /// Writes down what a study costs her, before anything of it is sent, so that it is there after a crash.
    ///
    /// - Parameter rho: in units of 2^-40 of ρ.
    /// - Throws: when the order is there already, or it cannot be written; then nothing may be sent.
    func begin(_ order: Digest, in pool: String, spending rho: UInt64) throws
}
