// SPDX-License-Identifier: Apache-2.0
internal import Identity
internal import SecureSum

/// The node's side of one sum: bytes of devices come in, whenever they come; somebody who has the clock says when a step
/// is over.
struct SumHost: ~Copyable, Sendable {
    private enum Stage: ~Copyable, Sendable {
        case keys(SumServer.Adverting)
        case shares(SumServer.Sharing)
        case numbers(SumServer.Masking)
        case check(SumServer.Checking)
        case unmask(SumServer.Unmasking)
        case ended
    }

    let session: SumSession
    /// The step that is under way.
    private(set) var step = SumStep.keys
    /// Who may still answer in it, and has not.
    private(set) var waiting: Set<PartyID>
    private var answered: Set<PartyID> = []
    private var stage: Stage
    private var roster: Roster?
    /// What everybody is told in this step.
    private var shared: [UInt8] = []

    /// Begins a sum.
    ///
    /// - Parameter some: those of the session's parties that are asked.
    init(_ session: SumSession, asking some: Set<PartyID>) {
        self.session = session
        waiting = some
        stage = .keys(SumServer.Adverting(session))
    }

    /// What a party is told in this step; nil where nothing is wanted of it.
    func body(for party: PartyID) -> [UInt8]? {
        guard waiting.contains(party) || answered.contains(party) else { return nil }
        switch stage {
        case .numbers(let masking): return masking.delivery(to: party)?.bytes
        case .ended: return nil
        default: return shared
        }
    }

    /// Takes a party's answer to this step.
    ///
    /// - Throws: ``SumError`` for a message that is not one, not the party's, or not awaited; then nothing changed.
    mutating func take(_ body: [UInt8], from party: PartyID) throws(SumError) {
        guard waiting.contains(party) else {
            let place = session.place(of: party) ?? session.parties.count
            throw answered.contains(party) ? .repeated(place) : .notTakingPart(place)
        }
        let (session, roster) = (session, roster)
        var failure: SumError?
        switch exchange(&stage, with: .ended) {
        case .keys(var server):
            do throws(SumError) {
                try server.accept(Advert(parsing: body, in: session), from: party)
            } catch { failure = error }
            stage = .keys(server)
        case .shares(var server):
            do throws(SumError) {
                try server.accept(ShareBundle(parsing: body, for: server.roster), from: party)
            } catch { failure = error }
            stage = .shares(server)
        case .numbers(var server):
            do throws(SumError) {
                guard let roster else { throw .anotherSession }
                try server.accept(MaskedInput(parsing: body, for: roster), from: party)
            } catch { failure = error }
            stage = .numbers(server)
        case .check(var server):
            do throws(SumError) {
                guard let roster else { throw .anotherSession }
                try server.accept(SurvivorCheck(parsing: body, for: roster), from: party)
            } catch { failure = error }
            stage = .check(server)
        case .unmask(var server):
            do throws(SumError) {
                guard let roster else { throw .anotherSession }
                try server.accept(Unmasking(parsing: body, for: roster), from: party)
            } catch { failure = error }
            stage = .unmask(server)
        case .ended: failure = .anotherSession
        }
        if let failure { throw failure }
        waiting.remove(party)
        answered.insert(party)
    }

    /// Waits no longer for a party, which is out.
    mutating func excuse(_ party: PartyID) { waiting.remove(party) }

    /// Ends the step: whoever has not answered by now has dropped out.
    ///
    /// - Returns: the sum after the last step, else nil.
    /// - Throws: ``SumError``, ``SumError/tooFew(have:need:)`` where too few are left; then there is no sum.
    mutating func close(threads: Int = 1) throws(SumError) -> SumResult? {
        switch exchange(&stage, with: .ended) {
        case .keys(let server):
            let next = try server.close()
            roster = next.roster
            shared = next.roster.bytes
            // Whoever copied somebody's key is not on the list.
            let present = next.roster.present.members.map { session.parties[$0] }
            stage = .shares(next)
            goOn(with: Set(present))
        case .shares(let server):
            stage = .numbers(try server.close())
            goOn(with: answered)
        case .numbers(let server):
            let next = try server.close()
            shared = next.list.bytes
            stage = .check(next)
            goOn(with: answered)
        case .check(let server):
            let survivors = server.list.survivors.members.map { session.parties[$0] }
            let next = try server.close()
            shared = next.attestation.bytes
            stage = .unmask(next)
            goOn(with: Set(survivors))
        case .unmask(let server):
            waiting = []
            return try server.sum(threads: threads)
        case .ended: throw .anotherSession
        }
        return nil
    }

    private mutating func goOn(with some: Set<PartyID>) {
        step = step.next ?? step
        (waiting, answered) = (some, [])
    }
}
