// SPDX-License-Identifier: Apache-2.0

/// A node does not answer now; it may later.
package struct NodeUnreachable: Error, Sendable, CustomStringConvertible {
    let name: String
    let reason: String

    /// Who and why.
    package var description: String { "\(name) does not answer: \(reason)" }
}
