// SPDX-License-Identifier: Apache-2.0

/// One leaf of the journal and what is kept sealed beside it.
public struct JournalLine: Hashable, Sendable {
    /// The leaf's bytes: an entry's canonical JSON, or a ledger command.
    public let leaf: [UInt8]
    /// The ciphertext whose plaintext the entry commits to; empty when nothing is sealed or when
    /// the sealed part was erased.
    public let sealed: [UInt8]

    /// Takes a leaf and what lies sealed beside it.
    public init(leaf: [UInt8], sealed: [UInt8] = []) {
        self.leaf = leaf
        self.sealed = sealed
    }
}

/// Keeps the journal. Implemented by Storage.
///
/// Appending is all or nothing and durable when it returns: a group of lines is one row and one
/// flush to disk.
public protocol JournalStore: Sendable {
    /// How many lines are kept.
    func count() throws -> UInt64

    /// Appends lines after the first `expected`, durably.
    ///
    /// - Throws: when the journal does not hold exactly `expected` lines: somebody else wrote.
    func append(_ lines: [JournalLine], after expected: UInt64) throws

    /// Hands over all lines from an index on, in order, group by group.
    func read(from index: UInt64, _ body: (_ first: UInt64, _ lines: [JournalLine]) throws -> Void)
        throws
}
