// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Consent
internal import Edge
internal import Identity
internal import Market
internal import Privacy

/// A contributor's machine at work: it asks the node now and then, looks at each order by itself, and answers the steps of
/// those that it takes part in.
package struct EdgeService: Sendable {
    /// What happened, for whoever watches.
    package enum Event: Sendable {
        /// The machine is there for an order.
        case there(Digest, pool: String)
        /// It does not take part in an order, and why.
        case refused(Digest, any Error)
        /// An order's study begins; its privacy is spent.
        case began(Digest)
        /// She withdrew from a pool, while it ran.
        case withdrew(pool: String)
        /// It did all that a study wanted of it.
        case finished(Digest)
        /// The node does not answer; it is asked again.
        case unreachable(any Error)
    }

    private let home: EdgeHome
    private let (party, address): (String, String)
    private let link: EdgeLink
    private let members: [EdgeHome.Member]
    private let clock: @Sendable () -> Timestamp
    private let waiting: WaitingClock
    /// How long to wait between two looks, when nothing is under way.
    private let idle: Duration

    /// Serves the pools of one node that the contributor granted to.
    ///
    /// - Parameters:
    ///   - party: the name that she has in the folder.
    ///   - node: its address, as it was joined.
    /// - Throws: where she granted to none.
    package init(
        _ home: EdgeHome, of party: String, node: String, every idle: Duration,
        surroundings: Surroundings = .system
    ) throws {
        let address = node.hasSuffix("/") ? String(node.dropLast()) : node
        members = try home.members().filter { $0.url == address }
        guard !members.isEmpty else {
            throw ExchangeError.refused(
                "nothing is granted to \(address) from here: dividend edge join POOL --node \(address)"
            )
        }
        link = try EdgeLink(address)
        (self.party, self.address) = (party, address)
        (self.home, self.idle, clock) = (home, idle, surroundings.clock)
        waiting = surroundings.edgePatience.clock
    }

    /// A study that the machine takes part in.
    private final class Part {
        var device: EdgeDevice
        /// When something was wanted of it last.
        var last: Duration
        init(_ device: consuming EdgeDevice, at now: Duration) {
            self.device = device
            last = now
        }
    }

    /// How long a study may want nothing before it is forgotten: it ended without her.
    private static let forgetting = Duration.seconds(600)
    /// How often an answer is sent where the node cannot be reached.
    private static let tries = 3

    /// Where the work in one pool stands.
    private struct Pool {
        let member: EdgeHome.Member
        let key: SigningKey
        var parts: [Digest: Part] = [:]
        var refused: Set<Digest> = []
    }

    /// Works until it is cancelled.
    ///
    /// - Parameters:
    ///   - once: whether to end after the first study.
    ///   - limit: how long at most; nil for ever.
    ///   - tell: hears what happens.
    /// - Returns: how many studies were done to the end.
    package func run(
        once: Bool, for limit: Duration?, tell: (Event) -> Void
    ) async throws -> Int {
        var pools = members.map { Pool(member: $0, key: home.key(of: $0.node, $0.offer.name)) }
        for pool in pools { await compare(pool, tell) }
        var source = ByteSource()
        let end = limit.map { waiting.now() + $0 }
        var finished = 0
        var wasReachable = true
        while !Task.isCancelled, end.map({ waiting.now() < $0 }) ?? true {
            await fulfil(for: &pools, tell)
            guard !pools.isEmpty else { break }
            var isBusy = false
            for place in pools.indices {
                do {
                    let (worked, done) = try await look(&pools[place], &source, tell)
                    (isBusy, finished) = (isBusy || worked, finished + done)
                    wasReachable = true
                } catch let error as NodeUnreachable {
                    // Told once; the next look is soon enough.
                    if wasReachable { tell(.unreachable(error)) }
                    wasReachable = false
                } catch let error as CancellationError {
                    throw error
                } catch {
                    // What a proxy says, or a clock that is off: so too.
                    if wasReachable {
                        tell(
                            .unreachable(
                                NodeUnreachable(
                                    name: pools[place].member.url, reason: ErrorWords(error).message
                                )))
                    }
                    wasReachable = false
                }
            }
            if once, finished > 0 { break }
            var quiet: Duration? = isBusy ? .zero : nil
            for place in pools.indices {
                pools[place].parts = pools[place].parts.filter {
                    waiting.now() - $0.value.last < EdgeService.forgetting
                }
                for part in pools[place].parts.values {
                    quiet = min(quiet ?? .seconds(3600), waiting.now() - part.last)
                }
            }
            // Whoever asks something of the machine does not wait for its next look.
            var left = EdgeService.pause(after: quiet, idle: idle)
            while left > .zero, !pools.isEmpty {
                let step = min(left, .seconds(1))
                try await waiting.sleep(step)
                left -= step
                if left > .zero { await fulfil(for: &pools, tell) }
            }
        }
        return finished
    }

    /// Does what she asked it to. Where she withdraws, parts in the pool's studies end: nothing more is sent.
    private func fulfil(for pools: inout [Pool], _ tell: (Event) -> Void) async {
        var left: Set<String> = []
        await EdgeWishes(in: home.folder).answer(party, at: address) { wish in
            switch wish {
            case .list: return try await home.listing(by: link)
            case .cashOut(let pool, let most):
                // Also where she has withdrawn: what she was paid stays hers.
                let member = try granted(pool, among: members, by: \.self)
                return try await link.cashOut(
                    from: pool, most: most, as: home.key(of: member.node, pool))
            case .withdraw(let pool):
                let member = try granted(pool, among: pools, by: \.member).member
                left.insert(pool)
                tell(.withdrew(pool: pool))
                try await home.withdraw(from: member, through: link, now: clock())
                return .null
            }
        }
        pools.removeAll { left.contains($0.member.offer.name) }
    }

    private func granted<Part>(
        _ pool: String, among parts: [Part], by member: KeyPath<Part, EdgeHome.Member>
    ) throws -> Part {
        guard let found = parts.first(where: { $0[keyPath: member].offer.name == pool }) else {
            throw ExchangeError.refused("nothing is granted to \(pool) at \(address) from here")
        }
        return found
    }

    /// How long to wait before the next look: a tenth of a second while a study goes on, and longer the longer nothing was
    /// wanted, so that one which waits for others, or ended without this machine, is hardly asked for.
    ///
    /// - Parameter quiet: since when nothing was wanted in any study; nil where none is under way.
    static func pause(after quiet: Duration?, idle: Duration) -> Duration {
        quiet.map { min(idle, max(.milliseconds(100), $0 / 8)) } ?? idle
    }

    /// Takes the node's count of what was spent where it is higher.
    private func compare(_ pool: Pool, _ tell: (Event) -> Void) async {
        let name = pool.member.offer.name
        guard let standing = try? await link.standing(in: name, as: pool.key),
            let spent = standing["spent"]?.string.flatMap(UInt64.init),
            let studies = standing["studies"]?.integer.flatMap(UInt32.init(exactly:))
        else { return }
        // A record that cannot be written gives nothing to any study either.
        try? home.record(of: pool.member.node).raise(name, to: spent, studies: studies)
    }

    /// Looks once for work in a pool, and does it.
    ///
    /// - Returns: whether there was some, and how many studies were done to the end.
    private func look(
        _ pool: inout Pool, _ source: inout ByteSource, _ tell: (Event) -> Void
    ) async throws -> (worked: Bool, finished: Int) {
        let name = pool.member.offer.name
        switch try await link.notice(in: name, as: pool.key) {
        case nil: return (false, 0)
        case .call(let task):
            let order = task.order.id
            guard !pool.refused.contains(order) else { return (false, 0) }
            do {
                let member = EdgeMembership(
                    node: pool.member.node, offer: pool.member.offer,
                    grant: pool.member.grant.grant, key: pool.key)
                let device = try EdgeDevice(
                    task, as: member, keeping: home.record(of: pool.member.node), at: clock())
                try await link.join(order, of: name, as: pool.key)
                pool.parts[order] = Part(device, at: waiting.now())
                tell(.there(order, pool: name))
            } catch let error as NodeUnreachable {
                throw error
            } catch {
                pool.refused.insert(order)
                tell(.refused(order, error))
            }
            return (true, 0)
        case .step(let order, let message):
            // Of a study that this process did not begin nothing is known any more: it goes on without her.
            guard let part = pool.parts[order] else { return (false, 0) }
            part.last = waiting.now()
            do {
                guard
                    let answer = try part.device.answer(
                        message, at: clock(), rows: { try home.rows(of: $0) }, from: &source)
                else { return (false, 0) }
                if message.round == 0, message.step == .keys { tell(.began(order)) }
                try await send(answer, of: order, in: name, as: pool.key)
                guard part.device.isDone else { return (true, 0) }
                pool.parts[order] = nil
                tell(.finished(order))
                return (true, 1)
            } catch {
                // Once out, always out: what was not sent is not sent again.
                pool.parts[order] = nil
                if let other = part.device.accused {
                    try? await link.complain(of: other, in: order, of: name, as: pool.key)
                }
                tell(.refused(order, error))
                return (true, 0)
            }
        }
    }

    /// Sends an answer, the same again where it may not have arrived.
    private func send(
        _ message: StepMessage, of order: Digest, in pool: String, as key: SigningKey
    ) async throws {
        for attempt in 1...EdgeService.tries {
            do {
                return try await link.send(message, of: order, in: pool, as: key)
            } catch let error as NodeUnreachable {
                guard attempt < EdgeService.tries else { throw error }
                try await waiting.sleep(.seconds(1))
            } catch is ErrorWords where attempt > 1 {
                // The node has it: an earlier try arrived, and its answer did not.
                return
            }
        }
    }
}
