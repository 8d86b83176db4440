// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Synchronization

/// How many quotes each party and each address has open: each is kept on the disk until it runs out, so
/// nobody may ask for any number of them.
final class OpenQuotes: Sendable {
    /// The most that all have together, where each may have less.
    private static let mostTogether = 50_000

    /// A quote that is being reckoned or was given.
    struct Place: Hashable, Sendable {
        fileprivate let number: Int
        fileprivate let who: String
        fileprivate let end: Int64
    }

    private struct Book {
        /// The places of each, in the order in which they run out.
        var places: [String: [Place]] = [:]
        var quotes: [Digest: Place] = [:]
        var names: [Int: Digest] = [:]
        var count = 0
        var next = 0
    }

    private let book = Mutex(Book())
    private let most: Int

    /// - Parameter most: how many each may have open.
    init(most: Int) { self.most = most }

    /// How many are open in all.
    var count: Int { book.withLock { $0.count } }

    /// Takes a place for a quote.
    ///
    /// - Throws: a problem that says how long to wait when there is none.
    func begin(for who: String, at now: Timestamp) throws -> Place {
        try book.withLock { book in
            OpenQuotes.drop(who, at: now, from: &book)
            let together = max(most, OpenQuotes.mostTogether)
            if book.count >= together {
                for who in Array(book.places.keys) { OpenQuotes.drop(who, at: now, from: &book) }
            }
            let own = book.places[who] ?? []
            guard own.count < most, book.count < together else {
                let end = own.first?.end ?? now.milliseconds + 60_000
                throw Problem.tooFast(
                    seconds: max(1, Int((end - now.milliseconds + 999) / 1000)),
                    "\(own.count) quotes of yours wait to be ordered; order one")
            }
            book.next += 1
            let place = Place(
                number: book.next, who: who, end: now.milliseconds + Exchange.quoteMilliseconds)
            book.places[who, default: []].append(place)
            book.count += 1
            return place
        }
    }

    /// Says which quote a place is for.
    func keep(_ place: Place, as quote: Digest) {
        book.withLock { book in
            book.quotes[quote] = place
            book.names[place.number] = quote
        }
    }

    /// Gives a place back.
    func end(_ place: Place) {
        book.withLock { OpenQuotes.end(place, in: &$0) }
    }

    /// Gives the place of a quote back that was ordered.
    func end(ordered quote: Digest) {
        book.withLock { book in
            if let place = book.quotes[quote] { OpenQuotes.end(place, in: &book) }
        }
    }

    private static func end(_ place: Place, in book: inout Book) {
        guard let index = book.places[place.who]?.firstIndex(of: place) else { return }
        book.places[place.who]?.remove(at: index)
        if book.places[place.who]?.isEmpty == true { book.places[place.who] = nil }
        if let quote = book.names.removeValue(forKey: place.number) { book.quotes[quote] = nil }
        book.count -= 1
    }

    private static func drop(_ who: String, at now: Timestamp, from book: inout Book) {
        for place in book.places[who]?.prefix(while: { $0.end <= now.milliseconds }) ?? [] {
            end(place, in: &book)
        }
    }
}
