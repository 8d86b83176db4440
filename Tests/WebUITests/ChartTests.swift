// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import WebUI

/// Charts: drawn here, with the numbers behind them.
@Suite struct ChartTests {
    private let frame = Frame("en", path: "/")

    @Test func `a chart has a bar for each value, and none for a single one`() {
        let chart = Chart(
            title: "a",
            bars: [.init(label: "x", value: 2, margin: 1), .init(label: "y", value: -3)])
        #expect(chart.svg.components(separatedBy: "<rect").count == 3)
        #expect(chart.svg.components(separatedBy: "class=\"margin\"").count == 4)
        // Zero lies between them; each bar begins there.
        #expect(chart.svg.contains("x=\"221\"") && chart.svg.contains("x=\"128\""))
        #expect(Chart(title: "a", bars: [.init(label: "x", value: 2)]).svg.isEmpty)
        #expect(
            Chart(title: "a", bars: [.init(label: "x", value: .nan), .init(label: "y", value: 1)])
                .svg.isEmpty)
    }

    @Test func `a line has a point for each value, whatever the values are`() {
        let same = LineChart(
            title: "a", points: [.init(label: "1", value: 7), .init(label: "2", value: 7)])
        #expect(same.svg.contains("points=\"4,110 332,110\""))
        let rising = LineChart(
            title: "a",
            points: [.init(label: "1", value: 0), .init(label: "2", value: 5, text: "five")],
            beginsAtZero: true)
        #expect(rising.svg.contains("points=\"4,110 332,10\"") && rising.svg.contains("five"))
        #expect(LineChart(title: "a", points: [.init(label: "1", value: 1)]).svg.isEmpty)
    }

    @Test func `behind every figure stands a table of its numbers`() {
        let figure = LineChart(
            title: "a", points: (1...40).map { .init(label: "day \($0)", value: Double($0)) }
        ).figure(frame, columns: ("day", "steps"))
        #expect(figure.components(separatedBy: "<tr>").count == 42)
        #expect(figure.contains("<details") && figure.contains("<th class=\"n\">steps</th>"))
    }

    @Test(arguments: [
        (1234.567, "1235"), (12.34, "12.3"), (0.12345, "0.123"), (3, "3"), (-0.5, "-0.5"),
    ])
    func `numbers have the digits that say something`(value: Double, text: String) {
        #expect(SVG.short(value) == text)
    }

    @Test func `a message has its places filled, and nothing else`() {
        #expect(
            frame.text("me.others", ["studies": "3", "least": "{most}", "most": "2"])
                == "In the last 3 studies a participant got about {most} to 2 each.")
    }
}
