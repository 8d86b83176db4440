// SPDX-License-Identifier: Apache-2.0
public import Canon

/// The grants that allow a study, frozen: who is read and who is paid.
public struct Cohort: Hashable, Sendable {
    /// What they were asked.
    public let request: Request
    /// The places of the grants in the register, rising.
    public let grants: [Int]
    /// The root of a ``StateTree`` over the ids of the grants, in that order; with a `StateProof`
    /// from the same tree a contributor can be shown to be one of them.
    public let root: Digest
    /// The grants in force for the pool that do not allow it, and why: by place, rising.
    public let denied: [Denial: [Int]]

    /// How many contributors there are. Shown to buyers in bands only.
    public var count: Int { grants.count }

    init(
        request: Request, grants: [Int], root: Digest, denied: [Denial: [Int]] = [:]
    ) {
        self.request = request
        self.grants = grants
        self.root = root
        self.denied = denied
    }
}

extension ConsentRegister {
    /// The root over the ids of some grants, as ``Cohort/root``.
    ///
    /// - Requires: places of grants, rising.
    /// - Cost: one hash for fifteen of them.
    public func root(of places: [Int]) -> Digest {
        var tree = StateTree(leaves: places.map { grants[$0].id })
        return tree.root
    }

    /// The grants that allow a study as things stand, by ``decide(_:usage:request:)`` for each.
    ///
    /// - Cost: one pass over the pool's grants and one hash for fifteen of the cohort.
    public func cohort(for request: Request) -> Cohort {
        let (places, denied) = decided(request)
        return Cohort(request: request, grants: places, root: root(of: places), denied: denied)
    }

    /// Of the grants that allow a study those whose contributors' machines are there.
    ///
    /// - Parameter places: rising places of grants.
    /// - Returns: nil when one of them does not allow it, or they do not rise.
    public func cohort(for request: Request, there places: [Int]) -> Cohort? {
        let all = cohort(for: request)
        let isRising = zip(places, places.dropFirst()).allSatisfy { $0 < $1 }
        let there = Set(places)
        guard isRising, there.isSubset(of: all.grants) else { return nil }
        var denied = all.denied
        let missing = all.grants.filter { !there.contains($0) }
        if !missing.isEmpty { denied[.notThere] = missing }
        return Cohort(request: request, grants: places, root: root(of: places), denied: denied)
    }

    /// The grants that allow a study, but for those of whoever has one of some others: by party and pool, so that a newer grant
    /// makes nobody another.
    ///
    /// - Parameter places: places of grants.
    /// - Cost: that of the cohort, and a step for each place.
    public func cohort(for request: Request, besides places: [Int]) -> Cohort {
        let all = cohort(for: request)
        let known = Set(places.map { grants[$0].budget })
        let kept = all.grants.filter { !known.contains(grants[$0].budget) }
        var denied = all.denied
        if kept.count < all.count {
            denied[.readBefore] = all.grants.filter { known.contains(grants[$0].budget) }
        }
        return Cohort(request: request, grants: kept, root: root(of: kept), denied: denied)
    }

    /// Proves to a contributor that her grant is in a cohort: the proof verifies with the grant's
    /// id as leaf and ``Cohort/root``. Nil when it is not in the cohort.
    ///
    /// - Cost: that of the cohort's root.
    public func proof(of index: Int, in cohort: Cohort) -> StateProof? {
        guard let place = cohort.grants.firstIndex(of: index),
            cohort.grants.allSatisfy(grants.indices.contains)
        else { return nil }
        var tree = StateTree(leaves: cohort.grants.map { grants[$0].id })
        return tree.proof(of: place)
    }

    /// The places of the grants that allow a study, rising, and of those that do not, with reasons.
    private func decided(_ request: Request) -> (allowed: [Int], denied: [Denial: [Int]]) {
        guard Grant.isPool(request.pool), let pool = poolPlaces[request.pool] else {
            return ([], [:])
        }
        let asked = Asked(request)
        var matches = [TableMatch?](repeating: nil, count: tableSets.count)
        var out: [Int] = []
        var denied: [Denial: [Int]] = [:]
        out.reserveCapacity(members[Int(pool)].places.count)
        for place in members[Int(pool)].places {
            let tables = Int(grants[Int(place)].tables)
            let match: TableMatch
            if let known = matches[tables] {
                match = known
            } else {
                match = TableMatch(granted: tableSets[tables].names, asked: request.tables)
                matches[tables] = match
            }
            let usage = budgets[Int(grants[Int(place)].budget)].usage(of: place)
            let denial = asked.denial(
                by: grants[Int(place)].terms, usage: usage, samePool: true, tables: match)
            switch denial {
            case nil: out.append(Int(place))
            // Those that ended are swept out now and then, and have their reason by themselves.
            case .withdrawn, .superseded: continue
            case .some(let reason): denied[reason, default: []].append(Int(place))
            }
        }
        return (out, denied)
    }
}
