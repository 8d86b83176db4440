// SPDX-License-Identifier: Apache-2.0
import TestSupport

extension Seeded {
    /// The text with one to four places changed, cut, doubled or moved.
    mutating func mutateText(_ source: [UInt8]) -> [UInt8] {
        var out = source
        for _ in 0..<Int.random(in: 1...4, using: &self) {
            let place = Int.random(in: 0...out.count, using: &self)
            let length = Int.random(in: 0...min(8, out.count - place), using: &self)
            switch Int.random(in: 0..<5, using: &self) {
            case 0: out.insert(UInt8.random(in: 0...255, using: &self), at: place)
            case 1: out.removeSubrange(place..<place + length)
            case 2: out.insert(contentsOf: out[place..<place + length], at: place)
            case 3 where Int.random(in: 0..<4, using: &self) == 0: out.removeSubrange(place...)
            default:
                if place < out.count { out[place] ^= 1 << UInt8.random(in: 0..<7, using: &self) }
            }
        }
        return out
    }
}
