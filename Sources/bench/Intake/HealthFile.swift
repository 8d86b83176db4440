// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// A synthetic Apple Health export, with records as a watch and a phone write them: the same types,
/// attributes, devices and metadata as in real ones; only the numbers are made up.
enum HealthFile {
    static func write(to path: String, megabytes: Int) throws -> [String: Double] {
        var file = try FileWriter(path)
        var dice = Dice(3)
        try file.write(head)
        var minute = 0
        while file.count < megabytes * 1_000_000 {
            try file.write(records(minute: minute, &dice))
            minute += 1
        }
        try file.write("</HealthData>\n")
        try file.flush()
        return ["bytes": Double(file.count)]
    }

    private static let head = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE HealthData [
        <!ELEMENT HealthData (ExportDate,Me,(Record|Workout|ActivitySummary)*)>
        <!ATTLIST HealthData locale CDATA #REQUIRED>
        ]>
        <HealthData locale="en_US">
         <ExportDate value="2025-12-31 10:36:11 +0100"/>
         <Me HKCharacteristicTypeIdentifierDateOfBirth="1990-02-02" \
        HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexFemale"/>

        """

    private static let watch =
        "&lt;&lt;HKDevice: 0x282a45810&gt;, name:Apple Watch, manufacturer:Apple Inc., "
        + "model:Watch, hardware:Watch6,2, software:10.3.1&gt;"

    /// What one minute of a day with a watch leaves: heart rate, energy, and now and then steps.
    private static func records(minute: Int, _ dice: inout Dice) -> String {
        let start = moment(minute, seconds: dice.below(30))
        let end = moment(minute, seconds: 30 + dice.below(30))
        let times = " creationDate=\"\(end)\" startDate=\"\(start)\" endDate=\"\(end)\""
        let from = " sourceName=\"Mia’s Apple Watch\" sourceVersion=\"10.3.1\" device=\"\(watch)\""
        var text = """
             <Record type="HKQuantityTypeIdentifierHeartRate"\(from) unit="count/min"\(times) \
            value="\(55 + dice.below(90))">
              <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="\(dice.below(3))"/>
             </Record>
             <Record type="HKQuantityTypeIdentifierActiveEnergyBurned"\(from) unit="kcal"\(times) \
            value="0.\(100 + dice.below(900))"/>
             <Record type="HKQuantityTypeIdentifierBasalEnergyBurned"\(from) unit="kcal"\(times) \
            value="1.\(100 + dice.below(900))"/>

            """
        if minute % 3 == 0 {
            text += """
                 <Record type="HKQuantityTypeIdentifierStepCount"\(from) unit="count"\(times) \
                value="\(1 + dice.below(120))"/>
                 <Record type="HKQuantityTypeIdentifierDistanceWalkingRunning"\(from) \
                unit="km"\(times) value="0.0\(1 + dice.below(90))"/>

                """
        }
        if minute % 60 == 59 {
            text += """
                 <Record type="HKCategoryTypeIdentifierAppleStandHour"\(from)\(times) \
                value="HKCategoryValueAppleStandHourStood"/>
                 <Record type="HKQuantityTypeIdentifierOxygenSaturation"\(from) unit="%"\(times) \
                value="0.9\(dice.below(10))"/>

                """
        }
        return text
    }

    /// The day goes on through the years; a day has a thousand waking minutes.
    private static func moment(_ minute: Int, seconds: Int) -> String {
        let day = CalendarDay(number: Int64(16_000 + minute / 1_000))
        let clock = 7 * 60 + minute % 1_000
        return "\(day) \(two(clock / 60)):\(two(clock % 60)):\(two(seconds)) +0100"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
