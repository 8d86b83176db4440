// SPDX-License-Identifier: Apache-2.0
internal import Canon

extension Autoregression {
    /// The members that a forecast has beside those of every model.
    var members: [String: JSON] {
        [
            "step": .string(coding.step.rawValue), "horizon": .integer(Int64(coding.horizon)),
            "season": .integer(Int64(coding.season)), "lags": .integer(Int64(coding.lags)),
            "weights": .array(weights.map { .string(String($0)) }),
        ]
    }

    /// Reads them.
    ///
    /// - Throws: ``ModelError`` naming the member.
    init(_ json: JSON, order: [String]) throws(ModelError) {
        guard order.count == 2 else {
            throw ModelError("order: the column of days and that which is predicted wanted")
        }
        guard let step = json["step"]?.string.flatMap(SeriesStep.init) else {
            throw ModelError("step: day, week or month wanted")
        }
        func whole(_ member: String, most: Int) throws(ModelError) -> Int {
            guard let number = json[member]?.integer, (1...Int64(most)).contains(number) else {
                throw ModelError("\(member): 1 to \(most) wanted")
            }
            return Int(number)
        }
        let coding = SeriesCoding(
            step: step, horizon: try whole("horizon", most: SeriesCoding.farthest),
            season: try whole("season", most: SeriesCoding.longestSeason),
            lags: try whole("lags", most: SeriesCoding.mostLags))
        guard let weights = json.doubles("weights"), weights.count == coding.width else {
            throw ModelError("weights: \(coding.width) numbers wanted")
        }
        self.init(columns: order, coding: coding, weights: weights)
    }
}
