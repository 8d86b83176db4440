// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Foundation

/// What comes from outside: the clock and the random numbers. Tests give their own.
package struct Surroundings: Sendable {
    /// The time.
    package let clock: @Sendable () -> Timestamp
    /// Random bits, good enough for keys and noise.
    package let random: @Sendable () -> UInt64
    /// When answers are given.
    package let pace: Pace
    /// How long contributors' machines are waited for.
    package var edgePatience = EdgePatience.standard
    /// What a study waits for between mapping the vault and reading it: nothing, but in tests, which let
    /// something else happen there.
    let beforeReading: (@Sendable () async -> Void)?

    /// Takes a clock and random bits.
    package init(
        clock: @escaping @Sendable () -> Timestamp, random: @escaping @Sendable () -> UInt64,
        pace: Pace = .none
    ) {
        self.init(clock: clock, random: random, pace: pace, beforeReading: nil)
    }

    /// Takes what happens in the middle of studies, too.
    init(
        clock: @escaping @Sendable () -> Timestamp, random: @escaping @Sendable () -> UInt64,
        pace: Pace, beforeReading: (@Sendable () async -> Void)?
    ) {
        self.clock = clock
        self.random = random
        self.pace = pace
        self.beforeReading = beforeReading
    }

    /// The machine's clock and the kernel's random numbers.
    package static let system = Surroundings(
        clock: { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) },
        random: {
            var generator = SystemRandomNumberGenerator()
            return generator.next()
        }, pace: .powersOfTwo)

    /// The random bits as a generator.
    var generator: RandomBits { RandomBits(bits: random) }
}

/// Random bits as Swift's generators give them.
struct RandomBits: RandomNumberGenerator {
    let bits: @Sendable () -> UInt64
    mutating func next() -> UInt64 { bits() }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }
}
