// SPDX-License-Identifier: Apache-2.0

/// One contributor's rating of one item.
struct Rating: Hashable, Sendable {
    /// The item, by its place in the published list.
    let item: Int
    /// What it was rated, from −1 to 1 between the public bounds.
    let value: Double
    /// Whether it is one that the model is measured on.
    let isHeldOut: Bool
}

extension [Rating] {
    /// Holds one in ten out, by a hash over who she is, all her ratings and the place of each.
    ///
    /// A rating alone will not do: all of an item's highest would be on one side, and its bias off.
    func holdingOut(of mark: UInt64) -> [Rating] {
        var whole = RowHash()
        whole.add(mark)
        for rating in self {
            whole.add(UInt64(rating.item))
            whole.add(rating.value.bitPattern)
        }
        return enumerated().map { place, rating in
            var hash = whole
            hash.add(UInt64(place))
            hash.add(UInt64(rating.item))
            return Rating(
                item: rating.item, value: rating.value, isHeldOut: hash.value % 10 == 0)
        }
    }
}
