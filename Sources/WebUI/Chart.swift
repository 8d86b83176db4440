// SPDX-License-Identifier: Apache-2.0

/// Bars with their 95 % intervals, as SVG made here; the numbers stand in a table behind it.
package struct Chart: Sendable {
    /// One bar.
    package struct Bar: Sendable {
        let label: String
        let value: Double
        let margin: Double

        /// Describes a bar.
        package init(label: String, value: Double, margin: Double = 0) {
            self.label = label
            self.value = value
            self.margin = margin
        }
    }

    private let title: String
    private let bars: [Bar]
    /// The most bars that one look can take in.
    private static let most = 24

    /// Describes a chart; bars beyond the first 24 are left to the table.
    package init(title: String, bars: [Bar]) {
        self.title = title
        self.bars = Array(bars.filter(\.value.isFinite).prefix(Chart.most))
    }

    /// The drawing; nothing where there is nothing to compare.
    package var svg: String {
        guard bars.count > 1, let most = bars.map({ abs($0.value) + $0.margin }).max(), most > 0
        else { return "" }
        let (left, width, row) = (150.0, 460.0, 24.0)
        let height = row * Double(bars.count) + 8
        var out =
            "<figure><svg role=\"img\" aria-label=\"\(Chart.escaped(title))\" "
            + "viewBox=\"0 0 \(Int(left + width + 20)) \(Int(height))\" width=\"100%\">"
        out += "<line class=\"axis\" x1=\"\(left)\" x2=\"\(left)\" y1=\"0\" y2=\"\(height)\"/>"
        for (place, bar) in bars.enumerated() {
            let y = row * Double(place) + 6
            let length = max(0, bar.value) / most * width
            out += "<text x=\"\(left - 8)\" y=\"\(y + 11)\" text-anchor=\"end\">"
            out += Chart.escaped(String(bar.label.prefix(22))) + "</text>"
            out += "<rect class=\"bar\" x=\"\(left)\" y=\"\(y)\" height=\"14\" "
            out += "width=\"\(Chart.short(length))\"/>"
            guard bar.margin > 0 else { continue }
            let (from, to) = (
                max(0, (bar.value - bar.margin) / most * width),
                (bar.value + bar.margin) / most * width
            )
            out += "<line class=\"axis\" stroke-width=\"3\" x1=\"\(Chart.short(left + from))\" "
            out += "x2=\"\(Chart.short(left + to))\" y1=\"\(y + 7)\" y2=\"\(y + 7)\"/>"
        }
        return out + "</svg></figure>"
    }

    private static func short(_ value: Double) -> String {
        "\((value * 10).rounded() / 10)"
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { out, character in
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            default: out.append(character)
            }
        }
    }
}
