// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent

/// Places as a text in the journal: runs from the first to the last place, joined by commas, such as "0-4,7,9-12";
/// rising, with a gap between any two, and empty for none. Every set of places has one text.
extension PlaceRuns {
    /// The text.
    package var text: String {
        var parts: [String] = []
        var first: Int?
        var last = -2
        func end() {
            guard let first else { return }
            parts.append(first == last ? "\(first)" : "\(first)-\(last)")
        }
        for place in places {
            if place != last + 1 {
                end()
                first = place
            }
            last = place
        }
        end()
        return parts.joined(separator: ",")
    }

    /// Reads a text; nil for one that ``text`` does not give, or with more places than a cohort of machines has.
    init?(text: String) {
        var places: [Int] = []
        for part in text.utf8.isEmpty
            ? [] : text.split(separator: ",", omittingEmptySubsequences: false)
        {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(ends.count), let first = ends[0],
                let last = ends[ends.count - 1],
                first >= 0, last >= first, last < Int(UInt32.max),
                places.count + last - first < PoolOffer.edgeCohorts.upperBound
            else { return nil }
            places += first...last
        }
        guard zip(places, places.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
        self.init(places)
        guard self.text.utf8.elementsEqual(text.utf8) else { return nil }
    }
}

extension Members {
    /// Places, where there are any.
    mutating func optionalRuns(_ member: String) throws(MemberError) -> PlaceRuns? {
        guard let value = optionalValue(member) else { return nil }
        guard let runs = value.string.flatMap(PlaceRuns.init(text:)) else {
            throw MemberError(name(member), "runs of places wanted, such as 0-4,7")
        }
        return runs
    }
}
