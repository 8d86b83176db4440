// SPDX-License-Identifier: Apache-2.0

/// How far forecasts of one series were off at each distance, when they were made from every step of its past in turn.
struct PastErrors {
    /// How many origins are looked at: the last ones.
    static let mostOrigins = 1_000

    /// By distance, from one step on.
    private var errors: [[Double]]

    init(horizon: Int) { errors = [[Double]](repeating: [], count: horizon) }

    /// Compares forecasts with what came.
    mutating func add(_ guesses: [Double], against values: ArraySlice<Double?>) {
        for (place, (guess, value)) in zip(guesses, values).enumerated() {
            if let value { errors[place].append(abs(value - guess)) }
        }
    }

    /// Half the widths of intervals in which eight of ten values lie, if what comes is as hard to foretell as what came: of m
    /// errors the ⌈0.8·(m + 1)⌉-th in size, as in split conformal prediction. Nil where errors are fewer than four.
    var margins: [Double?] {
        errors.map { errors in
            let rank = (8 * (errors.count + 1) + 9) / 10
            return rank <= errors.count ? errors.sorted()[rank - 1] : nil
        }
    }
}
