// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Privacy
internal import Study
internal import Vault

/// How far one contributor may move the numbers, and how much noise hides her.
extension Compiler {
    /// The default privacy of a query that does not say.
    private static let defaults = (epsilon: "1.0", delta: "1e-7")
    /// How many rows of one contributor may count.
    private static let rowRange = 1...100_000
    /// Up to so many rows of one contributor the bound that a pool states is good enough; above, what
    /// contributors really give is looked at, privately.
    static let statedRows = 31
    /// The largest probability that a question may show a group of one contributor. Consents limit rho
    /// at a delta of their own; what selections add to that has to stay far below it, however many
    /// questions are asked, so it is not for the buyer to choose.
    static let mostSelectionDelta = ExactDecimal("1e-10")
    /// In how many groups found in the data one contributor may be.
    static let mostFound = 64

    /// What a plan comes to.
    struct Planned {
        let study: StudyPlan<AggregateStep>
        let target: PrivacyTarget
        let bound: RowBound
        /// The part of a value that it may be off by, when an accuracy was asked for.
        let accuracy: Double?
    }

    /// How many rows of one contributor count.
    enum RowBound: Hashable, Sendable {
        /// So many, said beforehand.
        case stated(Int)
        /// At most so many, as a private look advises.
        case chosen(most: Int)

        var most: Int {
            switch self {
            case .stated(let rows), .chosen(let rows): rows
            }
        }
    }

    func plan(_ filter: Scalar?) throws(QueryError) -> Planned {
        let bound = try rowBound()
        guard let accuracy = statement.privacy.accuracy else {
            let target = try target(statement.privacy.epsilon ?? Compiler.defaults.epsilon)
            return Planned(
                study: try study(filter, bound, target), target: target, bound: bound, accuracy: nil
            )
        }
        return try plan(filter, bound, within: accuracy)
    }

    private func rowBound() throws(QueryError) -> RowBound {
        let pool = pool.rowsPerPerson
        if isProven { return .stated(try provenRows()) }
        switch statement.privacy.rows {
        case .most(let text):
            guard let rows = Int(text), Compiler.rowRange.contains(rows) else {
                throw outOfRange(text)
            }
            return .stated(rows)
        case .chosen: return .chosen(most: max(pool, 1 << 12))
        case nil:
            switch scope.most {
            case .rows(let rows): return .stated(rows)
            case .unknown: return .chosen(most: max(pool, 1 << 12))
            case .pool: break
            }
            guard Compiler.rowRange.contains(pool) else { throw outOfRange("\(pool)") }
            return pool > Compiler.statedRows ? .chosen(most: pool) : .stated(pool)
        }
    }

    private func outOfRange(_ text: String) -> QueryError {
        QueryError(
            "rows => \(text) is out of range", at: statement.privacy.position,
            remedy:
                "give how many rows of one person count: 1 to \(Compiler.rowRange.upperBound), "
                + "or auto")
    }

    func target(_ epsilon: String) throws(QueryError) -> PrivacyTarget {
        do throws(PrivacyTargetError) {
            return try PrivacyTarget(
                epsilon: epsilon, delta: statement.privacy.delta ?? Compiler.defaults.delta)
        } catch {
            let clause = statement.privacy
            let place = error.isOfDelta ? clause.deltaPosition : clause.epsilonPosition
            throw QueryError(
                "\(error)", at: place ?? statement.privacy.position,
                remedy: "write WITH PRIVACY (epsilon => 1.0, delta => 1e-7)")
        }
    }

