// SPDX-License-Identifier: Apache-2.0

/// Texts that a contributor's texts are looked up among, byte by byte in words of eight.
///
/// Each of her texts is compared with each of these as far as these reach, whether they are alike
/// or not. What still shows is how many distinct texts she has and how long they are, as it does
/// when they are read at all.
struct TextList<Word: BlindWord> {
    private struct Wanted {
        let length: Word
        let words: [Word]
    }

    private let wanted: [Wanted]
    /// The words of the longest.
    private let longest: Int

    init(_ texts: [Scalar.Text]) {
        longest = texts.map { ($0.bytes.count + 7) / 8 }.max() ?? 0
        wanted = texts.map { text in
            var room = [Int64](repeating: 0, count: (text.bytes.count + 7) / 8)
            text.bytes.withUnsafeBufferPointer { TextList.pack($0, into: &room) }
            return Wanted(length: Word(Int64(text.bytes.count)), words: room.map { Word($0) })
        }
    }

    /// For each text 1 or 0, and one 0 more for a place that no text has.
    func truths(of texts: [String]) -> [Word] {
        var room = [Int64](repeating: 0, count: longest)
        return texts.map { text in
            var text = text
            text.withUTF8 { TextList.pack($0, into: &room) }
            let length = Word(Int64(text.utf8.count))
            var found = Word(0)
            for one in wanted {
                var same = length.equals(one.length)
                for (place, word) in one.words.enumerated() {
                    same = same & Word(room[place]).equals(word)
                }
                found = found | same
            }
            return found.truth
        } + [Word(0)]
    }

    /// As many bytes as fit, and zeros behind them.
    private static func pack(_ text: UnsafeBufferPointer<UInt8>, into words: inout [Int64]) {
        for place in words.indices { words[place] = 0 }
        words.withUnsafeMutableBytes { $0.copyBytes(from: text.prefix($0.count)) }
    }
}
