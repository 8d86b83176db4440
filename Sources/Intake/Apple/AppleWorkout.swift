// SPDX-License-Identifier: Apache-2.0

/// One workout: its own attributes, and since iOS 16 its statistics.
struct AppleWorkout {
    /// Microseconds since 1970 UTC.
    let start: Int64?
    /// The place in ``StandardTables/workoutKinds``.
    let activity: Int64
    let seconds: Int64?
    /// Millionths of a metre.
    var meters: Int64?
    /// Millionths of a kilocalorie.
    var energy: Int64?

    init(_ xml: XMLScanner, _ clock: inout AppleClock) throws(IntakeError) {
        start = clock.read(xml.raw("startDate"))?.utc
        activity = AppleWorkout.kind(try xml.text("workoutActivityType") ?? "")
        seconds = AppleWorkout.amount(xml, "duration", "durationUnit", .time).flatMap {
            converted($0, times: 60, over: 1_000_000)
        }
        meters = AppleWorkout.amount(xml, "totalDistance", "totalDistanceUnit", .length)
        energy = AppleWorkout.amount(xml, "totalEnergyBurned", "totalEnergyBurnedUnit", .energy)
    }

    /// Takes what the workout's own attributes do not say.
    mutating func add(statistics xml: XMLScanner) {
        guard let type = xml.raw("type") else { return }
        if type.isText("HKQuantityTypeIdentifierActiveEnergyBurned"), energy == nil {
            energy = AppleWorkout.amount(xml, "sum", "unit", .energy)
        } else if type.starts(with: Array("HKQuantityTypeIdentifierDistance".utf8)), meters == nil {
            meters = AppleWorkout.amount(xml, "sum", "unit", .length)
        }
    }

    private static func amount(
        _ xml: XMLScanner, _ value: StaticString, _ unit: StaticString, _ dimension: AppleUnit
    ) -> Int64? {
        guard let raw = xml.raw(value), let millionths = Number.scaled(raw, scale: 6) else {
            return nil
        }
        return AppleUnit.base(millionths, xml.raw(unit), dimension)
    }

    private static func kind(_ type: String) -> Int64 {
        let word = type.replacing("HKWorkoutActivityType", with: "").lowercased()
        let name = names[word] ?? word
        return Int64(StandardTables.workoutKinds.firstIndex(of: name) ?? 0)
    }

    private static let names = [
        "traditionalstrengthtraining": "strength", "functionalstrengthtraining": "strength",
        "highintensityintervaltraining": "intervals", "stairclimbing": "stairs",
        "downhillskiing": "skiing", "crosscountryskiing": "skiing", "socialdance": "dance",
        "cardiodance": "dance",
    ]
}
