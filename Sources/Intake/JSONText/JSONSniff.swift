// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Tells formats by the member names in the first bytes of a JSON file.
enum JSONSniff {
    /// The format.
    ///
    /// - Throws: ``IntakeError/Code/unknownFormat``.
    static func format(ofHead head: [UInt8]) throws(IntakeError) -> Format {
        let text = Data(head.prefix(1 << 14))
        func has(_ names: String...) -> Bool {
            names.allSatisfy { text.range(of: Data("\"\($0)\"".utf8)) != nil }
        }
        if has("ts", "ms_played") { return .spotifyExtended }
        if has("endTime", "msPlayed") { return .spotifyAccount }
        if has("dateTime", "value") || has("dateOfSleep", "minutesAsleep")
            || has("logId", "weight", "date")
        {
            return .fitbit
        }
        throw IntakeError(
            .unknownFormat, "no importer knows this JSON",
            mend: "Known are the JSON exports of Fitbit and Spotify")
    }
}
