// SPDX-License-Identifier: Apache-2.0

/// An SVG of marks, complete in itself: colours and letters of the exchange's pages, on paper.
struct Drawing {
    /// What a mark stands for, told by colour and by dashes, so that neither is needed alone.
    enum Ink: String, CaseIterable {
        case equal, rows, value, bands, plain

        /// That of a rule.
        static func of(_ rule: SplitRule) -> Ink {
            switch rule {
            case .equal: .equal
            case .rows: .rows
            case .value: .value
            case .bands: .bands
            }
        }
    }

    /// Its width, in pixels of an undistorted view.
    let width = 640.0
    /// Its height.
    let height: Double
    private let title: String
    /// All marks so far, as they stand in the file.
    private var marks = ""

    /// Begins a drawing of that height; the title is for who reads it aloud, and stands at the top.
    init(title: String, height: Double) {
        self.title = title
        self.height = height
        text(title, at: (16, 28), kind: "title")
    }

    /// Colours, dashes and letters of all marks.
    private static let style = """
        text{font:13px "DejaVu Sans",Verdana,sans-serif;fill:#5b6069}
        .title{font-size:16px;fill:#1b1d21;font-weight:bold}.strong{fill:#1b1d21}
        .small{fill:#1b1d21;font-size:11px}
        .grid{stroke:#e6e4de}.axis{stroke:#8d9199}.margin{stroke:#1b1d21;stroke-width:1.5}
        .line{fill:none;stroke-width:2.5;stroke-linejoin:round}
        .line.equal{stroke:#5b6069;stroke-dasharray:7 4}.line.rows{stroke:#b5541c;stroke-dasharray:2 3}
        .line.value{stroke:#0b5d4e}.line.bands{stroke:#3f63a8;stroke-dasharray:12 3 2 3}.line.plain{stroke:#8d9199;stroke-width:1}
        .bar.equal{fill:#8d9199}.bar.rows{fill:#d9894f}.bar.bands{fill:#6f8fca}.bar.value,.bar.plain{fill:#0b5d4e}
        .dot{fill-opacity:.35}.dot.equal{fill:#5b6069}.dot.rows{fill:#b5541c}.dot.bands{fill:#3f63a8}
        .dot.value,.dot.plain{fill:#0b5d4e}
        """

    /// The drawing's text.
    var svg: String {
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
            + "aria-label=\"\(Drawing.escaped(title))\" viewBox=\"0 0 \(Int(width)) "
            + "\(Int(height))\" width=\"\(Int(width))\" height=\"\(Int(height))\">"
            + "<style>\(Drawing.style)</style>"
            + "<rect width=\"100%\" height=\"100%\" fill=\"#fdfdfb\"/>\(marks)</svg>\n"
    }

    /// A straight line of some kind.
    mutating func line(_ kind: String, _ from: (Double, Double), _ to: (Double, Double)) {
        marks += "<line class=\"\(kind)\" x1=\"\(Drawing.short(from.0))\" "
        marks += "y1=\"\(Drawing.short(from.1))\" x2=\"\(Drawing.short(to.0))\" "
        marks += "y2=\"\(Drawing.short(to.1))\"/>\n"
    }

    /// A line through places; nothing for fewer than two.
    mutating func polyline(_ ink: Ink, _ places: [(Double, Double)]) {
        guard places.count > 1 else { return }
        let points = places.map { "\(Drawing.short($0.0)),\(Drawing.short($0.1))" }
        marks += "<polyline class=\"line \(ink.rawValue)\" "
        marks += "points=\"\(points.joined(separator: " "))\"/>\n"
    }

    /// A bar from its upper left corner.
    mutating func bar(_ ink: Ink, from corner: (Double, Double), width: Double, height: Double) {
        marks += "<rect class=\"bar \(ink.rawValue)\" x=\"\(Drawing.short(corner.0))\" "
        marks += "y=\"\(Drawing.short(corner.1))\" width=\"\(Drawing.short(width))\" "
        marks += "height=\"\(Drawing.short(max(0, height)))\"/>\n"
    }

    /// A dot of some kind.
    mutating func dot(_ kind: String, _ ink: Ink, at place: (Double, Double), radius: Double) {
        marks += "<circle class=\"\(kind) \(ink.rawValue)\" r=\"\(Drawing.short(radius))\" "
        marks += "cx=\"\(Drawing.short(place.0))\" cy=\"\(Drawing.short(place.1))\"/>\n"
    }

    /// A text that begins, has its middle or ends at a place.
    mutating func text(
        _ text: String, at place: (Double, Double), anchor: String = "start", kind: String = ""
    ) {
        marks += "<text x=\"\(Drawing.short(place.0))\" y=\"\(Drawing.short(place.1))\" "
        marks += "text-anchor=\"\(anchor)\"\(kind.isEmpty ? "" : " class=\"\(kind)\"")>"
        marks += "\(Drawing.escaped(text))</text>\n"
    }

    /// A 95 % interval, upright.
    mutating func margin(x: Double, from low: Double, to high: Double) {
        line("margin", (x, low), (x, high))
        for end in [low, high] { line("margin", (x - 4, end), (x + 4, end)) }
    }

    /// The rules' inks with their names, in a row.
    mutating func legend(y: Double, isLines: Bool, names: [(Ink, String)]) {
        var x = 16.0
        for (ink, name) in names {
            if isLines {
                polyline(ink, [(x, y - 4), (x + 28, y - 4)])
            } else {
                bar(ink, from: (x + 8, y - 11), width: 14, height: 14)
            }
            text(name, at: (x + 34, y), kind: "strong")
            x += 58 + 8 * Double(name.count)
        }
    }

    /// At most two digits behind the point.
    private static func short(_ value: Double) -> String {
        let text = Numerals.text(value, digits: 2)
        return text.hasSuffix(".00") ? String(text.dropLast(3)) : text
    }

    /// The text as it may stand in XML.
    static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            default: String(character)
            }
        }.joined()
    }
}
