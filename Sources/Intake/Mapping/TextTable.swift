// SPDX-License-Identifier: Apache-2.0

/// Texts of a block by their bytes, so that a text that stands in many rows is made once.
struct TextTable {
    private(set) var texts: [String] = []
    private var spellings: [UInt8] = []
    private var ends: [Int] = []
    private var hashes: [Int] = []
    private var slots: [Int32] = []

    /// Forgets all texts and keeps the room.
    mutating func removeAll() {
        guard !texts.isEmpty else { return }
        texts.removeAll(keepingCapacity: true)
        spellings.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        hashes.removeAll(keepingCapacity: true)
        for place in slots.indices { slots[place] = -1 }
    }

    /// The place of the text that is spelt so; nil when it is new.
    func place(of bytes: Bytes) -> Int? {
        guard !slots.isEmpty else { return nil }
        let hash = TextTable.hash(bytes)
        var slot = hash & (slots.count - 1)
        while slots[slot] >= 0 {
            let place = Int(slots[slot])
            let start = place == 0 ? 0 : ends[place - 1]
            if hashes[place] == hash, ends[place] - start == bytes.count,
                spellings[start..<ends[place]].elementsEqual(bytes)
            {
                return place
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Adds a spelling that is new, and the text that it stands for.
    mutating func add(_ bytes: Bytes, _ text: String) -> Int {
        if (texts.count + 1) * 2 > slots.count {
            slots = Array(repeating: -1, count: max(64, slots.count * 2))
            for place in hashes.indices { settle(place) }
        }
        texts.append(text)
        spellings.append(contentsOf: bytes)
        ends.append(spellings.count)
        hashes.append(TextTable.hash(bytes))
        settle(texts.count - 1)
        return texts.count - 1
    }

    private mutating func settle(_ place: Int) {
        var slot = hashes[place] & (slots.count - 1)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(place)
    }

    // Seeded for each process, so that no file can be made to collide.
    private static func hash(_ bytes: Bytes) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
        return hasher.finalize()
    }
}
