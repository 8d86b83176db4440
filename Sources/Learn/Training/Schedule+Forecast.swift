// SPDX-License-Identifier: Apache-2.0
internal import Privacy
internal import Study

extension Schedule {
    /// Rounds for a forecast: one of products, and one that measures.
    ///
    /// What a contributor gives in either is one vector, however many rows and steps she has, and is clipped as a whole to the
    /// round's radius: that is how far she moves it. Her products are means over her steps, so that long series
    /// need no wider noise than short ones, and values count in her own deviations, so that wide bounds need none
    /// either. A series in which no step has to do with another gives products of norm √d of d features; where steps
    /// hang together more comes out and is cut, all of it in proportion: to solve the sums that is a smaller
    /// weight of this person, and no bias of hers.
    init(_ coding: SeriesCoding, spending whole: Rho, measured: Bool) {
        let unit = Double(sign: .plus, exponent: 20, significand: 1)
        let rho = measured ? whole.part(9, of: 10) : whole
        let products = Round(
            kind: .series,
            radius: Schedule.radius(Double(coding.width).squareRoot(), of: 1, unit: unit),
            spending: rho)
        let quality = Round(
            kind: .quality, radius: Schedule.radius(Quality.forecastNorm, of: 1, unit: unit),
            spending: whole.part(1, of: 10))
        self.init(
            rounds: measured ? [products, quality] : [products], descent: .solved, unit: unit)
    }
}
