// SPDX-License-Identifier: Apache-2.0

/// What kind of number a study works out. Its question stays sealed; this much everybody may know, so
/// that whoever is read can be told in plain words what for.
package enum AnswerKind: String, CaseIterable, Hashable, Sendable {
    /// How many rows.
    case count
    /// How many people.
    case people
    case sum
    case average
    /// A variance or standard deviation.
    case spread
    /// A median or another quantile.
    case quantile
    /// A model that was trained.
    case model
}
