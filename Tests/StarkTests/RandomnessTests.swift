// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing

@testable import Stark

/// The stream that hides a witness.
@Suite struct RandomnessTests {
    private func stream(_ label: String, _ weakness: Weakness = Weakness()) -> Randomness {
        Randomness(seed: .init([1, 2, 3], weakness), label: label)
    }

    @Test(arguments: [1, 7, 800, 5120, 20_000])
    func `many elements at once are the same as one by one`(count: Int) {
        var (one, many) = (stream("a"), stream("a"))
        let singles = (0..<count).map { _ in one.element() }
        #expect(many.elements(count) == singles)
        // And so they go on.
        let more = (0..<10).map { _ in one.element() }
        #expect((0..<3).map { _ in many.element() } + many.elements(7) == more)
        var other = stream("b")
        #expect(other.elements(count) != singles)
    }

    @Test func `draws that a test leaves out are left out of many, too`() {
        var weakness = Weakness()
        weakness.bare = [.init(label: "a", draws: 2..<5)]
        var random = stream("a", weakness)
        let some = random.elements(8)
        #expect(some.indices.filter { some[$0] == .zero } == [2, 3, 4])
    }
}
