// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Edge
package import Identity
internal import Market

/// Where contributors' machines meet the studies that ask them. Everything here is in memory: when the node ends, the
/// studies under way have no answer, and the next start gives their prices back. Who spoiled a study is told to whoever
/// asked for it, who keeps it.
package actor EdgeDesk {
    /// What a machine is told.
    package enum Notice: Sendable {
        /// An order that it may take part in; it looks at it, and says whether it is there.
        case call(EdgeTask)
        /// A step of a sum that waits for it.
        case step(order: Digest, StepMessage)
    }

    /// A study that looks for machines.
    private struct Call {
        let task: EdgeTask
        /// Whose grants allow it.
        let wanted: Set<PartyID>
        var there: Set<PartyID> = []
    }

    /// A study under way; without its host while a step is closed, and nothing is wanted of anybody.
    private final class Running {
        var host: StudyHost?
        init(_ host: consuming StudyHost) { self.host = consume host }
        var waiting: Set<PartyID> { host?.waiting ?? [] }
    }

    private var calls: [Digest: Call] = [:]
    private var running: [Digest: Running] = [:]
    /// By party, what it was told of last: what else wants it is next, so that a study in which it is silent keeps it
    /// from no other.
    private var told: [PartyID: Digest] = [:]
    private var isOpen = false
    private var tell: @Sendable (String) -> Void = { _ in }
    /// How often it is looked whether all have answered.
    private static let look = Duration.milliseconds(10)

    /// Says that machines can reach this process.
    ///
    /// - Parameter tell: hears which machines kept a study from an answer: the operator's log.
    package func open(telling tell: @escaping @Sendable (String) -> Void = { _ in }) {
        (isOpen, self.tell) = (true, tell)
    }

    // MARK: The studies' side

    /// Asks who is there for a study.
    ///
    /// - Parameter wanted: whose grants allow it.
    /// - Returns: those of them who said so in time.
    /// - Throws: ``ExchangeError`` where nobody can reach this process, and ``MarketError/orderExists`` while the same
    ///   order looks for machines.
    func gather(
        _ task: EdgeTask, among wanted: Set<PartyID>, for patience: EdgePatience
    ) async throws -> Set<PartyID> {
        guard isOpen else {
            throw ExchangeError.refused(
                "the rows of this pool are on contributors' own machines, which only a node that serves "
                    + "reaches: order there (`dividend serve`)")
        }
        let id = task.order.id
        guard calls[id] == nil, running[id] == nil else { throw MarketError.orderExists }
        calls[id] = Call(task: task, wanted: wanted)
        defer { calls[id] = nil }
        try await wait(patience.gathering, by: patience.clock) {
            calls[id].map { patience.isEnough($0.wanted.subtracting($0.there)) } ?? true
        }
        return calls[id]?.there ?? []
    }

    /// What became of a study.
    struct Outcome: Sendable {
        /// What came of it, and who was in it to the end; ``HostError`` when there will be no answer.
        let result: Result<(answer: SummedStudy.Answer, stayed: Set<PartyID>), any Error>
        /// Who kept it from an answer, or could have.
        let faults: [PartyID: SpoiledStudy.Fault]
    }

    /// Does a study over some machines. Of a model without an answer, those who took part were told the sums before.
    func run(
        _ study: SummedStudy, of order: Digest, among parties: [PartyID],
        for patience: EdgePatience, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
    ) async -> Outcome {
        var faults: [PartyID: SpoiledStudy.Fault] = [:]
        do {
            let done = try await run(
                study, of: order, among: parties, for: patience, blaming: &faults,
                progress: progress)
            return Outcome(result: .success(done), faults: faults)
        } catch {
            return Outcome(result: .failure(error), faults: faults)
        }
    }

    private func run(
        _ study: SummedStudy, of order: Digest, among parties: [PartyID],
        for patience: EdgePatience, blaming faults: inout [PartyID: SpoiledStudy.Fault],
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
    ) async throws -> (answer: SummedStudy.Answer, stayed: Set<PartyID>) {
        let total = study.count
        let under = Running(try StudyHost(study, of: order, among: parties))
        running[order] = under
        defer {
            running[order] = nil
            if running.isEmpty, calls.isEmpty { told = [:] }
        }
        let clock = patience.clock
        let end = clock.now() + patience.study
        while true {
            let begun = clock.now()
            try await wait(min(patience.step, end - begun), by: clock) {
                patience.isEnough(under.waiting)
            }
            guard let host = under.host.take() else { throw HostError.ended }
            guard clock.now() < end else {
                // Whoever had no whole step to answer in is not to blame that the study's time is over.
                let late = end - begun >= patience.step ? host.waiting : []
                faults = blame(host, silent: host.silent.union(late), in: order)
                throw HostError.tooLong
            }
            progress?(host.done, total)
            let closed = await EdgeDesk.close(host)
            do {
                guard try closed.goesOn.get() else {
                    guard let answer = closed.host.answer else { throw HostError.ended }
                    faults = blame(closed.host, silent: [], in: order)
                    return (answer, closed.host.remaining)
                }
            } catch {
                // Whoever was silent is to blame where too few were left, and for nothing else.
                let isLost = if case HostError.tooFew = error { true } else { false }
                faults = blame(closed.host, silent: isLost ? closed.host.silent : [], in: order)
                tell("order \(order.hex): \(error)")
                throw error
            }
            let next = closed.host
            under.host = consume next
        }
    }

    /// Those by whom a study came to nothing, or could have; they are named in the log.
    private func blame(
        _ host: borrowing StudyHost, silent: Set<PartyID>, in order: Digest
    ) -> [PartyID: SpoiledStudy.Fault] {
        for (party, others) in host.blame.sorted(by: { $0.key < $1.key }) {
            tell(
                "order \(order.hex): \(others.count) machines say that the shares of \(party.did) do not open, "
                    + "the first of them \(others.min()?.did ?? "")")
        }
        for party in silent.sorted() {
            tell("order \(order.hex): no answer, and \(party.did) left or was too slow")
        }
        var faults: [PartyID: SpoiledStudy.Fault] = [:]
        for party in silent { faults[party] = .silent }
        for party in host.spoilers { faults[party] = .shares }
        return faults
    }

    private struct Closed: ~Copyable, Sendable {
        let host: StudyHost
        let goesOn: Result<Bool, any Error>
    }

    /// Ends a step, away from the desk: taking masks off can take seconds, and other studies' machines ask meanwhile.
    @concurrent private nonisolated static func close(
        _ host: consuming StudyHost
    ) async -> Closed {
        var host = host
        let goesOn = Result { try host.close(threads: 2) }
        return Closed(host: host, goesOn: goesOn)
    }

    private func wait(
        _ limit: Duration, by clock: WaitingClock, until isOver: () -> Bool
    ) async throws {
        let end = clock.now() + limit
        while !isOver(), clock.now() < end { try await clock.sleep(EdgeDesk.look) }
    }

    // MARK: The machines' side

    /// What a machine is told now: a step that waits for it, or an order that it has not answered; nil for nothing. Of
    /// several each in turn.
    package func notice(for party: PartyID, in pool: String) -> Notice? {
        let steps = running.filter { $1.waiting.contains(party) }.keys
        let asked = calls.filter { _, call in
            call.task.order.quote.quote.pool == pool && call.wanted.contains(party)
                && !call.there.contains(party)
        }.keys
        let orders = (Array(steps) + Array(asked)).sorted()
        guard let first = orders.first else { return nil }
        let order = told[party].flatMap { last in orders.first { last < $0 } } ?? first
        told[party] = order
        if let message = running[order]?.host?.message(for: party) {
            return .step(order: order, message)
        }
        return calls[order].map { .call($0.task) }
    }

    /// Takes a machine's word that it is there for an order.
    ///
    /// - Throws: ``HostError/ended`` when the order does not look for it, or no longer.
    package func join(_ order: Digest, _ party: PartyID) throws(HostError) {
        guard calls[order]?.wanted.contains(party) == true else { throw .ended }
        calls[order]?.there.insert(party)
    }

    /// Takes a machine's answer to a step.
    ///
    /// - Throws: ``HostError``; then nothing changed.
    package func take(
        _ message: StepMessage, of order: Digest, from party: PartyID
    ) throws(HostError) {
        guard let study = running[order] else { throw .ended }
        guard study.host != nil else { throw .otherRound(message.round) }
        try study.host?.take(message, from: party)
    }

    /// Takes a machine's word that what another sealed for it does not open.
    ///
    /// - Throws: ``HostError``; then nothing changed.
    package func complain(
        of other: PartyID, in order: Digest, by party: PartyID
    ) throws(HostError) {
        guard let study = running[order] else { throw .ended }
        try study.host?.take(complaint: party, about: other)
    }
}
