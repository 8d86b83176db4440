// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// Rows that nobody gave, for a machine without data.
extension RowTable {
    /// Makes rows by a rule that a model can find, and that chance blurs.
    ///
    /// A shop's customers of six kinds. Her kind says mostly how she comes, where she lives, what she buys and how
    /// often; whether she buys again follows from that in part, from her visits and age in part, and from a coin.
    /// So rows lie close together in few places, as rows of people do.
    package static func made(_ count: Int, seed: UInt64) -> RowTable {
        let channels = ["advertisement", "friend", "search", "shop"]
        let regions = ["east", "north", "south", "west"]
        let devices = ["desktop", "phone", "tablet"]
        let kinds = ["books", "clothes", "food", "garden", "music", "tools"]
        let schema = Schema(
            table: "people",
            columns: [
                Schema.Column("age", .integer, bounds: 18...90),
                Schema.Column("visits", .integer, bounds: 0...60),
                Schema.Column("spent", .integer, bounds: 0...2_000),
                Schema.Column("channel", .category, categories: channels),
                Schema.Column("region", .category, categories: regions),
                Schema.Column("device", .category, categories: devices),
                Schema.Column("kind", .category, categories: kinds),
                Schema.Column("returns", .category, categories: ["no", "yes"]),
            ])
        var dice = Dice(seed: seed, stream: 0x6d61_6465)
        let rows = (0..<count).map { _ -> [Int64] in
            func number(_ value: Double, _ bounds: ClosedRange<Int64>) -> Int64 {
                min(max(Int64(value.rounded()), bounds.lowerBound), bounds.upperBound)
            }
            let type = dice.below(6)
            func mostly(_ usual: Int, of count: Int) -> Int64 {
                Int64(dice.below(100) < 80 ? usual : dice.below(count))
            }
            let (a, b, c) = (dice.normal(), dice.normal(), dice.normal())
            let row: [Int64] = [
                number(Double(30 + 7 * type) + 7 * a, 18...90),
                number(Double([8, 20, 14, 30, 11, 17][type]) + 4 * b, 0...60),
                number(Double([200, 500, 350, 900, 250, 650][type]) + 90 * c, 0...2_000),
                mostly([0, 1, 2, 2, 3, 1][type], of: channels.count),
                mostly([0, 1, 2, 3, 0, 2][type], of: regions.count),
                mostly([1, 0, 2, 1, 1, 0][type], of: devices.count),
                mostly(type, of: kinds.count),
            ]
            let score =
                [-1.2, 0.5, -0.4, 1.4, -0.7, 0.3][type] + 0.5 * b - 0.2 * a
                + [-0.4, 0.4, 0, 0.1][Int(row[3])]
            return row + [score + 0.7 * dice.normal() > 0.3 ? 1 : 0]
        }
        return RowTable(schema: schema, rows: rows)
    }
}
