// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Fields
import Identity
import Ledger
import Market
import Settlement
import Testing
import Vault
import TestSupport

/// Somebody's key, by a name: the same on every machine.
func key(_ name: String) -> SigningKey {
    var random = Seeded(
        name.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 })
    return SigningKey(using: &random)
}

func money(_ microunits: Int64) -> Amount {
    guard let amount = Amount(microunits: microunits) else {
        preconditionFailure("\(microunits) is no amount")
    }
    return amount
}

func purpose(_ name: String) -> Purpose {
    guard let purpose = Purpose("dpv:" + name) else { preconditionFailure("no purpose \(name)") }
    return purpose
}

/// An exchange in memory that is told what happens in plain words; each word is one change.
///
/// Whatever is refused must leave the state as it was, to the last bit: every refusal is checked.
struct Script {
    var state = MarketState()
    /// Every change that was taken, as the journal would hold it.
    private(set) var journal: [(kind: String, body: JSON, time: Timestamp)] = []
    private(set) var signed: [Digest: Order] = [:]
    /// What went to hidden accounts, by whose account it came from.
    private(set) var paid: [AccountID: Int64] = [:]
    var second: Int64 = 0
    private var salt: UInt64 = 0

    /// One unit of ρ in the state's own unit, a thousandth of it.
    static let thousandth: UInt64 = 1_099_511_628

    init() throws { try take(.founded(node: key("node").id, name: "test")) }

    var time: Timestamp { Timestamp(milliseconds: 1_767_225_600_000 + second * 1000) }

    mutating func take(_ change: Change, at when: Timestamp? = nil) throws(MarketError) {
        let before = state
        do throws(MarketError) {
            try state.apply(change, at: when ?? time, index: UInt64(journal.count))
        } catch {
            #expect(root(of: state) == root(of: before), "\(change.kind) was refused by halves")
            state = before
            throw error
        }
        journal.append((change.kind, change.body, when ?? time))
        second += 1
    }

    private func root(of state: MarketState) -> Digest {
        var state = state
        return state.root()
    }

    var root: Digest { root(of: state) }

    // MARK: what happens

    mutating func pool(
        _ name: String = "steps", base: Int64 = 1000, premium: Int64 = 0, fee: Int64 = 500,
        minimum: Int = 2, split: PoolOffer.SplitRule = .equal,
        stale: PoolOffer.StaleRule = .mark,
        column: Schema.Column = .init("steps", .integer, bounds: 0...50_000)
    ) throws {
        let schema = Schema(table: "days", columns: [column])
        try take(
            .poolOpened(
                PoolOffer(
                    name: name, title: name, tables: [schema],
                    purposes: [purpose("ResearchAndDevelopment")], basePrice: money(base),
                    premium: money(premium), feeBasisPoints: fee, minimumCohort: minimum,
                    rowsPerPerson: 31, split: split, stale: stale)))
    }

    mutating func deposit(_ amount: Int64, to name: String) throws(MarketError) {
        try take(.deposited(key(name).id, money(amount), reference: .zero))
    }

    mutating func grant(
        _ names: String..., pool: String = "steps", floor: Int64 = 0, limit: UInt64 = 1000,
        perStudy: UInt64 = 1000, uses: UInt32 = 100, lasting: Int64 = 1_000_000,
        purpose word: String = "ResearchAndDevelopment", tables: [String] = ["days"]
    ) throws {
        for name in names {
            let terms = try Grant(
                party: key(name).id, pool: pool, tables: tables, purposes: [purpose(word)],
                priceFloor: floor, privacyLimit: limit, privacyPerStudy: perStudy, uses: uses,
                starts: time, expires: time.adding(milliseconds: lasting * 1000),
                notice: .zero, commitment: .zero)
            let signed = try #require(SignedGrant(terms, by: key(name)))
            try take(.granted(signed))
        }
    }

    mutating func withdraw(_ name: String, pool: String = "steps") throws {
        guard let place = place(of: name, in: pool) else { throw MarketError.grant("none") }
        let id = state.consent.id(at: place)
        try take(.withdrawn(try Withdrawal(of: id, at: time, by: key(name))))
    }

    /// A quote as the node would sign it for that pool.
    mutating func quote(
        pool: String = "steps", rho: UInt64 = 10, purpose word: String = "AcademicResearch",
        tables: [String] = ["days"], base: Int64? = nil, lasting: Int64 = 900,
        answers: [AnswerKind] = [], continuing before: Digest? = nil, epsilon: String = "1.0",
        delta: String = "1e-7", by node: String = "node"
    ) throws -> SignedQuote {
        salt += 1
        let price = state.pools[pool]?.offer.price(rho: rho)
        return SignedQuote(
            Quote(
                pool: pool, tables: tables, purpose: purpose(word),
                question: Digest(words: (salt, 0, 0, 0)),
                base: base.map(money) ?? price?.base ?? .zero,
                premium: price?.premium ?? .zero, rho: rho, epsilon: epsilon, delta: delta,
                margins: answers == [.model] ? [] : [.init(column: 1, margin: "3")],
                answers: answers,
                band: "under 20", continues: before, issued: time,
                expires: time.adding(milliseconds: lasting * 1000)), by: key(node))
    }

    @discardableResult
    mutating func order(_ quote: SignedQuote, by buyer: String) throws(MarketError) -> Digest {
        let order = Order(quote, by: key(buyer))
        try take(.ordered(order))
        signed[order.id] = order
        return order.id
    }

    mutating func order(
        by buyer: String, pool: String = "steps", rho: UInt64 = 10
    ) throws -> Digest {
        try order(try quote(pool: pool, rho: rho), by: buyer)
    }

