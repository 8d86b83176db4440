// SPDX-License-Identifier: Apache-2.0

/// The contents of one column's block: its values, then, for text, the texts they point to.
///
/// Values are a *number list*:
///
/// | first byte | name | what follows |
/// |---|---|---|
/// | 0 | constant | value |
/// | 1 | packed | width (1 byte), base, scale, codes |
/// | 2 | packed with NULLs | width (1 byte), base, scale, codes |
/// | 3 | delta | width (1 byte), first value, base, scale, codes |
/// | 4 | runs | number of runs (LEB128), a list of their values, a list of their lengths |
///
/// Value, base and first value are zigzag LEB128; scale is LEB128; codes are ``BitPacking`` with
/// the width given, 0…64. All arithmetic wraps modulo 2⁶⁴, so every Int64 comes back exactly.
///
/// - packed: value = base + scale · code. The scale is the greatest common divisor of the
///   distances to the smallest value: whole hours in microseconds take a few bits.
/// - packed with NULLs: code 0 is ``Schema/null``, else value = base + scale · (code − 1).
/// - delta: each value after the first is the one before + base + scale · code; one code fewer
///   than rows. Never used where there are NULLs.
/// - runs: list 1 holds one value a run, list 2 the lengths, each 1 or more; neither is of runs.
///
/// The texts of a ``Schema/Kind/text`` column follow its values, by first appearance, each once:
///
/// | bytes | what |
/// |---|---|
/// | LEB128 | number of texts |
/// | LEB128 each | their lengths in bytes |
/// | … | their UTF-8, joined |
///
/// Zeros may follow in the last column of a segment only (see ``Segment``). The writer takes
/// the shortest list, and runs only when they save a quarter, since they are slower to read.
enum ColumnBlock {
    enum Encoding: UInt8 {
        case constant = 0
        case packed = 1
        case packedWithNulls = 2
        case delta = 3
        case runs = 4
    }

    /// Contents that break the format, and where in them.
    struct Fault: Error {
        let offset: Int
        let reason: String
    }
}

extension Int64 {
    /// The number with its sign in the lowest bit, so that small ones of either sign are short.
    var zigzag: UInt64 { UInt64(bitPattern: (self << 1) ^ (self >> 63)) }

    init(zigzag code: UInt64) {
        self = Int64(bitPattern: (code >> 1) ^ (0 &- (code & 1)))
    }
}
