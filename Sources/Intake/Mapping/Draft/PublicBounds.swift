// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// Bounds that may be published, for a column of numbers.
///
/// They never come from the smallest or largest value: those are somebody's. What the header names
/// gets the range that is plausible for anybody; any other column the power of a hundred that lies
/// at least a hundred times above the middle value, which hardly tells more than its unit does.
struct PublicBounds {
    let unit: String?
    let bounds: ClosedRange<Int64>?

    init(_ words: [String], _ texts: [String], _ style: NumberStyle, _ kind: Schema.Kind) {
        let known = PublicBounds.quantities.first { quantity in
            words.contains { quantity.words.contains($0) }
        }
        unit = known?.unit ?? (style.strip.contains("%") ? "%" : nil)
        let values = texts.compactMap(style.whole).sorted()
        let isNegative = values.first.map { $0 < 0 } ?? false
        let high = known?.most ?? PublicBounds.farAbove(values)
        let low = isNegative ? -high : 0
        var factor: Int64 = 1
        for _ in 0..<kind.scale { factor *= 10 }
        let (top, overflow) = high.multipliedReportingOverflow(by: factor)
        bounds = overflow ? nil : low * factor...top
    }

    private static func farAbove(_ values: [Int64]) -> Int64 {
        let sizes = values.map { $0.magnitude }.sorted()
        let middle = sizes.isEmpty ? 0 : sizes[sizes.count / 2]
        var bound: Int64 = 100
        while bound < 1_000_000_000_000, UInt64(bound) / 100 < middle { bound *= 100 }
        return bound
    }

    private struct Quantity {
        let words: Set<String>
        let most: Int64
        var unit: String?
    }

    // Rounded up to 1, 2 or 5 times a power of ten.
    private static let quantities: [Quantity] = [
        Quantity(words: ["age", "alter"], most: 200, unit: "years"),
        Quantity(words: ["percent", "percentage", "prozent", "anteil"], most: 100, unit: "%"),
        Quantity(words: ["bpm", "heartrate", "puls", "pulse"], most: 500, unit: "bpm"),
        Quantity(words: ["steps", "schritte"], most: 200_000),
        Quantity(words: ["calories", "kcal", "kalorien"], most: 50_000, unit: "kcal"),
        Quantity(words: ["kg", "gewicht"], most: 1_000, unit: "kg"),
        Quantity(words: ["km", "kilometer", "kilometers"], most: 1_000, unit: "km"),
        Quantity(words: ["cm", "groesse"], most: 500, unit: "cm"),
        Quantity(words: ["year", "jahr"], most: 5_000),
        Quantity(words: ["week", "woche", "weeks"], most: 200),
        Quantity(words: ["hour", "stunde", "hours", "stunden"], most: 200, unit: "h"),
        Quantity(words: ["minutes", "minuten"], most: 2_000, unit: "min"),
        Quantity(words: ["rating", "stars", "bewertung", "note"], most: 100),
        Quantity(words: ["quantity", "qty", "menge", "anzahl", "count"], most: 1_000),
        Quantity(words: ["usd"], most: 1_000_000, unit: "USD"),
        Quantity(words: ["eur", "euro"], most: 1_000_000, unit: "EUR"),
        Quantity(
            words: [
                "amount", "betrag", "cost", "gehalt", "income", "kosten", "preis", "price", "sales",
                "salary", "summe", "total", "umsatz", "wage",
            ], most: 1_000_000),
    ]
}
