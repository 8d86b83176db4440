// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// The kernels under proofs, on one thread, for each path that this CPU has.
enum Kernels {
    /// Permutations of the state hashes and bytes of hashed rows, a second of processor; the best of five.
    static func measure() throws -> [String: Double] {
        var figures: [String: Double] = [:]
        let count = 1 << 14
        var states = (0..<16 * count).map { KoalaBear(reducing: UInt64($0) &* 0x9e37_79b9) }
        let row = 1280
        let rows = [UInt8](repeating: 7, count: row * 4096)
        for path in KernelPath.supported {
            for hash in StateHash.allCases {
                figures["\(hash)_\(path)_per_cpu_s"] = best(of: 5) {
                    for _ in 0..<4 { hash.permute(&states, path: path) }
                    return 4 * count
                }
            }
            figures["sha256_rows_\(path)_bytes_per_cpu_s"] = best(of: 5) {
                rows.withUnsafeBytes { bytes in
                    _ = RowHash.digests(
                        ofRows: bytes, count: 4096, bytesPerRow: row, stride: row, prefix: [0],
                        path: path)
                }
                return rows.count
            }
        }
        return figures
    }

    private static func best(of rounds: Int, _ work: () -> Int) -> Double {
        (0..<rounds).reduce(0) { best, _ in
            let start = Meter.now
            let done = work()
            return max(best, Double(done) / Meter.since(start).processor)
        }
    }
}
