// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Consent
package import Ledger
package import Vault

/// An offer of tables by many contributors: what it holds, what it may be used for, what it costs.
///
/// Everything here is public and fixed when the pool opens.
package struct PoolOffer: Hashable, Sendable {
    /// The pool's name: lower-case words and numbers joined by hyphens.
    package let name: String
    /// What people read.
    package let title: String
    /// The tables.
    package let tables: [Schema]
    /// What studies may be for; grants may allow less.
    package let purposes: [Purpose]
    /// What every study costs.
    package let basePrice: Amount
    /// What a study costs on top for each 1/1000 of ρ that it takes from everybody.
    package let premium: Amount
    /// The operator's part of the base price, in 1/10,000. The premium goes to contributors whole.
    package let feeBasisPoints: Int64
    /// The fewest people a study runs over.
    package let minimumCohort: Int
    /// How many rows of one contributor count in full.
    package let rowsPerPerson: Int
    /// How a study's revenue is shared.
    package let split: SplitRule
    /// What becomes of models that are let, when somebody withdraws who is in them.
    package let stale: StaleRule

    /// What a withdrawal does to models that were made from her rows.
    package enum StaleRule: String, CaseIterable, Hashable, Sendable {
        /// They are marked as stale, and sold on.
        case mark
        /// Their predictions are not sold any more, until they are made anew without her.
        case stop
        /// As ``stop``; and where its owner agreed to a price, the node has each made anew, from those who are left.
        case retrain

        /// Whether their predictions are not sold any more then.
        package var stops: Bool { self != .mark }
    }
    /// Whether rows stay on contributors' own machines, which send clipped, noised and masked parts of sums.
    package let isEdge: Bool

    /// How a pool's revenue is shared among the contributors of a study.
    package enum SplitRule: String, CaseIterable, Hashable, Sendable {
        /// One share each.
        case equal
        /// One to four shares by the days of data given, drawn with noise, which costs privacy, and
        /// fixed until the next epoch.
        case days
        /// Shares that the operator sets and publishes.
        case weights
        /// One to four shares by how much a model of everybody's rows gains from a contributor's, drawn with
        /// noise, which costs privacy, and fixed until the next epoch.
        case value
    }

    /// Describes a pool.
    package init(
        name: String, title: String, tables: [Schema], purposes: [Purpose], basePrice: Amount,
        premium: Amount, feeBasisPoints: Int64, minimumCohort: Int, rowsPerPerson: Int,
        split: SplitRule, stale: StaleRule = .mark, isEdge: Bool = false
    ) throws(MemberError) {
        guard PoolOffer.isName(name) else {
            throw MemberError("name", "1 to 64 of a-z, 0-9 and - wanted, starting with a letter")
        }
        guard !tables.isEmpty, Set(tables.map(\.table)).count == tables.count else {
            throw MemberError("tables", "one or more tables wanted, each once")
        }
        guard split != .days || tables.contains(where: { $0.dateColumn != nil }) else {
            throw MemberError("split", "no table has a date; share equally or by weights")
        }
        guard !purposes.isEmpty else { throw MemberError("purposes", "one or more wanted") }
        guard (0...10_000).contains(feeBasisPoints) else {
            throw MemberError("feeBasisPoints", "0 to 10000 wanted")
        }
        guard (2...1_000_000).contains(minimumCohort) else {
            throw MemberError("minimumCohort", "2 to 1000000 wanted")
        }
        guard !isEdge || split == .equal || split == .weights else {
            throw MemberError(
                "split",
                "rows that stay with people cannot be measured; share equally or by weights")
        }
        guard !isEdge || PoolOffer.edgeCohorts.contains(minimumCohort) else {
            throw MemberError(
                "minimumCohort",
                "\(PoolOffer.edgeCohorts.lowerBound) to \(PoolOffer.edgeCohorts.upperBound) wanted where "
                    + "rows stay with people")
        }
        guard (1...100_000).contains(rowsPerPerson) else {
            throw MemberError("rowsPerPerson", "1 to 100000 wanted")
        }
        self.name = name
        self.title = title
        self.tables = tables
        self.purposes = purposes.sorted()
        self.basePrice = basePrice
        self.premium = premium
        self.feeBasisPoints = feeBasisPoints
        self.minimumCohort = minimumCohort
        self.rowsPerPerson = rowsPerPerson
        self.split = split
        self.stale = stale
        self.isEdge = isEdge
    }

    /// How many contributors' machines a study takes.
    package static let edgeCohorts = 5...4096

    /// How many of so many contributors' machines have to stay to the end of a study: three quarters, rounded up.
    package static func staying(of cohort: Int) -> Int { (3 * cohort + 3) / 4 }

    /// Whether a pool may be called so.
    package static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x61...0x7a).contains(first) else { return false }
        return text.utf8.count <= 64 && !text.hasSuffix("-") && !text.contains("--")
            && text.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
            }
    }
}

