// SPDX-License-Identifier: Apache-2.0
public import Vault

/// The published schemas of what importers make.
///
/// Every numeric column has public bounds in stored units: what a study clips to, chosen from what
/// bodies and shops can do, never from anyone's data. `key` names a row within one person's table.
public enum StandardTables {
    /// Every standard table.
    public static let all: [Schema] = [
        activityDays, activityHours, sleepDays, weights, heartRates, workouts, plays, views,
        purchases, visits, profile,
    ]

    /// The standard table of that name.
    public static func named(_ table: String) -> Schema? { all.first { $0.table == table } }

    /// One day of movement of one person. Key: day (the person's local calendar day).
    public static let activityDays = Schema(
        table: "activity_days",
        columns: [
            .init("day", .date),
            .init("steps", .integer, unit: "steps", bounds: 0...100_000),
            .init("distance_km", .decimal(scale: 3), unit: "km", bounds: 0...200_000),
            .init("calories", .integer, unit: "kcal", bounds: 0...20_000),
            .init("active_calories", .integer, unit: "kcal", bounds: 0...15_000),
            .init("very_active_minutes", .integer, unit: "min", bounds: 0...1_440),
            .init("fairly_active_minutes", .integer, unit: "min", bounds: 0...1_440),
            .init("lightly_active_minutes", .integer, unit: "min", bounds: 0...1_440),
            .init("sedentary_minutes", .integer, unit: "min", bounds: 0...1_440),
            .init("exercise_minutes", .integer, unit: "min", bounds: 0...1_440),
            .init("stand_hours", .integer, unit: "h", bounds: 0...24),
            .init("floors", .integer, unit: "floors", bounds: 0...1_000),
            .init("resting_heart_rate", .integer, unit: "bpm", bounds: 20...250),
        ], key: [0])

    /// One hour of movement of one person. Key: hour (the moment it starts).
    public static let activityHours = Schema(
        table: "activity_hours",
        columns: [
            .init("hour", .timestamp),
            .init("steps", .integer, unit: "steps", bounds: 0...20_000),
            .init("calories", .integer, unit: "kcal", bounds: 0...2_000),
            .init("intensity", .integer, unit: "points", bounds: 0...180),
        ], key: [0])

    /// One night of one person. Key: day (the day the person woke up).
    public static let sleepDays = Schema(
        table: "sleep_days",
        columns: [
            .init("day", .date),
            .init("sleeps", .integer, unit: "sleeps", bounds: 0...24),
            .init("minutes_asleep", .integer, unit: "min", bounds: 0...1_440),
            .init("minutes_in_bed", .integer, unit: "min", bounds: 0...1_440),
        ], key: [0])

    /// One weighing of one person. Key: moment.
    public static let weights = Schema(
        table: "weights",
        columns: [
            .init("moment", .timestamp),
            .init("weight_kg", .decimal(scale: 3), unit: "kg", bounds: 20_000...400_000),
            .init("bmi", .decimal(scale: 2), bounds: 800...10_000),
            .init("fat_percent", .decimal(scale: 1), unit: "%", bounds: 0...800),
        ], key: [0])

    /// The heart rate of one minute of one person: mean, least and most. Key: minute.
    public static let heartRates = Schema(
        table: "heart_rates",
        columns: [
            .init("minute", .timestamp),
            .init("bpm", .integer, unit: "bpm", bounds: 20...250),
            .init("lowest_bpm", .integer, unit: "bpm", bounds: 20...250),
            .init("highest_bpm", .integer, unit: "bpm", bounds: 20...250),
            .init("measurements", .integer, bounds: 0...6_000),
        ], key: [0])

    /// One workout of one person. Key: start and kind.
    public static let workouts = Schema(
        table: "workouts",
        columns: [
            .init("started_at", .timestamp),
            .init("activity", .category, categories: workoutKinds),
            .init("duration_s", .integer, unit: "s", bounds: 0...172_800),
            .init("distance_km", .decimal(scale: 3), unit: "km", bounds: 0...1_000_000),
            .init("energy_kcal", .integer, unit: "kcal", bounds: 0...20_000),
        ], key: [0, 1])

    /// The kinds of ``workouts``; anything else is "other".
    public static let workoutKinds = [
        "other", "running", "walking", "cycling", "swimming", "hiking", "rowing", "elliptical",
        "yoga", "strength", "intervals", "dance", "stairs", "skiing", "tennis", "soccer",
        "basketball", "golf", "climbing", "pilates",
    ]

    /// One play of a song, episode or chapter. Key: end, title, artist, length.
    public static let plays = Schema(
        table: "plays",
        columns: [
            .init("ended_at", .timestamp),
            .init("played_ms", .integer, unit: "ms", bounds: 0...86_400_000),
            .init("kind", .category, categories: ["music", "podcast", "audiobook", "unknown"]),
            .init("title", .text),
            .init("artist", .text),
            .init("album", .text),
            .init("skipped", .boolean),
            .init("shuffle", .boolean),
            .init("offline", .boolean),
            .init("listened", .boolean),
        ], key: [0, 3, 4, 1])

    /// One viewing of a film or episode. Key: start (or day), title, length.
    public static let views = Schema(
        table: "views",
        columns: [
            .init("day", .date),
            .init("started_at", .timestamp),
            .init("watched_s", .integer, unit: "s", bounds: 0...86_400),
            .init("title", .text),
            .init("country", .text),
        ], key: [0, 1, 3, 2])

    /// One line of an order. Rows have no key: two equal lines are two purchases.
    public static let purchases = Schema(
        table: "purchases",
        columns: [
            .init("day", .date),
            .init("product", .text),
            .init("category", .text),
            .init("currency", .text),
            .init("unit_price", .decimal(scale: 2), bounds: 0...10_000_000),
            .init("quantity", .integer, bounds: 0...1_000),
            .init("total", .decimal(scale: 2), bounds: -10_000_000...10_000_000),
            .init("tax", .decimal(scale: 2), bounds: -10_000_000...10_000_000),
            .init("condition", .category, categories: ["new", "used", "other"]),
            .init("status", .category, categories: ["closed", "cancelled", "open", "other"]),
        ])

    /// One visit of a web page, reduced to its site. Key: moment and site.
    public static let visits = Schema(
        table: "visits",
        columns: [
            .init("visited_at", .timestamp),
            .init("domain", .text),
            .init("seconds", .integer, unit: "s", bounds: 0...86_400),
            .init(
                "how", .category,
                categories: ["link", "typed", "bookmark", "reload", "redirect", "other"]),
        ], key: [0, 1])
}
