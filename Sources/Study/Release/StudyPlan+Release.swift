// SPDX-License-Identifier: Apache-2.0
public import Privacy

extension StudyPlan {
    /// Draws the noise that a release needs. Done before any row is read, so that the time it takes
    /// cannot tell anything about the rows; only the noise of groups that are yet to be found waits.
    public func noise(from random: inout ByteSource) -> StudyNoise {
        var groups = 0
        if case .listed(let count) = step.groups { groups = count }
        return StudyNoise(noises, counts: step.blocks.map { $0.width * groups }, from: &random)
    }

    /// The only exit: adds the noise, once, and gives the noised numbers.
    ///
    /// - Requires: noise that this plan, or one with the same mechanisms, drew.
    /// - Throws: ``NoiseError/poolEmpty`` when the noise was drawn for a smaller plan.
    public func release(
        _ partial: consuming Partial, adding noise: consuming StudyNoise
    ) throws(NoiseError) -> NoisedAnswer {
        precondition(noise.noises == noises, "noise that was drawn for this plan")
        let clips = choose(partial, noise.drawn.map(\.choice))
        guard let selection else {
            var blocks: [NoisedBlock] = []
            for (place, block) in partial.blocks.enumerated() {
                let rung = clips[place]?.rung ?? 0
                let sums = block.sums(at: rung)
                let fresh = noise.drawn[place].rungs[rung]
                guard sums.count == fresh.count else { throw .poolEmpty }
                blocks.append(noised(place, zip(sums, fresh).map(plus), clips[place]))
            }
            return NoisedAnswer(keys: nil, blocks: blocks)
        }
        var source = noise.source
        let found = partial.places.sorted { $0.key < $1.key }.filter { _, row in
            selection.keeps(
                votes: partial.votes[row], noise: selection.noise.draw(from: &source))
        }
        var blocks: [NoisedBlock] = []
        for (place, block) in partial.blocks.enumerated() {
            let rung = clips[place]?.rung ?? 0
            let sums = block.sums(at: rung)
            let values = found.flatMap { _, row in
                sums[row * block.width..<(row + 1) * block.width].map { sum in
                    plus(sum, noises[place].rungs[rung].noise.draw(from: &source))
                }
            }
            blocks.append(noised(place, values, clips[place]))
        }
        return NoisedAnswer(keys: found.map(\.key), blocks: blocks)
    }

    private func noised(_ place: Int, _ values: [Int64], _ clip: ClipEstimate?) -> NoisedBlock {
        NoisedBlock(
            values: values, sigma: noises[place].rungs[clip?.rung ?? 0].noise.sigma, clip: clip)
    }

    /// Chooses the rungs by the noised histograms.
    private func choose(_ partial: borrowing Partial, _ choices: [[Int64]]) -> [ClipEstimate?] {
        step.blocks.indices.map { place in
            guard let choice = noises[place].choice, let rung = noises[place].rungs.first else {
                return nil
            }
            return ClipEstimate(
                norms: zip(partial.blocks[place].norms, choices[place]).map(plus),
                sigma: choice.noise.sigma, noise: ClipEstimate.part(of: rung),
                groups: step.groups.usual,
                width: step.blocks[place].width)
        }
    }
}

extension StudyGroups {
    /// How many groups there are, or, before any is found, may be expected.
    var usual: Int {
        switch self {
        case .listed(let count): max(count, 1)
        case .found(let found): found.most
        }
    }
}

/// The sum of an exact number and its noise. One that leaves Int64 stays at its end: it is still a
/// function of the two, so nothing is lost of the guarantee.
private func plus(_ sum: Int64, _ noise: Int64) -> Int64 {
    let (total, overflow) = sum.addingReportingOverflow(noise)
    return overflow ? (noise < 0 ? .min : .max) : total
}