extension PoolOffer {
    /// What a study of that privacy cost is sold for: the base price and the premium, rounded up.
    ///
    /// - Parameter rho: the cost to each contributor in units of 2^-40 of ρ.
    /// - Returns: nil when the price would be beyond every amount.
    package func price(rho: UInt64) -> (base: Amount, premium: Amount)? {
        // ρ/1000 is 2^40/1000 units.
        let (high, low) = UInt64(premium.microunits).multipliedFullWidth(by: rho)
        let product = UInt128(high) << 64 | UInt128(low)
        let (thousandths, overflow) = product.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return nil }
        let (whole, rest) = thousandths.quotientAndRemainder(dividingBy: 1 << 40)
        guard let microunits = Int64(exactly: rest > 0 ? whole + 1 : whole),
            let extra = Amount(microunits: microunits)
        else { return nil }
        return (basePrice, extra)
    }

    /// The operator's part of a base price, rounded down.
    package func fee(of base: Amount) -> Amount {
        base.part(feeBasisPoints)
    }
}

extension Amount {
    /// So many 1/10,000 of it, at most all, rounded down.
    func part(_ basisPoints: Int64) -> Amount {
        let (high, low) = microunits.multipliedFullWidth(by: basisPoints)
        return Amount(microunits: Int64((Int128(high) << 64 + Int128(low)) / 10_000)) ?? .zero
    }
}

extension PoolOffer {
    /// The published form.
    package var json: JSON {
        var members: [String: JSON] = [
            "name": .string(name), "title": .string(title),
            "tables": .array(tables.map(\.json)),
            "purposes": .array(purposes.map { .string($0.id) }),
            "basePrice": .string(String(basePrice.microunits)),
            "premium": .string(String(premium.microunits)),
            "feeBasisPoints": .integer(feeBasisPoints),
            "minimumCohort": .integer(Int64(minimumCohort)),
            "rowsPerPerson": .integer(Int64(rowsPerPerson)), "split": .string(split.rawValue),
        ]
        // Offers that say nothing of it mark such models.
        if stale != .mark { members["stale"] = .string(stale.rawValue) }
        if isEdge { members["edge"] = true }
        return .object(members)
    }

    /// Reads the published form.
    package init(json: JSON) throws(MemberError) {
        var members = try Members(json, at: "")
        guard let tables = try members.value("tables").array else {
            throw MemberError("tables", "a list of schemas wanted")
        }
        var schemas: [Schema] = []
        for table in tables {
            do { schemas.append(try Schema(json: table)) } catch {
                throw MemberError("tables", error.description)
            }
        }
        var purposes: [Purpose] = []
        for id in try members.texts("purposes") {
            guard let purpose = Purpose(id) else {
                throw MemberError(
                    "purposes", "\(id) is not in the list; see `dividend pool purposes`")
            }
            purposes.append(purpose)
        }
        guard let split = SplitRule(rawValue: try members.text("split")) else {
            throw MemberError("split", "equal, days, value or weights wanted")
        }
        let stale: StaleRule?
        if json["stale"] == nil {
            stale = .mark
        } else {
            stale = StaleRule(rawValue: try members.text("stale"))
        }
        guard let stale else { throw MemberError("stale", "mark or stop wanted") }
        try self.init(
            name: try members.text("name"), title: try members.text("title"), tables: schemas,
            purposes: purposes, basePrice: try members.amount("basePrice"),
            premium: try members.amount("premium"),
            feeBasisPoints: Int64(try members.count("feeBasisPoints")),
            minimumCohort: Int(try members.count("minimumCohort")),
            rowsPerPerson: Int(try members.count("rowsPerPerson")), split: split, stale: stale,
            isEdge: members.optionalValue("edge") == true)
        try members.finish()
        // A schema passes over members that it does not know; an offer may not.
        guard self.json == json else {
            throw MemberError("tables", "columns with known members only wanted, purposes in order")
        }
    }
}

extension Members {
    /// Micro-units as text.
    mutating func amount(_ member: String) throws(MemberError) -> Amount {
        guard let amount = Amount(microunits: try wide(member, Int64.self)) else {
            throw MemberError(name(member), "at most \(Amount.largest) micro-units wanted")
        }
        return amount
    }
}