    /// The least privacy, to within a fiftieth, at which the expected error is what is wanted.
    ///
    /// The error falls with ρ, mostly with its root; but not where a value can hardly be told at all, and not
    /// below what a quantile's leaves tell apart. So every candidate is planned and looked at.
    private func plan(
        _ filter: Scalar?, _ bound: RowBound, within text: String
    ) throws(QueryError) -> Planned {
        guard let percent = Double(text), percent > 0, percent <= 100 else {
            throw QueryError(
                "\(text) % is no accuracy", at: statement.privacy.position,
                remedy: "give more than 0 and at most 100: WITH ACCURACY (5%)")
        }
        let wanted = percent / 100
        var units = Double(try target("1.0").rho.units)
        var enough: (units: Double, planned: Planned)?
        var tooLittle = 0.0
        for _ in 0..<Compiler.tries {
            let candidate = try candidate(filter, bound, units: units, wanted)
            guard let (planned, error) = candidate else {
                // More than any question may cost: between here and what was too little, or nowhere.
                guard enough == nil, units > tooLittle * 1.05, units > 1 else { break }
                units = tooLittle > 0 ? (units * tooLittle).squareRoot() : units / 16
                continue
            }
            if error <= wanted { enough = (units, planned) } else { tooLittle = units }
            if let enough, tooLittle > 0 {
                guard enough.units / tooLittle > 1.02 else { break }
                units = (enough.units * tooLittle).squareRoot()
            } else {
                // As far as the root of ρ would bring it, and a little further, so that the answer is between.
                let factor = (error / wanted) * (error / wanted)
                let step = enough == nil ? factor * 1.01 : factor * 0.98
                units *= min(max(step, 1.0 / 64), 64)
                if enough == nil, factor < 1.01 { units *= 1.05 }
                if units < 1 { break }
            }
        }
        guard let enough else { throw Compiler.tooAccurate(statement.privacy.position, text) }
        return enough.planned
    }

    /// How many privacies are tried before an accuracy is given up.
    private static let tries = 24

    /// The plan that spends so much, and the error that it is expected to make; nil where that is more
    /// privacy than any question may cost.
    private func candidate(
        _ filter: Scalar?, _ bound: RowBound, units: Double, _ wanted: Double
    ) throws(QueryError) -> (planned: Planned, error: Double)? {
        guard let delta = ExactDecimal(statement.privacy.delta ?? Compiler.defaults.delta) else {
            _ = try target("1.0")
            return nil
        }
        guard units.isFinite, units < 0x1p56 else { return nil }
        let epsilon = Rho(units: UInt64(max(1, units))).epsilon(at: delta).text(digits: 6)
        guard let target = try? self.target(epsilon) else { return nil }
        let study = try study(filter, bound, target)
        let error = ExpectedError(study, bound: bound, people: pool.people, target: target)
            .relative(contentsPreview)
        return (
            Planned(study: study, target: target, bound: bound, accuracy: wanted), error
        )
    }

    private static func tooAccurate(_ position: Position, _ text: String) -> QueryError {
        QueryError(
            "\(text) % takes more than epsilon 64, which protects nobody", at: position,
            remedy: "ask for less, group by fewer values, or ask a larger pool")
    }

    /// Binds the step to the finest lattice whose noise can still be drawn.
    ///
    /// A contributor with so many rows as count can reach the radius, and is not scaled down. In units
    /// of the lattice: with nᵍ rows in group g, each of her numbers there is at most nᵍ, and Σ nᵍ² ≤
    /// (Σ nᵍ)² ≤ rows². Contributors are counted once in each group that she has a row in, at most
    /// min(rows, groups). Privacy does not rest on this: whatever the step gives is clipped.
    private func study(
        _ filter: Scalar?, _ bound: RowBound, _ target: PrivacyTarget
    ) throws(QueryError) -> StudyPlan<AggregateStep> {
        let (dimensions, isFound) = grouping
        let countsPeople = aggregates.contains(.people)
        let groups =
            isFound
            ? Compiler.mostFound : dimensions.reduce(1) { $0 * ($1.codes ?? 1) }
        var found: FoundGroups?
        var spent = target
        if isFound {
            guard
                let half = ExactDecimal(
                    "\(UInt128(target.delta.coefficient) * 5)e\(target.delta.exponent - 1)"),
                let less = try? PrivacyTarget(epsilon: target.epsilon, delta: half)
            else {
                throw QueryError(
                    "delta \(target.delta) cannot be halved", at: statement.privacy.position,
                    remedy: "give a delta with fewer digits")
            }
            spent = less
            found = FoundGroups(
                most: min(bound.most, Compiler.mostFound), fewest: pool.fewestInGroup,
                delta: Compiler.mostSelectionDelta.map { min($0, half) } ?? half,
                share: UInt64(max(1, statistics.count + (countsPeople ? 1 : 0))))
        }
        var failure = StudyError.overflow
        let coarsest = provenLattice ?? 4
        for exponent in stride(from: 20, through: coarsest, by: -1) {
            let step = AggregateStep(
                tables: binder.reads.tables, source: scope.plan, filter: filter,
                dimensions: dimensions.map { .init(value: $0.value, codes: $0.codes) },
                found: found,
                statistics: statistics, countsPeople: countsPeople, trees: trees,
                lattice: 1 << exponent, provenRows: isProven ? bound.most : nil,
                blocks: blocks(bound, groups, countsPeople, lattice: 1 << exponent))
            do throws(StudyError) {
                return try StudyPlan(step: step, spending: spent.rho)
            } catch {
                failure = error
            }
        }
        throw QueryError(
            "\(failure)", at: statement.privacy.position, remedy: "raise epsilon, or lower rows")
    }

