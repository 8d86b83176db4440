// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Identity
package import SecureSum

/// Why a study over contributors' own machines comes to no answer. None depends on anybody's rows.
package enum HostError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Fewer parties than ``SumTerms/fewest``, or more than ``SumTerms/most``.
    case parties(Int)
    /// So few stayed that nothing can be let out.
    case tooFew(have: Int, need: Int)
    /// A message is for another sum than the one under way.
    case otherRound(Int)
    /// A message is not of this step, or not one.
    case sum(SumError)
    /// There is no such session.
    case plan(SumPlanError)
    /// The study took longer than the node waits for one.
    case tooLong
    /// There is no answer any more, and none to come.
    case ended

    /// What is wrong and how to mend it.
    package var description: String {
        switch self {
        case .parties(let count):
            "\(count) machines are there; a study takes \(SumTerms.fewest) to \(SumTerms.most)"
        case .tooFew(let have, let need):
            "\(have) machines were left where \(need) are needed; there is no answer"
        case .otherRound(let round): "sum \(round) is not under way"
        case .sum(let error): error.description
        case .plan(let error): error.description
        case .tooLong:
            "the machines took longer than the node waits for a study; there is no answer"
        case .ended: "the study has ended"
        }
    }
}

/// The node's side of a study over contributors' own machines: sum after sum, until there is an answer. It holds no
/// clock and no connection; ``close(threads:)`` is called when a step has lasted long enough, or nobody is waited for.
///
/// Whoever is missing from one sum is asked for none that follows: who is left at the end was in all of them.
package struct StudyHost: ~Copyable, Sendable {
    private let order: Digest
    private let parties: [PartyID]
    private let terms: SumTerms
    private var study: SummedStudy
    private var round: SummedRound
    private var sum: SumHost
    private var told: ToldSum?
    private var hasEnded = false
    /// Who was in every sum so far.
    package private(set) var remaining: Set<PartyID>
    /// Who let a step end without an answer.
    package private(set) var silent: Set<PartyID> = []
    /// By party, who says that what it sealed for them does not open.
    package private(set) var blame: [PartyID: Set<PartyID>] = [:]

    /// Begins a study.
    ///
    /// - Parameters:
    ///   - order: its order, which no other study has.
    ///   - parties: everybody who is asked, each once.
    /// - Throws: ``HostError``.
    package init(_ study: SummedStudy, of order: Digest, among parties: [PartyID]) throws {
        guard let terms = SumTerms(parties: parties.count) else {
            throw HostError.parties(parties.count)
        }
        guard let round = try study.next else { throw HostError.ended }
        let sorted = parties.sorted()
        let session = try StudyHost.session(of: round, in: order, sorted, terms)
        (self.study, self.order, self.terms, self.round) = (study, order, terms, round)
        self.parties = sorted
        remaining = Set(sorted)
        sum = SumHost(session, asking: remaining)
    }

    private static func session(
        of round: SummedRound, in order: Digest, _ parties: [PartyID], _ terms: SumTerms
    ) throws(HostError) -> SumSession {
        do throws(SumPlanError) {
            return try terms.session(of: round, in: order, among: parties)
        } catch {
            throw .plan(error)
        }
    }

    /// What came of it; nil before the last sum.
    package var answer: SummedStudy.Answer? { study.answer }

    /// How many sums are done.
    package var done: Int { study.done }

    /// How many sums there are.
    package var count: Int { study.count }

    /// Which sum and step are under way: it changes when a step is closed.
    package var position: Int { round.number * SumStep.allCases.count + Int(sum.step.rawValue) }

    /// Who may still answer in this step, and has not.
    package var waiting: Set<PartyID> { sum.waiting }

    /// What a party is told now; nil where nothing is wanted of it.
    package func message(for party: PartyID) -> StepMessage? {
        guard !hasEnded, let body = sum.body(for: party) else { return nil }
        guard sum.step == .keys else {
            return StepMessage(round: round.number, step: sum.step, body: body)
        }
        let opening = Opening(parties: round.number == 0 ? parties : [], told: told)
        return StepMessage(round: round.number, step: .keys, body: opening.bytes)
    }

    /// Takes a party's answer.
    ///
    /// - Throws: ``HostError`` for one that is not awaited or does not hold; then nothing changed.
    package mutating func take(
        _ message: StepMessage, from party: PartyID
    ) throws(HostError) {
        guard !hasEnded else { throw .ended }
        guard message.round == round.number, message.step == sum.step else {
            throw .otherRound(message.round)
        }
        do throws(SumError) { try sum.take(message.body, from: party) } catch {
            throw .sum(error)
        }
    }

    /// Takes a party's word that the shares which another sealed for it do not open. It is out then, and not waited for;
    /// nobody can prove who of the two is wrong.
    ///
    /// - Throws: ``HostError`` where no shares are opened now, or it is not awaited; then nothing changed.
    package mutating func take(
        complaint party: PartyID, about other: PartyID
    ) throws(HostError) {
        guard !hasEnded else { throw .ended }
        guard sum.step == .numbers, sum.waiting.contains(party), remaining.contains(other),
            other != party
        else { throw .otherRound(round.number) }
        sum.excuse(party)
        blame[other, default: []].insert(party)
    }

    /// Of whom more say so than can have agreed to lie.
    package var spoilers: Set<PartyID> {
        Set(blame.filter { $0.value.count > terms.corrupt }.keys)
    }

    /// Ends the step that is under way. Whoever has not answered by now has dropped out.
    ///
    /// - Returns: whether the study goes on.
    /// - Throws: ``HostError``, ``HostError/tooFew(have:need:)`` where too few are left: then there will be no answer;
    ///   of a model, those who took part were told the sums before.
    /// - Cost: after the last step of a sum, that of taking off its masks.
    package mutating func close(threads: Int = 1) throws -> Bool {
        guard !hasEnded else { throw HostError.ended }
        silent.formUnion(sum.waiting)
        do {
            guard let result = try sum.close(threads: threads) else { return true }
            guard let noised = result.noised else { throw HostError.ended }
            try study.take(noised)
            told =
                study.isTold ? ToldSum(values: noised.values, parts: noised.parts) : nil
            remaining = Set(
                result.attestation.list.survivors.members.map { sum.session.parties[$0] })
            guard let next = try study.next else {
                hasEnded = true
                return false
            }
            round = next
            sum = SumHost(
                try StudyHost.session(of: next, in: order, parties, terms), asking: remaining)
            return true
        } catch {
            hasEnded = true
            switch error {
            case SumError.tooFew(let have, let need):
                throw HostError.tooFew(have: have, need: need)
            case let error as SumError: throw HostError.sum(error)
            default: throw error
            }
        }
    }
}
