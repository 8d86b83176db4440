// SPDX-License-Identifier: Apache-2.0

extension StateHash {
    /// Hashes any number of elements with a sponge of rate 8 in overwrite mode.
    ///
    ///     s = sixteen zeros; s[8] = number of elements; s[9] = tag
    ///     for each block of eight elements, at least one block:
    ///         s[0 ..< 8] = the block, filled up with zeros; s = π(s)
    ///     digest = s[0 ..< 8]
    ///
    /// The number stands in the capacity before anything is absorbed, so that inputs that differ only
    /// in zeros at the end differ, and the tag keeps different uses apart. The capacity of eight
    /// elements gives about 124 bits against collisions.
    ///
    /// - Requires: fewer than 2²⁴ elements.
    /// - Cost: a permutation for each eight elements, one after another, each at the price of a
    ///   vector of them: ``sponges(of:width:tag:path:)`` is up to sixteen times cheaper for each.
    public func sponge(
        _ elements: [KoalaBear], tag: KoalaBear = .zero, path: KernelPath = .best
    ) -> StateDigest {
        absorb(elements, count: 1, width: elements.count, tag: tag, path: path)[0]
    }

    /// Hashes many inputs of one length: elements width · i ..< width · (i + 1) are input i. Each
    /// digest is that of ``sponge(_:tag:path:)``.
    ///
    /// - Requires: a width in 1 ..< 2²⁴, and a whole number of inputs.
    /// - Memory: 64 bytes for each input, besides the result.
    public func sponges(
        of elements: [KoalaBear], width: Int, tag: KoalaBear = .zero, path: KernelPath = .best
    ) -> [StateDigest] {
        precondition(width > 0 && elements.count % width == 0, "inputs have one length")
        return absorb(
            elements, count: elements.count / width, width: width, tag: tag, path: path)
    }

    private func absorb(
        _ elements: [KoalaBear], count: Int, width: Int, tag: KoalaBear, path: KernelPath
    ) -> [StateDigest] {
        precondition(width < 1 << 24, "a sponge takes fewer than 2^24 elements")
        var states = [KoalaBear](repeating: .zero, count: Self.width * count)
        for input in 0..<count {
            states[16 * input + 8] = KoalaBear(reducing: UInt64(width))
            states[16 * input + 9] = tag
        }
        for start in stride(from: 0, to: max(width, 1), by: 8) {
            for input in 0..<count {
                for i in 0..<8 {
                    let place = start + i
                    states[16 * input + i] =
                        place < width ? elements[width * input + place] : .zero
                }
            }
            permute(&states, path: path)
        }
        return (0..<count).map { input in
            StateDigest(words: SIMD8(states[16 * input..<16 * input + 8].map(\.word)))
        }
    }
}
