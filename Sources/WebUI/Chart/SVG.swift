// SPDX-License-Identifier: Apache-2.0

/// The few marks that charts are made of.
enum SVG {
    static let close = "</svg></figure>"

    static func open(title: String, width: Int, height: Double) -> String {
        "<figure><svg role=\"img\" aria-label=\"\(escaped(title))\" "
            + "viewBox=\"0 0 \(width) \(Int(height))\">"
    }

    static func line(_ kind: String, _ from: (Double, Double), _ to: (Double, Double)) -> String {
        "<line class=\"\(kind)\" x1=\"\(short(from.0))\" y1=\"\(short(from.1))\" "
            + "x2=\"\(short(to.0))\" y2=\"\(short(to.1))\"/>"
    }

    static func text(
        _ text: String, at place: (Double, Double), anchor: String, most: Int
    ) -> String {
        let shown = text.count > most ? text.prefix(most - 1) + "…" : text[...]
        return "<text x=\"\(short(place.0))\" y=\"\(short(place.1))\" text-anchor=\"\(anchor)\">"
            + escaped(String(shown)) + "</text>"
    }

    /// A line through places; nothing for none, a short level mark for one alone.
    static func polyline(_ kind: String, _ places: [(Double, Double)]) -> String {
        guard let first = places.first else { return "" }
        guard places.count > 1 else {
            return line(kind, (first.0 - 6, first.1), (first.0 + 6, first.1))
        }
        return "<polyline class=\"\(kind)\" points=\""
            + places.map { "\(short($0.0)),\(short($0.1))" }.joined(separator: " ") + "\"/>"
    }

    /// The numbers behind a drawing, folded away until somebody wants them.
    static func table(
        _ frame: Frame, title: String, columns: [String], _ rows: [[String]]
    ) -> String {
        func cells(_ tag: String, _ texts: [String]) -> String {
            texts.enumerated().map { place, text in
                "<\(tag)\(place > 0 ? " class=\"n\"" : "")>\(escaped(text))</\(tag)>"
            }.joined()
        }
        var out = "<details class=\"behind\"><summary>\(escaped(frame.message("table")))</summary>"
        out += "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        out += "aria-label=\"\(escaped(title))\"><table><caption>\(escaped(title))</caption>"
        out += "<thead><tr>\(cells("th", columns))</tr></thead><tbody>"
        for row in rows { out += "<tr>\(cells("td", row))</tr>" }
        return out + "</tbody></table></div></details>"
    }

    /// At most three digits behind the point, none that says nothing.
    static func short(_ value: Double) -> String {
        let digits = abs(value) >= 1000 ? 1.0 : abs(value) >= 10 ? 10 : 1000
        let rounded = (value * digits).rounded() / digits
        return rounded == rounded.rounded() && abs(rounded) < 1e15
            ? "\(Int64(rounded))" : "\(rounded)"
    }

    static func escaped(_ text: String) -> String { HTMLText.escaped(text) }
}
