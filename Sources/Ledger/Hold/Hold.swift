// SPDX-License-Identifier: Apache-2.0
public import Canon

/// Money set aside for a group of legs until the whole group is posted or voided, exactly once.
public struct Hold: Hashable, Sendable {
    /// How far a hold has come.
    public enum State: UInt8, Hashable, Sendable, CustomStringConvertible {
        /// The money is set aside.
        case held = 0
        /// The money moved, in full or in part; the rest was given back.
        case posted = 1
        /// The money was given back.
        case voided = 2
        /// The money was given back because the time ran out.
        case expired = 3

        /// The state in one word.
        public var description: String {
            switch self {
            case .held: "held"
            case .posted: "posted"
            case .voided: "voided"
            case .expired: "expired"
            }
        }
    }

    /// The id it was made with.
    public let id: TransferID
    /// What is set aside.
    public let legs: [Leg]
    /// When it ends by itself; nil for never.
    public let expires: Timestamp?
    /// How far it has come.
    public let state: State
    /// The journal index at which it was made.
    public let index: UInt64
}
