// SPDX-License-Identifier: Apache-2.0

/// Why no model can be made of a file: what is wrong, in which column and line, and how to mend it.
package struct OwnRowsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and how to mend it.
    package let description: String

    init(_ description: String) { self.description = description }
}
