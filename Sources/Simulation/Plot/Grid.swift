// SPDX-License-Identifier: Apache-2.0

/// Two axes with their marks, and where values lie between them.
struct Grid {
    /// One axis.
    struct Axis {
        /// What it measures.
        let title: String
        /// The values at its ends.
        let low, high: Double
        /// Values with a mark, and how they are written.
        let marks: [(value: Double, text: String)]

        /// From one value to another, with marks at round steps.
        static func even(
            _ title: String, from low: Double, to high: Double, by step: Double,
            _ text: (Double) -> String
        ) -> Axis {
            let count = Int(((high - low) / step).rounded(.down))
            return Axis(
                title: title, low: low, high: high,
                marks: (0...max(0, count)).map { place in
                    let value = low + Double(place) * step
                    return (value, text(value))
                })
        }

        /// From zero to a little above the largest of some values, with four to eight marks.
        static func upTo(_ title: String, _ values: [Double], _ text: (Double) -> String) -> Axis {
            let largest = max(values.max() ?? 0, 1e-6)
            var step = 1e-7
            for factor in Array(repeating: [2, 2.5, 2], count: 16).joined()
            where largest / step > 6 { step *= factor }
            return even(title, from: 0, to: (largest / step).rounded(.up) * step, by: step, text)
        }
    }

    /// The axes.
    let x, y: Axis
    /// Where the field between them ends.
    let left = 72.0, right = 604.0, top: Double, bottom: Double

    /// Where two values meet.
    func place(_ x: Double, _ y: Double) -> (Double, Double) { (self.x(x), self.y(y)) }

    /// Where a value lies from the left.
    func x(_ value: Double) -> Double {
        left + (value - x.low) / (x.high - x.low) * (right - left)
    }

    /// Where a value lies from the top.
    func y(_ value: Double) -> Double {
        bottom - (value - y.low) / (y.high - y.low) * (bottom - top)
    }

    /// Draws lines, numbers and titles.
    func draw(on drawing: inout Drawing) {
        for mark in y.marks {
            let height = y(mark.value)
            drawing.line("grid", (left, height), (right, height))
            drawing.text(mark.text, at: (left - 8, height + 4.5), anchor: "end")
        }
        drawing.line("axis", (left, bottom), (right, bottom))
        for mark in x.marks {
            drawing.line("axis", (x(mark.value), bottom), (x(mark.value), bottom + 5))
            drawing.text(mark.text, at: (x(mark.value), bottom + 20), anchor: "middle")
        }
        drawing.text(x.title, at: ((left + right) / 2, bottom + 42), anchor: "middle")
        drawing.text(y.title, at: (16, top - 14))
    }
}
