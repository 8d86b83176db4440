// SPDX-License-Identifier: Apache-2.0
internal import Identity
internal import Privacy
internal import SecureSum

/// A contributor's side of one sum: what the node says in each step comes in, an answer comes out. Used up by the first
/// thing that does not hold.
struct SumDevice: ~Copyable, Sendable {
    private enum Stage: ~Copyable, Sendable {
        case shares(SumClient.Advertising)
        case numbers(SumClient.Sharing)
        case check(SumClient.Masking)
        case unmask(SumClient.Checking)
        case ended
    }

    let session: SumSession
    private let key: SigningKey
    private let known: CheckedSignatures?
    /// The step that it waits for.
    private(set) var step = SumStep.keys
    private var stage = Stage.ended
    private var roster: Roster?

    /// Takes part in a session.
    ///
    /// - Parameter known: signatures that were checked before in this process.
    init(_ session: SumSession, key: SigningKey, known: CheckedSignatures? = nil) {
        (self.session, self.key, self.known) = (session, key, known)
    }

    /// Answers what the node says in the step that this waits for.
    ///
    /// - Parameters:
    ///   - numbers: asked once, in the step of numbers.
    ///   - source: random bytes from the operating system.
    /// - Throws: ``SumError`` when something does not hold; then the device is out, and no other answer comes.
    mutating func answer(
        _ body: [UInt8], numbers: () throws -> [Int64], from source: inout ByteSource
    ) throws -> [UInt8] {
        let before = exchange(&stage, with: .ended)
        let (session, step) = (session, step)
        self.step = step.next ?? step
        if step == .keys {
            let next = try SumClient.Advertising(in: session, key: key, from: &source)
            let answer = next.message.bytes(in: session)
            stage = .shares(next)
            return answer
        }
        switch consume before {
        case .shares(let last):
            let list = try Roster(parsing: body, in: session, of: key.id, known: known)
            let next = try last.share(among: list, from: &source)
            roster = list
            let answer = next.message.bytes
            stage = .numbers(next)
            return answer
        case .numbers(let last):
            let delivery = try ShareDelivery(parsing: body, for: try listed())
            let next = try last.mask(numbers(), delivered: delivery, from: &source)
            let answer = next.message.bytes
            stage = .check(next)
            return answer
        case .check(let last):
            let next = try last.check(SurvivorList(parsing: body, for: try listed()))
            let answer = next.message.bytes
            stage = .unmask(next)
            return answer
        case .unmask(let last):
            let attestation = try SumAttestation(
                parsing: body, in: session, roster: try listed().digest, known: known)
            return try last.unmask(attestation).bytes
        case .ended: throw SumError.anotherSession
        }
    }

    private borrowing func listed() throws(SumError) -> Roster {
        guard let roster else { throw .anotherSession }
        return roster
    }
}
