// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Identity
import Ledger
import Market
import Testing
import TestSupport

/// Random histories: whatever happens in whatever order, the promises hold.
@Suite struct HistoryTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `money is conserved, budgets are kept, and a replay gives the same root`(
        seed: UInt64
    ) throws {
        var history = try RandomMarket(seed: seed)
        for _ in 0..<260 { try history.step() }
        #expect(history.sales > 3 && history.refusals > 3, "the history does something")
        var replayed = try history.script.replayed()
        #expect(replayed.root() == history.script.root)
    }

    @Test(arguments: [5, 6, 7] as [UInt64])
    func `a state that was kept goes on as if it had never been away`(seed: UInt64) throws {
        var history = try RandomMarket(seed: seed)
        for _ in 0..<110 { try history.step() }
        var live = history.script.state
        let bytes = live.snapshot()
        var kept = try MarketState(snapshot: bytes)
        let taken = history.script.journal.count
        for _ in 0..<110 { try history.step() }
        #expect(history.sales > 1, "the history does something")
        try history.script.replay(into: &kept, from: taken)
        #expect(kept.root() == history.script.root)
        // The order of arrival, the expiries and the open orders are kept too: so are the bytes.
        var now = history.script.state
        #expect(kept.snapshot() == now.snapshot())
    }

    @Test func `a snapshot with a changed or missing byte is an error, never another state`() throws
    {
        var history = try RandomMarket(seed: 8)
        for _ in 0..<60 { try history.step() }
        var live = history.script.state
        let (root, bytes) = (live.root(), live.snapshot())
        var random = Seeded(9)
        for _ in 0..<400 {
            var damaged = bytes
            if Bool.random(using: &random) {
                damaged[Int.random(in: 0..<bytes.count, using: &random)] ^=
                    1 << UInt8.random(in: 0..<8, using: &random)
            } else {
                damaged.removeSubrange(Int.random(in: 0..<bytes.count, using: &random)...)
            }
            do throws(FormatError) {
                var state = try MarketState(snapshot: damaged)
                #expect(state.root() == root, "what was taken is the same state")
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }
}

/// Runs of places.
@Suite struct PlaceRunsTests {
    @Test func `runs hold exactly the places they were made of`() {
        var random = Seeded(4)
        for _ in 0..<200 {
            let places = (0..<60).filter { _ in Int.random(in: 0..<4, using: &random) > 0 }
            let runs = PlaceRuns(places)
            #expect(runs.places == places && runs.count == places.count)
            for place in 0..<64 { #expect(runs.contains(place) == places.contains(place)) }
        }
        #expect(PlaceRuns([]).places.isEmpty && !PlaceRuns().contains(0))
    }
}

/// People who do at random what people may try, allowed or not.
struct RandomMarket {
    var script: Script
    private(set) var sales = 0
    private(set) var refusals = 0
    private var random: Seeded
    private var open: [Digest] = []
    private var spent: [String: UInt64] = [:]
    private static let people = (0..<8).map { "person \($0)" }
    private static let pools = ["steps", "plays"]

    init(seed: UInt64) throws {
        random = Seeded(seed)
        script = try Script()
        try script.pool("steps", base: 997, premium: 13, fee: 333, minimum: 2)
        try script.pool("plays", base: 3, premium: 1_000_003, fee: 0, minimum: 3, split: .weights)
        for pool in RandomMarket.pools {
            for who in RandomMarket.people { try script.grant(who, pool: pool) }
        }
    }

    private mutating func pick<Element>(_ all: some Collection<Element>) -> Element {
        all.randomElement(using: &random)!
    }

    mutating func step() throws {
        do { try act() } catch is MarketError { refusals += 1 }
        script.checkMoney()
        try checkBudgets()
    }

    private mutating func act() throws {
        let (who, pool) = (pick(RandomMarket.people), pick(RandomMarket.pools))
        switch Int.random(in: 0..<12, using: &random) {
        case 0: try script.deposit(.random(in: 0...50_000, using: &random), to: who)
        case 1, 2:
            try script.grant(
                who, pool: pool, floor: pick([0, 0, 998]), limit: pick([25, 60, 1000]),
                perStudy: pick([5, 20, 100]), uses: pick([1, 3, 50]),
                lasting: pick([5, 1000, 100_000]))
        case 3 where Bool.random(using: &random): try script.withdraw(who, pool: pool)
        case 4, 5, 6:
            open.append(try script.order(by: who, pool: pool, rho: pick([0, 1, 7, 20])))
        case 7: try script.reserve(pick(open.suffix(3) + [Digest(of: [0])]))
        case 8, 9:
            let order = pick(open.suffix(3) + [Digest(of: [0])])
            if script.state.orders[order]?.stage == .placed { try script.reserve(order) }
            try script.commit(order)
            sales += 1
        case 10:
            try script.fail(pick(open.suffix(3) + [Digest(of: [0])]))
        default:
            if Bool.random(using: &random) {
                try script.payOut(pool)
            } else if Bool.random(using: &random) {
                let shares = [
                    Change.Share(
                        party: key(who).id, shares: .random(in: 1...9, using: &random))
                ]
                let epoch = UInt32(script.journal.count / 50)
                try script.take(.sharesSet(pool: pool, epoch: epoch, rho: 0, shares: shares))
            } else {
                let wish = Cashout(
                    money(.random(in: 1...2000, using: &random)), at: script.time,
                    on: key("node").id, by: key(who))
                try script.take(.cashedOut(wish))
            }
        }
    }

    /// What was spent never shrinks, and with what is reserved never passes a limit that allowed it.
    private mutating func checkBudgets() throws {
        for who in RandomMarket.people {
            for pool in RandomMarket.pools {
                let (now, reserved) = script.state.consent.budget(of: key(who).id, in: pool)
                #expect(now >= spent[who + pool, default: 0], "a budget came back")
                spent[who + pool] = now
                #expect(now + reserved <= 1000)
            }
        }
        for place in 0..<script.state.consent.count {
            guard let grant = script.state.consent.grant(at: place) else { continue }
            let usage = script.state.consent.usage(of: place)
            #expect(usage.studies <= grant.uses)
        }
    }
}
