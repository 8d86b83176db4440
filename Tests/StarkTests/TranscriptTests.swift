// SPDX-License-Identifier: Apache-2.0
import Fields
import Testing

@testable import Stark

/// Check 9 of the reference: everything that is said decides every challenge after it.
@Suite struct TranscriptTests {
    private func after(_ absorb: (inout Transcript) -> Void) -> KoalaBear5 {
        var transcript = Transcript(domain: "test")
        absorb(&transcript)
        return transcript.element()
    }

    @Test func `no two ways of saying things look alike`() {
        let ways: [(inout Transcript) -> Void] = [
            { _ in },
            { $0.absorb("a", [UInt8]()) },
            { $0.absorb("a", [0]) },
            { $0.absorb("a", [0, 0]) },
            { $0.absorb("b", [0]) },
            { $0.absorb("", [0x61, 0]) },
            {
                $0.absorb("a", [0])
                $0.absorb("a", [0])
            },
            { $0.absorb("ab", [UInt8]()) },
            { $0.absorb("a", numbers: [0]) },
            { $0.absorb("a", [KoalaBear.zero]) },
            { $0.absorb("a", [KoalaBear5.zero]) },
        ]
        #expect(Set(ways.map(after)).count == ways.count)
    }

    @Test func `what was drawn is drawn no more`() {
        var transcript = Transcript(domain: "test")
        let drawn = (0..<50).map { _ in transcript.element() }
        #expect(Set(drawn).count == 50)
        let indices = transcript.indices(1000, bits: 10)
        #expect(indices.allSatisfy((0..<1024).contains) && Set(indices).count > 500)
        #expect(transcript.indices(3, bits: 0) == [0, 0, 0])
    }

    @Test func `work is found, and less is not taken`() {
        var transcript = Transcript(domain: "test")
        transcript.absorb("a", [1])
        let nonce = transcript.nonce(bits: 10)
        #expect(transcript.accepts(nonce: nonce, bits: 10))
        #expect((0..<nonce).allSatisfy { !transcript.accepts(nonce: $0, bits: 10) })
        // Where no work is wanted there is one nonce, so that there is one proof.
        #expect(transcript.accepts(nonce: 0, bits: 0) && !transcript.accepts(nonce: 1, bits: 0))
    }
}
