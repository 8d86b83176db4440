// SPDX-License-Identifier: Apache-2.0
internal import Privacy

/// All the noise of one release.
///
/// Only ``StudyPlan/noise(from:)`` makes it, so noise that is too narrow for a plan cannot be
/// handed to it, and it cannot be copied, so none is used twice.
public struct StudyNoise: ~Copyable, Sendable {
    let mechanism: GaussianMechanism
    var pool: NoisePool

    init(_ mechanism: GaussianMechanism, count: Int, from random: inout ByteSource) {
        self.mechanism = mechanism
        pool = mechanism.drawAll(count: count, from: &random)
    }
}
