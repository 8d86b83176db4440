// SPDX-License-Identifier: Apache-2.0

/// Values over time as a line, with the table behind it.
package struct LineChart: Sendable {
    /// One value.
    package struct Point: Sendable {
        let label: String
        let value: Double
        let text: String
        /// Another value of the same time, to compare it with.
        let other: Double?
        let otherText: String

        /// Describes a point.
        ///
        /// - Parameters:
        ///   - label: when.
        ///   - text: the value as people read it; by default as it is.
        ///   - other: another value of the same time, and how people read it.
        package init(
            label: String, value: Double, text: String? = nil,
            other: (value: Double, text: String)? = nil
        ) {
            self.label = label
            self.value = value
            self.text = text ?? SVG.short(value)
            self.other = other?.value
            otherText = other?.text ?? ""
        }
    }

    let title: String
    private let points: [Point]
    private let beginsAtZero: Bool
    /// What the other values are; nil where there are none.
    let other: String?
    /// What is expected to come next, in words; nil where nothing is.
    let next: String?

    /// Describes a chart of values in the order of time.
    ///
    /// - Parameters:
    ///   - other: what the points' other values are, in words.
    ///   - next: what is expected to come next, in words.
    package init(
        title: String, points: [Point], beginsAtZero: Bool = false, other: String? = nil,
        next: String? = nil
    ) {
        self.title = title
        self.next = next
        self.other = points.contains { $0.other != nil } ? other : nil
        self.points = points.filter(\.value.isFinite)
        self.beginsAtZero = beginsAtZero
    }

    /// A value as charts write it: at most three digits behind the point.
    package static func text(of value: Double) -> String { SVG.short(value) }

    /// The drawing; nothing for fewer than two values.
    package var svg: String {
        guard let first = points.first, let last = points.last, points.count > 1,
            let highest = ends.max(by: { $0.value < $1.value }),
            let lowest = ends.min(by: { $0.value < $1.value })
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
        let others = points.enumerated().compactMap { place, point in
            point.other.map {
                (left + step * Double(place), bottom - ($0 - floor) / span * (bottom - top))
            }
        }
        out += SVG.polyline("line other", others)
        out += SVG.polyline("line", places)
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

    /// All values with how people read them.
    private var ends: [(value: Double, text: String)] {
        points.map { ($0.value, $0.text) }
            + points.compactMap { point in point.other.map { ($0, SVG.short($0)) } }
    }

    /// The drawing with the table behind it, folded away.
    func figure(_ frame: Frame, columns: (String, String)) -> String {
        let drawing = svg
        guard !drawing.isEmpty else { return "" }
        guard other != nil else {
            return drawing
                + SVG.table(
                    frame, title: title, columns: [columns.0, columns.1],
                    points.map { [$0.label, $0.text] })
        }
        return drawing
            + SVG.table(
                frame, title: title,
                columns: [columns.0, columns.1, frame.message("trends.everybody")],
                points.map { [$0.label, $0.text, $0.otherText] })
    }
}
