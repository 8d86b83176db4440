// SPDX-License-Identifier: Apache-2.0
internal import CFields

/// Which machine code the kernels run: all give the same words.
public enum KernelPath: Int, Sendable, CaseIterable, Comparable {
    /// Plain C, on any machine.
    case portable = 0
    /// 256-bit vectors of x86-64, and its SHA-256 instructions where there are any.
    case avx2 = 1
    /// 512-bit vectors of x86-64 (F, BW, DQ and VL), and its SHA-256 instructions.
    case avx512 = 2

    /// The fastest one that this CPU has.
    public static let best = KernelPath(rawValue: Int(fields_best_path())) ?? .portable

    /// The ones that this CPU has, slowest first. Asking for another one runs ``best``.
    public static let supported = allCases.filter { $0 <= best }

    /// Orders from slow to fast.
    public static func < (left: KernelPath, right: KernelPath) -> Bool {
        left.rawValue < right.rawValue
    }

    var code: Int32 { Int32(rawValue) }
}
