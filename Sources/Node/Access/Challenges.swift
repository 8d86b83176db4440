// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Identity
internal import Synchronization

/// Challenges that were given out for passkeys: each opens once, and not for long. They are not kept, so
/// that nobody can crowd out another's; those that were answered are, until they run out.
final class Challenges: Sendable {
    /// How long a challenge can be answered.
    private static let milliseconds: Int64 = 5 * 60_000
    /// How often answered ones are looked through for those that ran out.
    private static let lookMilliseconds: Int64 = 10_000

    private struct Book {
        /// When each that was answered had been made, by its chance.
        var answered: [UInt64: Int64] = [:]
        var looked: Int64 = 0
    }

    private let book = Mutex(Book())
    private let seal: ChallengeSeal
    private let random: @Sendable () -> UInt64
    private let most: Int

    /// - Parameter most: how many answered ones are remembered; then no other is taken until some run out.
    init(random: @escaping @Sendable () -> UInt64, most: Int = 500_000) {
        seal = ChallengeSeal(key: Chance.bytes(32, from: random))
        self.random = random
        self.most = most
    }

    /// A challenge of 32 bytes.
    func begin(at now: Timestamp) -> [UInt8] { seal.challenge(random(), at: now) }

    /// Whether this challenge was given out and not answered yet; it is answered then.
    func end(_ challenge: [UInt8], at now: Timestamp) -> Bool {
        guard let (chance, made) = seal.open(challenge),
            Challenges.isOpen(made.milliseconds, at: now)
        else { return false }
        return book.withLock { book in
            if book.answered.count >= most,
                abs(now.milliseconds - book.looked) >= Challenges.lookMilliseconds
            {
                book.answered = book.answered.filter { Challenges.isOpen($0.value, at: now) }
                book.looked = now.milliseconds
            }
            guard book.answered.count < most, book.answered[chance] == nil else { return false }
            book.answered[chance] = made.milliseconds
            return true
        }
    }

    private static func isOpen(_ made: Int64, at now: Timestamp) -> Bool {
        now.milliseconds - made < milliseconds
    }

    /// So many bytes of chance.
    func bytes(_ count: Int) -> [UInt8] {
        Chance.bytes(count, from: random)
    }
}
