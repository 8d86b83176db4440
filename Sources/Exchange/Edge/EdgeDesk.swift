// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Edge
package import Identity
internal import Market

/// How long contributors' machines are waited for.
package struct EdgePatience: Sendable {
    /// For machines to say that they are there, before an order is recorded.
    package let gathering: Duration
    /// For the answers of one step of a sum.
    package let step: Duration
    /// Whether nobody of those who are still missing is worth waiting for, so that a wait ends before its time.
    let isEnough: @Sendable (_ missing: Set<PartyID>) -> Bool

    /// Ten seconds to gather, and half a minute a step.
    package static let standard = EdgePatience(gathering: .seconds(10), step: .seconds(30))

    /// Says how long, and for whom: by default for everybody.
    package init(
        gathering: Duration, step: Duration,
        isEnough: @escaping @Sendable (_ missing: Set<PartyID>) -> Bool = { $0.isEmpty }
    ) {
        (self.gathering, self.step, self.isEnough) = (gathering, step, isEnough)
    }
}

/// Where contributors' machines meet the studies that ask them. Everything here is in memory: when the node ends, the
/// studies under way have no answer, and the next start gives their prices back.
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

    /// A study under way.
    private final class Running {
        var host: StudyHost
        init(_ host: consuming StudyHost) { self.host = host }
    }

    private var calls: [Digest: Call] = [:]
    private var running: [Digest: Running] = [:]
    private var isOpen = false
    /// How often it is looked whether all have answered.
    private static let look = Duration.milliseconds(10)

    /// Says that machines can reach this process.
    package func open() { isOpen = true }

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
        try await wait(patience.gathering) {
            calls[id].map { patience.isEnough($0.wanted.subtracting($0.there)) } ?? true
        }
        return calls[id]?.there ?? []
    }

    /// Does a study over some machines.
    ///
    /// - Returns: what came of it, and who was in it to the end.
    /// - Throws: ``HostError`` when there will be no answer; of a model, those who took part were told the sums before.
    func run(
        _ study: SummedStudy, of order: Digest, among parties: [PartyID],
        for patience: EdgePatience, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
    ) async throws -> (answer: SummedStudy.Answer, stayed: Set<PartyID>) {
        let total = study.count
        let under = Running(try StudyHost(study, of: order, among: parties))
        running[order] = under
        defer { running[order] = nil }
        repeat {
            try await wait(patience.step) { patience.isEnough(under.host.waiting) }
            progress?(under.host.done, total)
        } while try under.host.close(threads: 2)
        guard let answer = under.host.answer else { throw HostError.ended }
        return (answer, under.host.remaining)
    }

    private func wait(_ limit: Duration, until isOver: () -> Bool) async throws {
        let end = ContinuousClock.now + limit
        while !isOver(), ContinuousClock.now < end { try await Task.sleep(for: EdgeDesk.look) }
    }

    // MARK: The machines' side

    /// What a machine is told now: a step that waits for it, or an order that it has not answered; nil for nothing.
    package func notice(for party: PartyID, in pool: String) -> Notice? {
        for (order, study) in running.sorted(by: { $0.key < $1.key })
        where study.host.waiting.contains(party) {
            if let message = study.host.message(for: party) {
                return .step(order: order, message)
            }
        }
        return calls.sorted { $0.key < $1.key }.first { _, call in
            call.task.order.quote.quote.pool == pool && call.wanted.contains(party)
                && !call.there.contains(party)
        }.map { .call($0.value.task) }
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
        try study.host.take(message, from: party)
    }
}
