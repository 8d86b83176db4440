// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// Whether a grant allows a study: the one place where this is decided.
///
/// Pure and total: it sees the grant, its use and the request, and no data; whatever is not plainly
/// allowed is denied. The first rule of ``Denial`` that fails is the answer.
///
/// - Cost: constant but for the tables asked for; about a microsecond.
public func decide(_ grant: Grant, usage: Usage, request: Request) -> Decision {
    let terms = Terms(grant)
    let tables = TableMatch(granted: grant.tables, asked: request.tables)
    let denial = Asked(request).denial(
        by: terms, usage: usage, samePool: grant.pool.utf8.elementsEqual(request.pool.utf8),
        tables: tables)
    return denial.map { .denied($0) } ?? .allowed
}

/// The part of a grant that is compared with numbers; the register keeps it in dense arrays.
struct Terms: Hashable, Sendable {
    var purposes: UInt64
    var priceFloor: Int64
    var privacyLimit: UInt64
    var privacyPerStudy: UInt64
    var starts: Timestamp
    var expires: Timestamp
    var uses: UInt32

    init(
        purposes: UInt64, priceFloor: Int64, privacyLimit: UInt64, privacyPerStudy: UInt64,
        starts: Timestamp, expires: Timestamp, uses: UInt32
    ) {
        self.purposes = purposes
        self.priceFloor = priceFloor
        self.privacyLimit = privacyLimit
        self.privacyPerStudy = privacyPerStudy
        self.starts = starts
        self.expires = expires
        self.uses = uses
    }

    init(_ grant: Grant) {
        self.init(
            purposes: grant.mask.bits, priceFloor: grant.priceFloor,
            privacyLimit: grant.privacyLimit, privacyPerStudy: grant.privacyPerStudy,
            starts: grant.starts, expires: grant.expires, uses: grant.uses)
    }
}

extension Usage {
    /// Whether the grant ended, or rests.
    var denial: Denial? {
        if withdrawn != nil { return .withdrawn }
        if superseded { return .superseded }
        return suspended ? .suspended : nil
    }
}

extension Terms {
    /// Whether it is too early or too late.
    func denial(at time: Timestamp) -> Denial? {
        if time < starts { return .notStarted }
        return time >= expires ? .expired : nil
    }

    /// Whether so much privacy may be spent once, and is left.
    func denial(of rho: UInt64, after usage: Usage) -> Denial? {
        if rho == 0 { return .noPrivacyCost }
        if rho > privacyPerStudy { return .studyTooCostly }
        let (used, usedOverflow) = usage.spent.addingReportingOverflow(usage.reserved)
        let (total, overflow) = used.addingReportingOverflow(rho)
        return usedOverflow || overflow || total > privacyLimit ? .privacySpent : nil
    }
}

/// How the tables asked for lie in those granted.
enum TableMatch: Sendable {
    case empty, outside, covered

    init(granted: [String], asked: [String]) {
        if granted.isEmpty || asked.isEmpty {
            self = .empty
        } else {
            let all = asked.allSatisfy { name in
                granted.contains { $0.utf8.elementsEqual(name.utf8) }
            }
            self = all ? .covered : .outside
        }
    }
}

/// A request with its purpose looked up.
struct Asked: Sendable {
    /// The purposes whose grant would allow this; none when the purpose is unknown.
    let coverers: UInt64
    let price: Int64
    let rho: UInt64
    let time: Timestamp

    init(_ request: Request) {
        coverers = Purpose(request.purpose).map { PurposeTree.coverers[$0.place] } ?? 0
        price = request.price
        rho = request.rho
        time = request.time
    }

    func denial(by terms: Terms, usage: Usage, samePool: Bool, tables: TableMatch) -> Denial? {
        // A recorded withdrawal ends the grant whatever time the request claims.
        if let denial = usage.denial { return denial }
        if !samePool { return .otherPool }
        if terms.purposes == 0 { return .noPurposes }
        if coverers == 0 { return .unknownPurpose }
        if terms.purposes & coverers == 0 { return .purposeNotGranted }
        switch tables {
        case .empty: return .noTables
        case .outside: return .tableNotGranted
        case .covered: break
        }
        if let denial = terms.denial(at: time) { return denial }
        if usage.studies >= terms.uses { return .usedUp }
        if price < terms.priceFloor { return .priceBelowFloor }
        if let denial = terms.denial(of: rho, after: usage) { return denial }
        // The last: what she can mend herself comes first, since a valuation wants it too.
        return usage.unvalued ? .notValued : nil
    }
}
