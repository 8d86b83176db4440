// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Consent
package import Identity
internal import Ledger
internal import Market
package import Privacy
internal import Query
internal import SecureSum
package import Study
package import Vault

/// A contributor's machine in one study: it checks what is asked by itself, runs the local step over its own rows, and
/// takes part in each sum. Nothing leaves it but what ``answer(_:at:rows:from:)`` gives: keys, sealed shares, signatures,
/// and numbers that are clipped, noised and masked.
///
/// ```
/// the task ──> is the quote this node's, the text the one quoted, its cost the one quoted?
///          ──> do my grant and my own record of what is spent allow it?
/// the parties ──> as many as the pool promises?  ──> written down as spent  ──> the first message
/// ```
package struct EdgeDevice: ~Copyable, Sendable {
    private let task: EdgeTask
    private let member: EdgeMembership
    private let record: any SpentRecord
    private let known: CheckedSignatures?
    private var rounds: StudyRounds
    private var parties: [PartyID] = []
    private var terms: SumTerms?
    private var round: SummedRound?
    private var sum: SumDevice?
    private var isOut = false
    /// Whose shares for it do not open; for that it is out.
    package private(set) var accused: PartyID?
    /// Whether all that the study wants of it was answered.
    package private(set) var isDone = false

    /// Looks at a task: whether to take part.
    ///
    /// - Parameters:
    ///   - known: signatures that were checked before, where one process works for many contributors.
    ///   - now: the machine's own clock.
    /// - Throws: ``EdgeRefusal``, or what reading the record throws. Nothing is written.
    package init(
        _ task: EdgeTask, as member: EdgeMembership, keeping record: any SpentRecord,
        known: CheckedSignatures? = nil, at now: Timestamp
    ) throws {
        let quote = task.order.quote.quote
        guard task.order.quote.verify(by: member.node) else {
            throw EdgeRefusal.signature(of: "quote")
        }
        guard task.order.verify() else { throw EdgeRefusal.signature(of: "order") }
        guard quote.pool == member.offer.name, member.grant.pool == member.offer.name,
            member.offer.isEdge
        else { throw EdgeRefusal.otherPool(quote.pool) }
        guard now <= quote.expires.adding(milliseconds: EdgeDevice.tolerance) else {
            throw EdgeRefusal.expired
        }
        // No node gives quotes for longer; an older copy of her record may have forgotten what was begun before.
        guard quote.expires.milliseconds - quote.issued.milliseconds <= EdgeDevice.longestQuote
        else { throw EdgeRefusal.expired }
        let rounds = try EdgeDevice.rounds(of: task, member.offer)
        guard
            EdgeTask.commitment(to: rounds.digest, salt: task.salt) == quote.question,
            rounds.tables.map(\.table) == quote.tables
        else { throw EdgeRefusal.differs("question") }
        guard rounds.cost.units == quote.rho else { throw EdgeRefusal.differs("privacy cost") }
        guard try !record.hasBegun(task.order.id) else { throw EdgeRefusal.begunBefore }
        try EdgeDevice.check(task, member, record, at: now)
        (self.task, self.member, self.record, self.rounds) = (task, member, record, rounds)
        self.known = known
    }

    /// How much later than the node's a machine's clock may be, in milliseconds.
    private static let tolerance: Int64 = 300_000
    /// How long a quote may hold, in milliseconds.
    private static let longestQuote: Int64 = 3_600_000

    private static func rounds(
        of task: EdgeTask, _ offer: PoolOffer
    ) throws(EdgeRefusal) -> StudyRounds {
        let pool = QueryPool(
            name: offer.name, tables: offer.tables, rowsPerPerson: offer.rowsPerPerson,
            people: task.people)
        do { return try StudyRounds(task.sql, pool: pool) } catch {
            throw .question("\(error)")
        }
    }

    /// Whether her grant allows the study, by what her own record says was spent.
    private static func check(
        _ task: EdgeTask, _ member: EdgeMembership, _ record: any SpentRecord, at now: Timestamp
    ) throws {
        let quote = task.order.quote.quote
        let request = Request(
            pool: quote.pool, tables: quote.tables, purpose: quote.purpose,
            price: quote.price?.microunits ?? 0, rho: quote.rho, time: now)
        let usage = try record.usage(in: quote.pool)
        if case .denied(let denial) = decide(member.grant, usage: usage, request: request) {
            throw EdgeRefusal.denied(denial)
        }
    }

    /// Answers what the node says.
    ///
    /// - Parameters:
    ///   - now: the machine's own clock.
    ///   - rows: her rows of some tables, in that order; asked once for each sum.
    ///   - source: random bytes from the operating system.
    /// - Returns: what to send; nil where this was answered already.
    /// - Throws: ``EdgeRefusal``, or what the record or the rows throw. Then she is out, and nothing is sent any more.
    package mutating func answer(
        _ message: StepMessage, at now: Timestamp, rows: ([TableColumns]) throws -> [Rows],
        from source: inout ByteSource
    ) throws -> StepMessage? {
        guard !isOut else { throw EdgeRefusal.turn }
        // What does not hold once is not tried again.
        isOut = true
        let answer = try answered(message, at: now, rows: rows, from: &source)
        isOut = false
        return answer
    }

    private mutating func answered(
        _ message: StepMessage, at now: Timestamp, rows: ([TableColumns]) throws -> [Rows],
        from source: inout ByteSource
    ) throws -> StepMessage? {
        let current = round?.number ?? -1
        if message.step == .keys, message.round == current + 1 {
            try open(Opening(message.body), at: now)
        }
        guard let round, message.round == round.number, let step = sum?.step else {
            throw EdgeRefusal.turn
        }
        guard message.step == step else {
            guard message.step.rawValue < step.rawValue else { throw EdgeRefusal.turn }
            return nil
        }
        do {
            let body = try sum?.answer(
                message.body,
                numbers: {
                    round.part(
                        try rows(round.reads), Contribution.mark(of: member.key.id.publicKey))
                }, from: &source)
            isDone = step == .unmask && round.number == rounds.count - 1
            return body.map { StepMessage(round: round.number, step: step, body: $0) }
        } catch let error as SumError {
            if case .sealedShares(let place) = error { accused = parties[place] }
            throw EdgeRefusal.sum(error)
        }
    }

    /// Begins a sum; before the first, what the study costs is written down.
    private mutating func open(_ opening: Opening, at now: Timestamp) throws {
        if round != nil, !rounds.isTold {
            // An answer in SQL is the buyer's alone.
            guard opening.parties.isEmpty, opening.told == nil else { throw EdgeRefusal.told }
            rounds.take(.expected([]))
        } else if let last = round {
            guard opening.parties.isEmpty, let told = opening.told,
                told.values.count == last.length, let noise = sum?.session.noise,
                (terms?.threshold ?? .max)...parties.count ~= told.parts
            else { throw EdgeRefusal.told }
            rounds.take(
                .expected([.expected(told.values, sigma: noise.sigma(of: told.parts))]))
        } else {
            try begin(among: opening.parties, at: now)
        }
        guard let terms, let next = try rounds.next else { throw EdgeRefusal.turn }
        do throws(SumPlanError) {
            let session = try terms.session(of: next, in: task.order.id, among: parties)
            sum = SumDevice(session, key: member.key, known: known)
        } catch {
            throw EdgeRefusal.plan(error)
        }
        round = next
    }

    /// Looks at who is asked, once more at the grant, and writes down what the study costs: before anything is sent.
    private mutating func begin(among parties: [PartyID], at now: Timestamp) throws {
        let need = max(SumTerms.fewest, member.offer.minimumCohort)
        let different = Set(parties)
        guard different.count >= need else {
            throw EdgeRefusal.tooFew(have: different.count, need: need)
        }
        guard different.contains(member.key.id) else { throw EdgeRefusal.notAsked }
        guard different.count == parties.count, let terms = SumTerms(parties: parties.count)
        else { throw EdgeRefusal.plan(.parties(parties.count)) }
        try EdgeDevice.check(task, member, record, at: now)
        try record.begin(
            task.order.id, in: member.offer.name, spending: task.order.quote.quote.rho)
        (self.parties, self.terms) = (parties.sorted(), terms)
    }
}
