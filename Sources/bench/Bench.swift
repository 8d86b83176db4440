// SPDX-License-Identifier: Apache-2.0

/// Benchmarks; see `make bench`.
@main struct Bench {
    static func main() {}
}
