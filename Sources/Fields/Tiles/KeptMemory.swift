// SPDX-License-Identifier: Apache-2.0
internal import CFields

/// Large blocks of memory, kept for as long as something like it is there.
///
/// Work that makes many matrices of the same few sizes, one after another, takes a fifth less time when it keeps what
/// it releases: at most 256 MiB in the whole process, given back when the last of these is gone.
public struct KeptMemory: ~Copyable, Sendable {
    /// Begins to keep.
    public init() { fields_begin_keeping() }

    deinit { fields_end_keeping() }
}
