// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
internal import Fields
internal import Identity
internal import Ledger
internal import Settlement

extension Change {
    /// The version of the entries and of the rules that turn them into a state. A journal says in
    /// its first entry which it follows; other rules give other roots, which is nobody's fraud.
    package static let rules = "2026-12-02"

    /// The body of the entry.
    package var body: JSON {
        switch self {
        case .founded(let node, let name):
            [
                "node": .string(node.did), "name": .string(name),
                "rules": .string(Change.rules), "purposes": .string(PurposeTree.digest.hex),
            ]
        case .poolOpened(let offer): offer.json
        case .deposited(let party, let amount, let reference):
            [
                "party": .string(party.did), "amount": .string(String(amount.microunits)),
                "reference": .string(reference.hex),
            ]
        case .cashedOut(let cashout):
            [
                "party": .string(cashout.party.did),
                "amount": .string(String(cashout.amount.microunits)),
                "time": .string(cashout.time.description),
                "signature": .string(Hex.encode(cashout.signature.bytes)),
            ]
        case .dataAdded(let party, let table, let segment):
            ["party": .string(party.did), "table": .string(table), "segment": .string(segment.hex)]
        case .dataErased(let party, let segments):
            ["party": .string(party.did), "segments": .array(segments.map { .string($0.hex) })]
        case .granted(let grant): grant.json
        case .withdrawn(let withdrawal): withdrawal.json
        case .sharesSet(let pool, let epoch, let rho, let shares):
            [
                "pool": .string(pool), "epoch": .integer(Int64(epoch)),
                "rho": .string(String(rho)),
                "shares": .array(
                    shares.map {
                        ["party": .string($0.party.did), "shares": .string(String($0.shares))]
                    }),
            ]
        case .valued(let valuation): valuation.json
        case .suspended(let pool, let party, let code, let reason):
            Change.object([
                "pool": .string(pool), "party": .string(party.did),
                "code": .string(code.rawValue), "reason": reason.map { .string($0) },
            ])
        case .appealed(let appeal): appeal.json
        case .decided(let pool, let party, let lifted):
            ["pool": .string(pool), "party": .string(party.did), "lifted": .bool(lifted)]
        case .ordered(let order): order.json
        case .reserved(let order, let cohort, let noise, let there):
            Change.object([
                "order": .string(order.hex), "cohort": .string(cohort.hex),
                "noise": noise.map { .string($0.hex) }, "there": there.map { .string($0.text) },
            ])
        case .committed(let order, let answer, let proof, let left):
            Change.object([
                "order": .string(order.hex), "answer": .string(answer.hex),
                "columns": proof.map { .string($0.columns.hex) },
                "proof": proof.map { .string($0.proof.hex) }, "left": left.map { .string($0.text) },
            ])
        case .columnsCommitted(let columns): columns.json
        case .published(let publication): publication.json
        case .rented(let word): word.json
        case .called(let call): call.json
        case .failed(let order, let reason):
            ["order": .string(order.hex), "reason": .string(reason.rawValue)]
        case .accountsOpened(let keys): ["keys": .array(keys.map { .string($0.did) })]
        case .linked(let links):
            [
                "links": .array(
                    links.map {
                        [
                            "party": .string($0.party.did),
                            "link": .string(Hex.encode($0.link.digest.bytes)),
                        ]
                    })
            ]
        case .drawn(let draw):
            [
                "account": .integer(Int64(draw.account)),
                "amount": .string(String(draw.amount.microunits)),
                "time": .string(draw.time.description),
                "signature": .string(Hex.encode(draw.signature.bytes)),
            ]
        case .settled(let batch, let root, let proof, let data):
            [
                "batch": .string(batch.hex), "root": .string(Hex.encode(root.bytes)),
                "proof": .string(proof.hex), "data": .string(data.hex),
            ]
        case .paidOut(let pool, let total):
            ["pool": .string(pool), "total": .string(String(total.microunits))]
        }
    }

    /// Reads a kind and body.
    ///
    /// - Throws: ``MemberError`` naming the member that is wrong.
    package init(kind: String, body: JSON) throws(MemberError) {
        switch kind {
        case "pool.open": self = .poolOpened(try PoolOffer(json: body))
        case "grant": self = .granted(try SignedGrant(json: body))
        case "withdraw": self = .withdrawn(try Withdrawal(json: body))
        case "pool.value": self = .valued(try Valuation(json: body))
        case "pool.appeal": self = .appealed(try Appeal(json: body))
        case "order.place": self = .ordered(try Order(json: body))
        case "study.publish": self = .published(try Publication(json: body))
        case "model.rent": self = .rented(try Rental(json: body))
        case "model.call": self = .called(try ModelCall(json: body))
        default:
            var members = try Members(body, at: "")
            self = try Change.read(kind, &members)
            try members.finish()
        }
    }

