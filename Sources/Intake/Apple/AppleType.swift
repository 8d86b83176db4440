// SPDX-License-Identifier: Apache-2.0

/// What a day's sums are of; the raw value is its place in the packed key of ``SourceDays``.
enum AppleMetric: Int64, CaseIterable {
    case steps
    case distance
    case active
    case basal
    case floors
    case exercise
    case stand
    case resting
    case asleep
    case inBed

    /// The dimension in which it is summed.
    var unit: AppleUnit {
        switch self {
        case .distance: .length
        case .active, .basal: .energy
        case .exercise: .time
        default: .count
        }
    }
}

/// The record types that are taken.
enum AppleType {
    case sum(AppleMetric)
    case stand
    case heart
    case body(BodyTable.Measure)
    case sleep

    /// Nil for a type that is not taken.
    init?(_ type: Bytes) {
        // Most records of an export are of the first few types.
        if type.isText("HKQuantityTypeIdentifierActiveEnergyBurned") {
            self = .sum(.active)
        } else if type.isText("HKQuantityTypeIdentifierHeartRate") {
            self = .heart
        } else if type.isText("HKQuantityTypeIdentifierStepCount") {
            self = .sum(.steps)
        } else if type.isText("HKQuantityTypeIdentifierDistanceWalkingRunning") {
            self = .sum(.distance)
        } else if type.isText("HKQuantityTypeIdentifierBasalEnergyBurned") {
            self = .sum(.basal)
        } else if type.isText("HKQuantityTypeIdentifierFlightsClimbed") {
            self = .sum(.floors)
        } else if type.isText("HKQuantityTypeIdentifierAppleExerciseTime") {
            self = .sum(.exercise)
        } else if type.isText("HKQuantityTypeIdentifierRestingHeartRate") {
            self = .sum(.resting)
        } else if type.isText("HKCategoryTypeIdentifierAppleStandHour") {
            self = .stand
        } else if type.isText("HKCategoryTypeIdentifierSleepAnalysis") {
            self = .sleep
        } else if type.isText("HKQuantityTypeIdentifierBodyMass") {
            self = .body(.mass)
        } else if type.isText("HKQuantityTypeIdentifierBodyMassIndex") {
            self = .body(.index)
        } else if type.isText("HKQuantityTypeIdentifierBodyFatPercentage") {
            self = .body(.fat)
        } else {
            return nil
        }
    }
}

/// Dimensions, each with a base unit: metre, kilocalorie, minute, gram, one.
enum AppleUnit {
    case length
    case energy
    case time
    case mass
    case count

    /// Millionths of the base unit; nil for a unit of another dimension.
    static func base(_ millionths: Int64, _ unit: Bytes?, _ dimension: AppleUnit) -> Int64? {
        guard let unit else { return dimension == .count ? millionths : nil }
        // (numerator, denominator) of base units in one of the unit, all exact by definition.
        let factor: (Int64, Int64)?
        switch dimension {
        case .count: return millionths
        case .length:
            factor =
                unit.isText("km")
                ? (1_000, 1)
                : unit.isText("mi")
                    ? (1_609_344, 1_000)
                    : unit.isText("m")
                        ? (1, 1)
                        : unit.isText("ft")
                            ? (3_048, 10_000)
                            : unit.isText("yd") ? (9_144, 10_000) : nil
        case .energy:
            factor =
                unit.isText("kcal") || unit.isText("Cal")
                ? (1, 1)
                : unit.isText("kJ") ? (1_000, 4_184) : unit.isText("cal") ? (1, 1_000) : nil
        case .time:
            factor =
                unit.isText("min")
                ? (1, 1) : unit.isText("s") ? (1, 60) : unit.isText("hr") ? (60, 1) : nil
        case .mass:
            factor =
                unit.isText("kg")
                ? (1_000, 1)
                : unit.isText("lb")
                    ? (45_359_237, 100_000)
                    : unit.isText("g")
                        ? (1, 1) : unit.isText("st") ? (635_029_318, 100_000) : nil
        }
        return factor.flatMap { converted(millionths, times: $0.0, over: $0.1) }
    }
}
