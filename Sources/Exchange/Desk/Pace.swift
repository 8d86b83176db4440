// SPDX-License-Identifier: Apache-2.0

/// When answers are given: at moments that everybody knows, so that how long a study took tells next
/// to nothing about the rows it read.
///
/// An answer waits until so many milliseconds after its study began as the next power of two, 1 at the
/// least. Whatever a contributor's rows do to the time is seen only when it happens to cross such a
/// moment. It tells which power of two the study took: next to nothing where kernels are blind, more where a
/// contributor with very many rows, or a join, can make a study several times as long.
package enum Pace: Sendable {
    /// As soon as possible; for tests and measurements.
    case none
    /// At powers of two.
    case powersOfTwo

    /// How long to wait on, after so long.
    func rest(after elapsed: Duration) -> Duration {
        guard case .powersOfTwo = self else { return .zero }
        var moment = Duration.milliseconds(1)
        while moment < elapsed { moment *= 2 }
        return moment - elapsed
    }
}
