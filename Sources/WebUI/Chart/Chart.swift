// SPDX-License-Identifier: Apache-2.0

/// Bars with their 95 % intervals, as SVG made here; the numbers stand in a table behind it.
package struct Chart: Sendable {
    /// One bar.
    package struct Bar: Sendable {
        let label: String
        let value: Double
        let margin: Double
        let text: String

        /// Describes a bar.
        ///
        /// - Parameter text: the value as people read it; by default as it is.
        package init(label: String, value: Double, margin: Double = 0, text: String? = nil) {
            self.label = label
            self.value = value
            self.margin = margin
            self.text = text ?? SVG.short(value)
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
        guard bars.count > 1 else { return "" }
        let lowest = bars.reduce(0) { min($0, $1.value - ($1.value < 0 ? $1.margin : 0)) }
        let highest = bars.reduce(0) { max($0, $1.value + ($1.value > 0 ? $1.margin : 0)) }
        guard highest > lowest else { return "" }
        let (left, width, row) = (128.0, 186.0, 24.0)
        let place = { (value: Double) in
            left + (min(max(value, lowest), highest) - lowest) / (highest - lowest) * width
        }
        let height = row * Double(bars.count) + 8
        var out = SVG.open(title: title, width: 400, height: height)
        out += SVG.line("axis", (place(0), 0), (place(0), height))
        for (number, bar) in bars.enumerated() {
            let y = row * Double(number) + 6
            let (from, to) = (place(min(0, bar.value)), place(max(0, bar.value)))
            out += SVG.text(bar.label, at: (left - 8, y + 11), anchor: "end", most: 16)
            out += "<rect class=\"bar\" x=\"\(SVG.short(from))\" y=\"\(y)\" height=\"14\" "
            out += "width=\"\(SVG.short(to - from))\"/>"
            out += SVG.text(bar.text, at: (400, y + 11), anchor: "end", most: 12)
            guard bar.margin > 0 else { continue }
            let ends = (place(bar.value - bar.margin), place(bar.value + bar.margin))
            out += SVG.line("margin", (ends.0, y + 7), (ends.1, y + 7))
            for end in [ends.0, ends.1] { out += SVG.line("margin", (end, y + 3), (end, y + 11)) }
        }
        return out + SVG.close
    }

    /// The drawing with the table behind it, folded away.
    func figure(_ frame: Frame, columns: (String, String)) -> String {
        let drawing = svg
        guard !drawing.isEmpty else { return "" }
        return drawing
            + SVG.table(
                frame, title: title, columns: [columns.0, columns.1],
                bars.map { [$0.label, $0.text] })
    }
}
