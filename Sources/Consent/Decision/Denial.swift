// SPDX-License-Identifier: Apache-2.0

/// Whether a grant allows a study.
public enum Decision: Hashable, Sendable {
    /// It does.
    case allowed
    /// It does not, for the first reason in the order of ``Denial``.
    case denied(Denial)

    /// Whether it does.
    public var isAllowed: Bool { self == .allowed }
}

/// Why a grant does not allow a study. The order is that in which the rules are tried.
public enum Denial: String, Hashable, Sendable, CaseIterable {
    /// The contributor withdrew it.
    case withdrawn
    /// A newer grant took its place.
    case superseded
    /// The operator keeps the contributor's rows out for the time being.
    case suspended
    /// It is for another pool.
    case otherPool = "other-pool"
    /// It lists no purposes.
    case noPurposes = "no-purposes"
    /// The study's purpose is not in the list of purposes.
    case unknownPurpose = "unknown-purpose"
    /// The study's purpose is not in the subtree of a granted one.
    case purposeNotGranted = "purpose-not-granted"
    /// It lists no tables, or the study names none.
    case noTables = "no-tables"
    /// The study reads a table that is not granted.
    case tableNotGranted = "table-not-granted"
    /// It has not started.
    case notStarted = "not-started"
    /// It has expired.
    case expired
    /// It was used as often as it allows.
    case usedUp = "used-up"
    /// The study pays less than the floor.
    case priceBelowFloor = "price-below-floor"
    /// The study declares no privacy cost; every answer has one.
    case noPrivacyCost = "no-privacy-cost"
    /// The study costs more privacy than one may.
    case studyTooCostly = "study-too-costly"
    /// The privacy that is left does not cover the study.
    case privacySpent = "privacy-spent"
    /// The pool shares by value, and its last valuation did not read the contributor's rows.
    case notValued = "not-valued"
    /// The rows are on the contributor's own machine, which was not there; ``decide(_:usage:request:)`` knows nothing
    /// of that.
    case notThere = "not-there"
    /// The study goes on from a model that her rows were read for already; ``decide(_:usage:request:)`` knows nothing of that.
    case readBefore = "read-before"

    /// Whether the pool keeps the rows out for the time being, while the grant stands.
    public var isOfPool: Bool { self == .suspended || self == .notValued }

    /// A stable word for machines.
    public var code: String { rawValue }

    /// One sentence for people.
    public var sentence: String {
        switch self {
        case .withdrawn: "The contributor has withdrawn this grant."
        case .superseded: "A newer grant of the same contributor has taken its place."
        case .suspended:
            "The contributor is suspended in this pool."
        case .notValued:
            "The pool shares by value, and the contributor's rows wait for a valuation that her grant allows."
        case .otherPool: "The grant is for another pool."
        case .noPurposes: "The grant lists no purposes, so it allows none."
        case .unknownPurpose: "The study's purpose is not in the list \(PurposeTree.version)."
        case .purposeNotGranted: "The study's purpose is not within a granted purpose."
        case .noTables: "The grant lists no tables, or the study names none."
        case .tableNotGranted: "The study reads a table that the grant does not list."
        case .notStarted: "The grant has not started yet."
        case .expired: "The grant has expired."
        case .usedUp: "The grant has been used as often as it allows."
        case .priceBelowFloor: "The study pays less than the contributor's price floor."
        case .noPrivacyCost: "The study declares no privacy cost; every answer has one."
        case .studyTooCostly: "The study costs more privacy than the grant allows for one."
        case .privacySpent: "The privacy left in this pool does not cover the study."
        case .notThere: "The contributor's own machine, which has the rows, was not there."
        case .readBefore:
            "The study goes on from a model that the contributor's rows were read for before."
        }
    }
}