    private static func read(_ kind: String, _ members: inout Members) throws(MemberError) -> Change
    {
        switch kind {
        case "genesis":
            let rules = try members.text("rules")
            guard rules == Change.rules else {
                throw MemberError(
                    "rules",
                    "this journal follows the rules \(rules.debugDescription), this program "
                        + "\(Change.rules.debugDescription): use the release that began it")
            }
            try members.constant("purposes", PurposeTree.digest.hex)
            return .founded(node: try members.party("node"), name: try members.text("name"))
        case "account.deposit":
            return .deposited(
                try members.party("party"), try members.amount("amount"),
                reference: try members.digest("reference"))
        case "account.cashout":
            return .cashedOut(
                Cashout(
                    party: try members.party("party"), amount: try members.amount("amount"),
                    time: try members.time("time"), signature: try members.signature("signature")))
        case "data.add":
            return .dataAdded(
                party: try members.party("party"), table: try members.text("table"),
                segment: try members.digest("segment"))
        case "data.erase":
            return .dataErased(
                party: try members.party("party"), segments: try digests(members.texts("segments")))
        case "shares.set":
            return .sharesSet(
                pool: try members.text("pool"), epoch: try members.count("epoch"),
                rho: try members.wide("rho"), shares: try shares(members.value("shares")))
        case "pool.suspend":
            guard let code = Suspension.Code(rawValue: try members.text("code")) else {
                throw MemberError("code", "a known code wanted")
            }
            return .suspended(
                pool: try members.text("pool"), party: try members.party("party"), code,
                reason: try members.optionalText("reason"))
        case "pool.decide":
            guard let lifted = try members.value("lifted").bool else {
                throw MemberError("lifted", "true or false wanted")
            }
            return .decided(
                pool: try members.text("pool"), party: try members.party("party"), lifted: lifted)
        case "study.reserve":
            return .reserved(
                order: try members.digest("order"), cohort: try members.digest("cohort"),
                noise: try members.optionalDigest("noise"),
                there: try members.optionalRuns("there"))
        case "study.commit":
            let (order, answer) = (try members.digest("order"), try members.digest("answer"))
            let left = try members.optionalRuns("left")
            guard let columns = try members.optionalDigest("columns") else {
                return .committed(order: order, answer: answer, left: left)
            }
            let claim = AnswerClaim(columns: columns, proof: try members.digest("proof"))
            return .committed(order: order, answer: answer, proof: claim, left: left)
        case "columns.commit": return .columnsCommitted(try ColumnsCommitment(&members))
        case "study.fail":
            guard let reason = FailureReason(rawValue: try members.text("reason")) else {
                throw MemberError("reason", "a known reason wanted")
            }
            return .failed(order: try members.digest("order"), reason: reason)
        case "hidden.open":
            let texts = try members.texts("keys")
            let keys = texts.compactMap(PartyID.init(did:))
            guard keys.count == texts.count else {
                throw MemberError("keys", "a did:key of an Ed25519 key each wanted")
            }
            return .accountsOpened(keys)
        case "hidden.link": return .linked(try links(members.value("links")))
        case "hidden.draw":
            return .drawn(
                Draw(
                    account: Int(try members.count("account")),
                    amount: try members.amount("amount"), time: try members.time("time"),
                    signature: try members.signature("signature")))
        case "settle":
            return .settled(
                batch: try members.digest("batch"), root: try stateDigest("root", &members),
                proof: try members.digest("proof"), data: try members.digest("data"))
        case "payout":
            return .paidOut(pool: try members.text("pool"), total: try members.amount("total"))
        default:
            throw MemberError("kind", "there is no kind \"\(kind)\"")
        }
    }

    /// An object of the members that are there.
    private static func object(_ members: [String: JSON?]) -> JSON {
        .object(members.compactMapValues(\.self))
    }

    private static func digests(_ texts: [String]) throws(MemberError) -> [Digest] {
        let digests = texts.compactMap(Digest.init(hex:))
        guard digests.count == texts.count else {
            throw MemberError("segments", "64 hexadecimal digits each wanted")
        }
        return digests
    }

    private static func stateDigest(
        _ member: String, _ members: inout Members
    ) throws(MemberError) -> StateDigest {
        let bytes = Hex.decode(try members.text(member))
        guard let digest = bytes.flatMap(StateDigest.init(bytes:)) else {
            throw MemberError(member, "32 bytes of numbers below the prime wanted")
        }
        return digest
    }

    private static func links(_ json: JSON) throws(MemberError) -> [Link] {
        guard let items = json.array else { throw MemberError("links", "a list wanted") }
        var links: [Link] = []
        for item in items {
            var members = try Members(item, at: "links")
            let party = try members.party("party")
            let link = try stateDigest("link", &members)
            links.append(Link(party: party, link: AccountLink(link)))
            try members.finish()
        }
        return links
    }

    private static func shares(_ json: JSON) throws(MemberError) -> [Share] {
        guard let items = json.array else { throw MemberError("shares", "a list wanted") }
        var shares: [Share] = []
        for item in items {
            var members = try Members(item, at: "shares")
            shares.append(
                Share(party: try members.party("party"), shares: try members.wide("shares")))
            try members.finish()
        }
        return shares
    }
}
