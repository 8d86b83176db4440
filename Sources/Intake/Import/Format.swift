// SPDX-License-Identifier: Apache-2.0

/// The formats that people download and Intake reads.
public enum Format: String, Hashable, Sendable, CaseIterable {
    /// Fitbit's own export: folders of JSON, one series a file.
    case fitbit
    /// Fitabase's CSV files of many people.
    case fitabase
    /// Apple Health's export.xml.
    case appleHealth = "apple_health"
    /// Netflix's ViewingActivity.csv of a data request.
    case netflixActivity = "netflix_activity"
    /// Netflix's two-column NetflixViewingHistory.csv.
    case netflixHistory = "netflix_history"
    /// Spotify's StreamingHistory*.json of the last year.
    case spotifyAccount = "spotify_account"
    /// Spotify's Streaming_History_Audio_*.json of all years.
    case spotifyExtended = "spotify_extended"
    /// Amazon's Retail.OrderHistory CSV of a data request.
    case amazonOrders = "amazon_orders"
    /// Amazon's former order history report.
    case amazonLegacy = "amazon_legacy"
    /// The History database of Chrome and its kin.
    case chrome
    /// Firefox's places.sqlite.
    case firefox
    /// Safari's History.db.
    case safari
    /// The UCI Adult table (1994 census extract), a person a row.
    case adult
    /// A CSV or TSV read by a mapping.
    case mapped

    /// What people call it.
    public var title: String {
        switch self {
        case .fitbit: "Fitbit export (JSON)"
        case .fitabase: "Fitabase (CSV)"
        case .appleHealth: "Apple Health (export.xml)"
        case .netflixActivity: "Netflix viewing activity (CSV)"
        case .netflixHistory: "Netflix viewing history (CSV)"
        case .spotifyAccount: "Spotify streaming history (JSON)"
        case .spotifyExtended: "Spotify extended streaming history (JSON)"
        case .amazonOrders: "Amazon order history (CSV)"
        case .amazonLegacy: "Amazon order report, former (CSV)"
        case .chrome: "Chrome browser history (SQLite)"
        case .firefox: "Firefox browser history (SQLite)"
        case .safari: "Safari browser history (SQLite)"
        case .adult: "UCI Adult census income (CSV)"
        case .mapped: "CSV with a mapping"
        }
    }
}