    /// The blocks of the step, in its order.
    private func blocks(
        _ bound: RowBound, _ groups: Int, _ countsPeople: Bool, lattice: UInt64
    ) -> [StudyBlock] {
        var blocks: [StudyBlock] = []
        if !statistics.isEmpty {
            blocks.append(
                StudyBlock(
                    width: statistics.count,
                    bound: Compiler.bound(bound, squared: perRow, lattice: lattice),
                    share: UInt64(statistics.count)))
        }
        if countsPeople {
            // A contributor in g groups has a norm of √g here.
            let most = UInt128(min(bound.most, groups))
            let radius = squareRootRoundedUp(most * UInt128(lattice) * UInt128(lattice))
            var reach = ContributionBound.fixed(radius)
            if case .chosen = bound, most > 1 {
                let rungs = (Int(most) - 1).bitWidth - (Int(most) - 1).leadingZeroBitCount
                reach = .ladder(ClipLadder(lowest: lattice, rungs: (rungs + 1) / 2 + 1))
            }
            blocks.append(StudyBlock(width: 1, bound: reach, share: 1))
        }
        for tree in trees {
            blocks.append(
                StudyBlock(
                    width: tree.tree.nodes,
                    bound: Compiler.bound(
                        bound, squared: UInt128(tree.tree.height), lattice: lattice), share: 2))
        }
        return blocks
    }

    /// The bound of numbers that one row moves by the root of `squared` at most.
    private static func bound(
        _ rows: RowBound, squared: UInt128, lattice: UInt64
    ) -> ContributionBound {
        let one = squared * UInt128(lattice) * UInt128(lattice)
        switch rows {
        case .stated(let rows):
            return .fixed(squareRootRoundedUp(one * UInt128(rows) * UInt128(rows)))
        case .chosen(let most):
            let rungs = most <= 1 ? 1 : (most - 1).bitWidth - (most - 1).leadingZeroBitCount + 1
            return .ladder(ClipLadder(lowest: squareRootRoundedUp(one), rungs: rungs))
        }
    }

    /// The squared norm by which one row moves the statistics of rows: a row counts among all rows;
    /// of a value it adds either to the sums or to those that are missing.
    private var perRow: UInt128 {
        var alone: UInt128 = 0
        var missing: [Scalar: UInt128] = [:]
        var present: [Scalar: UInt128] = [:]
        for statistic in statistics {
            switch statistic {
            case .people: break
            case .rows(nil): alone += 1
            case .rows(let having?):
                if let value = Statistic.missingValue(having) {
                    missing[value] = 1
                } else {
                    present[having, default: 0] += 1
                }
            case .centredSum(let value, _): present[value, default: 0] += 1
            case .sum(let value, _):
                present[Statistic.squaredValue(value) ?? value, default: 0] += 1
            }
        }
        return Set(missing.keys).union(present.keys).reduce(alone) { sum, value in
            sum + max(missing[value] ?? 0, present[value] ?? 0)
        }
    }

    /// What the aggregates are made of, as far as it is known; for expecting errors.
    private var contentsPreview: [Content] {
        var copy = self
        return (try? copy.contents()) ?? []
    }
}

/// ⌈√value⌉ of a value below 2^126.
func squareRootRoundedUp(_ value: UInt128) -> UInt64 {
    var (low, high): (UInt128, UInt128) = (0, 1 << 63)
    while low < high {
        let middle = (low + high) / 2
        if middle * middle >= value { high = middle } else { low = middle + 1 }
    }
    return UInt64(low)
}
