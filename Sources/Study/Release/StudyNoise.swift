// SPDX-License-Identifier: Apache-2.0
internal import Privacy

/// All the noise of one release.
///
/// Only ``StudyPlan/noise(from:)`` makes it, so noise that is too narrow for a plan cannot be
/// handed to it, and it cannot be copied, so none is used twice.
public struct StudyNoise: ~Copyable, Sendable {
    /// The noise of one block: for the histogram, and for each rung that may be chosen.
    struct Drawn {
        let choice: [Int64]
        let rungs: [[Int64]]
    }

    let noises: [BlockNoise]
    /// Drawn before anything is read; none where the number of groups is not known yet.
    let drawn: [Drawn]
    /// Where noise comes from for groups that are found.
    var source: ByteSource

    init(_ noises: [BlockNoise], counts: [Int], from random: inout ByteSource) {
        self.noises = noises
        drawn = zip(noises, counts).map { noise, count in
            StudyNoise.draw(noise, numbers: count, from: &random)
        }
        source = random.split()
    }

    private static func draw(
        _ noise: BlockNoise, numbers: Int, from random: inout ByteSource
    ) -> Drawn {
        Drawn(
            choice: noise.choice?.noise.draw(2 * (noise.rungs.count + 1), from: &random) ?? [],
            rungs: noise.rungs.map { $0.noise.draw(numbers, from: &random) })
    }
}

extension StudyNoise {
    /// The noise of the only block, where its radius is fixed and its groups are listed, so that all of it is drawn:
    /// what an answer's proof commits to before anything is read. Nil for other studies.
    ///
    /// Noise that is known takes away what it hides: this is for a proof that hides it again, and for nothing else.
    package var fixedNumbers: [Int64]? {
        guard noises.count == 1, noises[0].choice == nil, drawn.count == 1,
            !drawn[0].rungs[0].isEmpty
        else { return nil }
        return drawn[0].rungs[0]
    }
}
