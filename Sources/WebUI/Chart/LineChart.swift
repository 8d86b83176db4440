// SPDX-License-Identifier: Apache-2.0

/// Values over time as a line, with the table behind it.
package struct LineChart: Sendable {
    /// One value.
    package struct Point: Sendable {
        let label: String
        let value: Double
        let text: String

        /// Describes a point.
        ///
        /// - Parameters:
        ///   - label: when.
        ///   - text: the value as people read it; by default as it is.
        package init(label: String, value: Double, text: String? = nil) {
            self.label = label
            self.value = value
            self.text = text ?? SVG.short(value)
        }
    }

    let title: String
    private let points: [Point]
    private let beginsAtZero: Bool

    /// Describes a chart of values in the order of time.
    package init(title: String, points: [Point], beginsAtZero: Bool = false) {
        self.title = title
        self.points = points.filter(\.value.isFinite)
        self.beginsAtZero = beginsAtZero
    }

    /// The drawing; nothing for fewer than two values.
    package var svg: String {
        guard let first = points.first, let last = points.last, points.count > 1,
            let highest = points.max(by: { $0.value < $1.value }),
            let lowest = points.min(by: { $0.value < $1.value })
        else { return "" }
        let (left, right, top, bottom) = (4.0, 332.0, 10.0, 110.0)
        let floor = beginsAtZero ? min(0, lowest.value) : lowest.value
        let span = highest.value > floor ? highest.value - floor : 1
        let step = (right - left) / Double(points.count - 1)
        let places = points.enumerated().map { place, point in
            (left + step * Double(place), bottom - (point.value - floor) / span * (bottom - top))
        }
        var out = SVG.open(title: title, width: 400, height: 132)
        out += SVG.line("axis", (left, bottom + 4), (right, bottom + 4))
        out += "<polyline class=\"line\" points=\""
        out += places.map { "\(SVG.short($0.0)),\(SVG.short($0.1))" }.joined(separator: " ")
        out += "\"/>"
        if let end = places.last {
            out += "<circle class=\"bar\" r=\"3.5\" cx=\"\(SVG.short(end.0))\" "
            out += "cy=\"\(SVG.short(end.1))\"/>"
        }
        out += SVG.text(highest.text, at: (400, top + 4), anchor: "end", most: 10)
        out += SVG.text(
            beginsAtZero && floor == 0 ? "0" : lowest.text, at: (400, bottom + 4), anchor: "end",
            most: 10)
        out += SVG.text(first.label, at: (left, 130), anchor: "start", most: 20)
        out += SVG.text(last.label, at: (right, 130), anchor: "end", most: 20)
        return out + SVG.close
    }

    /// The drawing with the table behind it, folded away.
    func figure(_ frame: Frame, columns: (String, String)) -> String {
        let drawing = svg
        guard !drawing.isEmpty else { return "" }
        return drawing
            + SVG.table(frame, title: title, columns: columns, points.map { ($0.label, $0.text) })
    }
}
