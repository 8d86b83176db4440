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
        guard bars.count > 1, let most = bars.map({ abs($0.value) + $0.margin }).max(), most > 0
        else { return "" }
        let (left, width, row) = (112.0, 200.0, 24.0)
        let height = row * Double(bars.count) + 8
        var out = SVG.open(title: title, width: 400, height: height)
        out += SVG.line("axis", (left, 0), (left, height))
        for (place, bar) in bars.enumerated() {
            let y = row * Double(place) + 6
            let length = max(0, bar.value) / most * width
            out += SVG.text(bar.label, at: (left - 8, y + 11), anchor: "end", most: 16)
            out += "<rect class=\"bar\" x=\"\(left)\" y=\"\(y)\" height=\"14\" "
            out += "width=\"\(SVG.short(length))\"/>"
            out += SVG.text(bar.text, at: (400, y + 11), anchor: "end", most: 12)
            guard bar.margin > 0 else { continue }
            let from = max(0, (bar.value - bar.margin) / most * width)
            let to = (bar.value + bar.margin) / most * width
            out += SVG.line("margin", (left + from, y + 7), (left + to, y + 7))
            for end in [from, to] {
                out += SVG.line("margin", (left + end, y + 3), (left + end, y + 11))
            }
        }
        return out + SVG.close
    }

    /// The drawing with the table behind it, folded away.
    func figure(_ frame: Frame, columns: (String, String)) -> String {
        let drawing = svg
        guard !drawing.isEmpty else { return "" }
        return drawing
            + SVG.table(frame, title: title, columns: columns, bars.map { ($0.label, $0.text) })
    }
}