    mutating func reserve(_ order: Digest) throws(MarketError) {
        guard let known = signed[order] else { throw .noOrder }
        let cohort = state.cohort(
            for: state.request(of: known, at: time), continuing: known.quote.quote.continues)
        try take(.reserved(order: order, cohort: cohort.root))
    }

    mutating func commit(_ order: Digest) throws(MarketError) {
        try take(.committed(order: order, answer: Digest(of: order.bytes)))
    }

    mutating func fail(_ order: Digest) throws(MarketError) {
        try take(.failed(order: order, reason: .interrupted))
    }

    /// A whole sale: ordered, read, answered.
    @discardableResult
    mutating func sell(to buyer: String, pool: String = "steps", rho: UInt64 = 10) throws -> Digest
    {
        let id = try order(by: buyer, pool: pool, rho: rho)
        try reserve(id)
        try commit(id)
        return id
    }

    /// A model that was sold, going on from another if one is given.
    mutating func model(
        for buyer: String, purpose word: String = "AcademicResearch", from before: Digest? = nil
    ) throws -> Digest {
        let id = try order(
            try quote(purpose: word, answers: [.model], continuing: before), by: buyer)
        try reserve(id)
        try commit(id)
        return id
    }

    /// The word of a model's owner.
    mutating func rent(
        _ order: Digest, by owner: String, price: Int64, own: Int64 = 0, number: UInt32 = 0
    ) throws {
        let terms = try Rental.Terms(price: money(price), ownerBasisPoints: own)
        try take(.rented(Rental(order, number: number, terms: terms, by: key(owner))))
    }

    /// Predictions that somebody pays for.
    @discardableResult
    mutating func call(
        _ order: Digest, by renter: String, rows: Int, price: Int64, number: UInt32 = 0,
        purpose word: String = "AcademicResearch", input: UInt64 = 1
    ) throws(MarketError) -> ModelCall {
        let call = ModelCall(
            order, rental: number, purpose: purpose(word), rows: rows, price: money(price),
            input: Digest(words: (input, 0, 0, 0)), by: key(renter))
        try take(.called(call))
        return call
    }

    /// Pays out what a pool owes; whoever was not linked to a hidden account yet is.
    mutating func payOut(_ pool: String = "steps") throws(MarketError) {
        let lines = try state.due(in: pool)
        let missing = (state.pools[pool]?.register.shareholders ?? []).filter {
            state.link(of: $0) == nil
        }
        let parties = (0..<state.consent.count).map { state.consent.party(at: $0) }
        for holder in missing {
            guard let party = parties.first(where: { Accounts.party($0) == holder }) else {
                continue
            }
            let owner = MarketTests.key("hidden \(state.hiddenCount)").id
            let salt = (0..<8).map { KoalaBear(reducing: UInt64($0)) }
            let link = AccountLink(
                to: HiddenAccounts.first + state.hiddenCount, salt: salt, hash: HiddenAccounts.hash)
            try take(.accountsOpened([owner]))
            try take(.linked([Change.Link(party: party, link: link)]))
        }
        for line in lines { paid[line.holder, default: 0] += line.amount.microunits }
        try take(.paidOut(pool: pool, total: lines.map(\.amount).total() ?? .zero))
    }

    /// What went to a contributor's hidden account.
    func paid(_ name: String) -> Int64 { paid[Accounts.party(key(name).id)] ?? 0 }

    // MARK: what holds

    func available(_ name: String) -> Int64 {
        state.books.balance(of: Accounts.party(key(name).id))?.available ?? 0
    }

    var fees: Int64 { state.books.balance(of: Accounts.fees)?.available ?? 0 }

    func claim(_ name: String, in pool: String = "steps") -> Int64 {
        state.pools[pool]?.register.claim(of: Accounts.party(key(name).id)).microunits ?? 0
    }

    func spent(_ name: String, in pool: String = "steps") -> UInt64 {
        state.consent.budget(of: key(name).id, in: pool).spent
    }

    func place(of name: String, in pool: String) -> Int? {
        (0..<state.consent.count).last {
            state.consent.party(at: $0) == key(name).id
                && state.consent.grant(at: $0)?.pool == pool
        }
    }

    /// Reads the journal again, from its encoded entries, as an auditor does.
    func replayed() throws -> MarketState {
        var other = MarketState()
        try replay(into: &other, from: 0)
        return other
    }

    /// Lets another state take the journal from an entry on.
    func replay(into other: inout MarketState, from first: Int) throws {
        for (index, line) in journal.enumerated().dropFirst(first) {
            let text = try line.body.signable()
            let change = try Change(kind: line.kind, body: JSON(parsing: text))
            try other.apply(change, at: line.time, index: UInt64(index))
        }
    }

    /// Money is where it should be: nothing was made, nothing lost.
    func checkMoney(_ comment: Comment? = nil) {
        var (debits, credits) = (Int128(0), Int128(0))
        for account in state.books.allAccounts() {
            debits += Int128(account.balance.debitsPosted.microunits)
            credits += Int128(account.balance.creditsPosted.microunits)
            #expect(
                account.id == Accounts.world || account.balance.available >= 0, comment)
        }
        #expect(debits == credits, comment)
        #expect(state.imbalance == nil, comment)
        for (name, pool) in state.pools {
            let revenue = state.books.balance(of: Accounts.revenue(of: name))?.posted ?? 0
            #expect(pool.register.isConserved, comment)
            #expect(pool.register.declared == pool.declared, comment)
            #expect(
                revenue == pool.declared.microunits - pool.register.paid.microunits, comment)
        }
    }
}
